-- Mails of invitations, and how much happened on each day.
-- Times are milliseconds since 1970 UTC.

-- When a mail was asked for, when a server took it, and why none did. What was asked for and has neither is on its way,
-- or was when the program stopped.
ALTER TABLE invitations ADD COLUMN mail_asked_at INTEGER;
ALTER TABLE invitations ADD COLUMN mailed_at INTEGER;
ALTER TABLE invitations ADD COLUMN mail_error TEXT;

-- Counted as the audit log grows: counting a month of a large log would take longer than the page that shows it.
CREATE TABLE audit_days (
    -- Days since 1970 UTC.
    day      INTEGER NOT NULL,
    -- On PostgreSQL several write at once, each in a row of its own.
    slot     INTEGER NOT NULL,
    sign_ins INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    changes  INTEGER NOT NULL,
    PRIMARY KEY (day, slot)
) STRICT;
INSERT INTO audit_days (day, slot, sign_ins, failures, changes)
SELECT at / 86400000, 0, SUM(type = 'LOGIN'), SUM(type = 'LOGIN_FAILURE'), SUM(type IN ('CREATE', 'UPDATE', 'DELETE'))
FROM audit_log
WHERE type IN ('LOGIN', 'LOGIN_FAILURE', 'CREATE', 'UPDATE', 'DELETE')
GROUP BY 1;
CREATE TRIGGER audit_log_counted AFTER INSERT ON audit_log
WHEN new.type IN ('LOGIN', 'LOGIN_FAILURE', 'CREATE', 'UPDATE', 'DELETE') BEGIN
    INSERT INTO audit_days (day, slot, sign_ins, failures, changes)
    VALUES (new.at / 86400000, 0, new.type = 'LOGIN', new.type = 'LOGIN_FAILURE',
            new.type IN ('CREATE', 'UPDATE', 'DELETE'))
    ON CONFLICT (day, slot) DO UPDATE SET sign_ins = sign_ins + excluded.sign_ins,
                                          failures = failures + excluded.failures,
                                          changes = changes + excluded.changes;
END;
