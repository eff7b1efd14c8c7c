-- Switching an instance to tenants: what was written while tenants were off waits under `untenanted`. And two indexes
-- for lists that grew with what there is.

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

CREATE INDEX principals_by_any_name ON principals (name, id);
-- Clients sort and filter bindings by who holds them.
CREATE INDEX bindings_by_holder ON bindings (tenant_uid, (COALESCE(principal_id, group_id)), id);
