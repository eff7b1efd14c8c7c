-- Switching an instance to tenants: what was written while tenants were off waits under `untenanted`. And what
-- lists need to stay quick, however much there is.

-- While tenants are off everybody is in. Users that were made before that was written down get it now, if the
-- instance never had tenants.
INSERT INTO tenant_access (tenant_uid, principal_id, granted_at, explicit)
SELECT 'untenanted', p.id, p.created_at, TRUE FROM principals AS p
WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE kind = 'NAMED')
  AND NOT EXISTS (SELECT 1 FROM tenant_access WHERE tenant_uid = 'default')
ON CONFLICT DO NOTHING;

-- Whole tenants move at once: whether everything fits again is looked at when all of it has moved.
ALTER TABLE memberships ALTER CONSTRAINT memberships_tenant_uid_group_id_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE memberships ALTER CONSTRAINT memberships_tenant_uid_principal_id_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE bindings ALTER CONSTRAINT bindings_tenant_uid_role_id_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE bindings ALTER CONSTRAINT bindings_tenant_uid_principal_id_fkey DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE bindings ALTER CONSTRAINT bindings_tenant_uid_group_id_fkey DEFERRABLE INITIALLY IMMEDIATE;

-- For who can do something: users, then service accounts.
CREATE INDEX principals_by_any_name ON principals ((kind = 'SERVICE_ACCOUNT'), name, id);
-- Clients sort and filter bindings by who holds them.
CREATE INDEX bindings_by_holder ON bindings (tenant_uid, (COALESCE(principal_id, group_id)), id);
-- The audit log of one kind of thing, newest first.
CREATE INDEX audit_log_by_resource ON audit_log (resource, at, id);
CREATE INDEX audit_log_of_tenant_by_resource ON audit_log (tenant_uid, resource, at, id);

-- A tenant's service accounts are few among its users.
ALTER TABLE tenant_access ADD COLUMN account BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tenant_access SET account = TRUE WHERE principal_id IN (SELECT id FROM principals WHERE kind = 'SERVICE_ACCOUNT');
CREATE INDEX tenant_access_accounts ON tenant_access (tenant_uid, name, principal_id) WHERE account;
CREATE FUNCTION let_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT name, kind = 'SERVICE_ACCOUNT' INTO NEW.name, NEW.account FROM principals WHERE id = NEW.principal_id;
    RETURN NEW;
END $$;
DROP TRIGGER tenant_access_named ON tenant_access;
CREATE TRIGGER tenant_access_named BEFORE INSERT ON tenant_access FOR EACH ROW EXECUTE FUNCTION let_in();

-- Finds any three characters in a row anywhere in a group's name.
CREATE INDEX groups_search ON groups USING gin (search gin_trgm_ops);

-- A namespace that nobody made is there while flows are in it: kept as a row, so that no list looks through the flows.
ALTER TABLE namespaces ADD COLUMN made BOOLEAN NOT NULL DEFAULT TRUE;
INSERT INTO namespaces (tenant_uid, id, created_at, updated_at, made)
SELECT tenant_uid, namespace, MIN(created_at), MIN(created_at), FALSE FROM flows GROUP BY tenant_uid, namespace
ON CONFLICT DO NOTHING;
CREATE INDEX namespaces_made ON namespaces (tenant_uid, id) WHERE made;
CREATE FUNCTION flows_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO namespaces (tenant_uid, id, created_at, updated_at, made)
    SELECT tenant_uid, namespace, MIN(created_at), MIN(created_at), FALSE FROM changed GROUP BY tenant_uid, namespace
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION flows_unplaced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM namespaces AS n USING changed AS c
    WHERE n.tenant_uid = c.tenant_uid AND n.id = c.namespace AND NOT n.made
      AND NOT EXISTS (SELECT 1 FROM flows AS f WHERE f.tenant_uid = n.tenant_uid AND f.namespace = n.id);
    RETURN NULL;
END $$;
CREATE TRIGGER flows_placed AFTER INSERT ON flows REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION flows_placed();
CREATE TRIGGER flows_unplaced AFTER DELETE ON flows REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION flows_unplaced();
