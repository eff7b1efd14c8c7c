-- How often a denied request was made again within a minute. It stands beside the audit log, whose rows never change,
-- and goes with its row when that is purged.
CREATE TABLE audit_repeats (
    audit_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES audit_log (id) ON DELETE CASCADE,
    -- With the first one, which is the row itself.
    count    BIGINT NOT NULL CHECK (count > 1),
    last_at  BIGINT NOT NULL
);

-- Open pages are notified of changes. That somebody was denied something changes nothing: only the audit log shows it.
CREATE OR REPLACE FUNCTION audit_log_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('kestra_changes',
                      json_build_object('tenant', new.tenant_uid, 'resource', new.resource, 'target', left(new.target, 200),
                                        'event', new.type)::text);
    RETURN NULL;
END $$;
