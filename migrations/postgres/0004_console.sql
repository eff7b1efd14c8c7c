-- A tenant's service accounts are counted from the index alone: it has all that the count asks for.
DROP INDEX tenant_access_accounts;
CREATE INDEX tenant_access_accounts ON tenant_access (tenant_uid, name, principal_id, account) WHERE account;

-- Open pages of every replica show what changes: each row of the audit log says so when its transaction is committed.
CREATE FUNCTION audit_log_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('kestra_changes',
                      json_build_object('tenant', new.tenant_uid, 'resource', new.resource, 'target', left(new.target, 200))::text);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_log_told AFTER INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_told();
