-- Mails of invitations, and how much happened on each day.
-- Times are milliseconds since 1970 UTC.

-- When a mail was asked for, when a server took it, and why none did. What was asked for and has neither is on its way,
-- or was when the program stopped.
ALTER TABLE invitations ADD COLUMN mail_asked_at BIGINT;
ALTER TABLE invitations ADD COLUMN mailed_at BIGINT;
ALTER TABLE invitations ADD COLUMN mail_error TEXT COLLATE "C";

-- Counted as the audit log grows: counting a month of a large log would take longer than the page that shows it.
CREATE TABLE audit_days (
    -- Days since 1970 UTC.
    day      BIGINT NOT NULL,
    -- Several write at once, each in a row of its own: with one row for all, every change of the instance would wait for
    -- the transaction before it to end.
    slot     BIGINT NOT NULL,
    sign_ins BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    changes  BIGINT NOT NULL,
    PRIMARY KEY (day, slot)
);
INSERT INTO audit_days (day, slot, sign_ins, failures, changes)
SELECT at / 86400000, 0, COUNT(*) FILTER (WHERE type = 'LOGIN'), COUNT(*) FILTER (WHERE type = 'LOGIN_FAILURE'),
       COUNT(*) FILTER (WHERE type IN ('CREATE', 'UPDATE', 'DELETE'))
FROM audit_log
WHERE type IN ('LOGIN', 'LOGIN_FAILURE', 'CREATE', 'UPDATE', 'DELETE')
GROUP BY 1;
CREATE FUNCTION audit_log_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today record;
BEGIN
    FOR today IN
        SELECT at / 86400000 AS day, COUNT(*) FILTER (WHERE type = 'LOGIN') AS sign_ins,
               COUNT(*) FILTER (WHERE type = 'LOGIN_FAILURE') AS failures,
               COUNT(*) FILTER (WHERE type IN ('CREATE', 'UPDATE', 'DELETE')) AS changes
        FROM added
        WHERE type IN ('LOGIN', 'LOGIN_FAILURE', 'CREATE', 'UPDATE', 'DELETE')
        GROUP BY 1 ORDER BY 1
    LOOP
        -- A row that nobody holds; there are never more of a day than there were writers at one time.
        UPDATE audit_days AS counted
        SET sign_ins = counted.sign_ins + today.sign_ins, failures = counted.failures + today.failures,
            changes = counted.changes + today.changes
        WHERE counted.day = today.day AND counted.slot = (
            SELECT free.slot FROM audit_days AS free WHERE free.day = today.day ORDER BY free.slot LIMIT 1
            FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN
            INSERT INTO audit_days AS counted (day, slot, sign_ins, failures, changes)
            VALUES (today.day, pg_backend_pid(), today.sign_ins, today.failures, today.changes)
            ON CONFLICT (day, slot) DO UPDATE SET sign_ins = counted.sign_ins + excluded.sign_ins,
                                                  failures = counted.failures + excluded.failures,
                                                  changes = counted.changes + excluded.changes;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_log_counted AFTER INSERT ON audit_log REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_counted();
