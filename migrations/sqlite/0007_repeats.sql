-- How often a denied request was made again within a minute. It stands beside the audit log, whose rows never change,
-- and goes with its row when that is purged.
CREATE TABLE audit_repeats (
    audit_id TEXT    NOT NULL PRIMARY KEY REFERENCES audit_log (id) ON DELETE CASCADE,
    -- With the first one, which is the row itself.
    count    INTEGER NOT NULL CHECK (count > 1),
    last_at  INTEGER NOT NULL
) STRICT;
