-- Switching an instance to tenants: what was written while tenants were off waits under `untenanted`. And what
-- lists need to stay quick, however much there is.

-- While tenants are off everybody is in. Users that were made before that was written down get it now, if the
-- instance never had tenants.
INSERT INTO tenant_access (tenant_uid, principal_id, granted_at, explicit)
SELECT 'untenanted', p.id, p.created_at, TRUE FROM principals AS p
WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE kind = 'NAMED')
  AND NOT EXISTS (SELECT 1 FROM tenant_access WHERE tenant_uid = 'default')
ON CONFLICT DO NOTHING;

-- For who can do something: users, then service accounts.
CREATE INDEX principals_by_any_name ON principals ((kind = 'SERVICE_ACCOUNT'), name, id);
-- Clients sort and filter bindings by who holds them.
CREATE INDEX bindings_by_holder ON bindings (tenant_uid, (COALESCE(principal_id, group_id)), id);
-- The audit log of one kind of thing, newest first.
CREATE INDEX audit_log_by_resource ON audit_log (resource, at, id);
CREATE INDEX audit_log_of_tenant_by_resource ON audit_log (tenant_uid, resource, at, id);

-- A tenant's service accounts are few among its users.
ALTER TABLE tenant_access ADD COLUMN account INTEGER NOT NULL DEFAULT 0 CHECK (account IN (0, 1));
UPDATE tenant_access SET account = TRUE WHERE principal_id IN (SELECT id FROM principals WHERE kind = 'SERVICE_ACCOUNT');
CREATE INDEX tenant_access_accounts ON tenant_access (tenant_uid, name, principal_id) WHERE account;
DROP TRIGGER tenant_access_named;
CREATE TRIGGER tenant_access_named AFTER INSERT ON tenant_access BEGIN
    UPDATE tenant_access SET (name, account) = (SELECT name, kind = 'SERVICE_ACCOUNT' FROM principals WHERE id = new.principal_id)
    WHERE tenant_uid = new.tenant_uid AND principal_id = new.principal_id;
END;

-- Finds any three characters in a row anywhere in a group's name.
CREATE TABLE group_texts (
    seq      INTEGER PRIMARY KEY,
    group_id TEXT    NOT NULL UNIQUE,
    search   TEXT    NOT NULL
) STRICT;
INSERT INTO group_texts (group_id, search) SELECT id, search FROM groups ORDER BY created_at, id;
CREATE VIRTUAL TABLE groups_search USING fts5 (search, content = 'group_texts', content_rowid = 'seq', tokenize = 'trigram');
INSERT INTO groups_search (rowid, search) SELECT seq, search FROM group_texts;
CREATE TRIGGER group_texts_insert AFTER INSERT ON group_texts BEGIN
    INSERT INTO groups_search (rowid, search) VALUES (new.seq, new.search);
END;
CREATE TRIGGER group_texts_delete AFTER DELETE ON group_texts BEGIN
    INSERT INTO groups_search (groups_search, rowid, search) VALUES ('delete', old.seq, old.search);
END;
CREATE TRIGGER group_texts_update AFTER UPDATE OF search ON group_texts BEGIN
    INSERT INTO groups_search (groups_search, rowid, search) VALUES ('delete', old.seq, old.search);
    INSERT INTO groups_search (rowid, search) VALUES (new.seq, new.search);
END;
CREATE TRIGGER groups_told AFTER INSERT ON groups BEGIN
    INSERT INTO group_texts (group_id, search) VALUES (new.id, new.search);
END;
CREATE TRIGGER groups_untold AFTER DELETE ON groups BEGIN
    DELETE FROM group_texts WHERE group_id = old.id;
END;
CREATE TRIGGER groups_retold AFTER UPDATE OF search ON groups BEGIN
    UPDATE group_texts SET search = new.search WHERE group_id = new.id;
END;

-- A namespace that nobody made is there while flows are in it: kept as a row, so that no list looks through the flows.
ALTER TABLE namespaces ADD COLUMN made INTEGER NOT NULL DEFAULT 1 CHECK (made IN (0, 1));
INSERT INTO namespaces (tenant_uid, id, created_at, updated_at, made)
SELECT tenant_uid, namespace, MIN(created_at), MIN(created_at), FALSE FROM flows WHERE TRUE GROUP BY tenant_uid, namespace
ON CONFLICT DO NOTHING;
CREATE INDEX namespaces_made ON namespaces (tenant_uid, id) WHERE made;
CREATE TRIGGER flows_placed AFTER INSERT ON flows BEGIN
    INSERT INTO namespaces (tenant_uid, id, created_at, updated_at, made)
    VALUES (new.tenant_uid, new.namespace, new.created_at, new.created_at, FALSE) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER flows_unplaced AFTER DELETE ON flows BEGIN
    DELETE FROM namespaces WHERE tenant_uid = old.tenant_uid AND id = old.namespace AND NOT made
      AND NOT EXISTS (SELECT 1 FROM flows WHERE tenant_uid = old.tenant_uid AND namespace = old.namespace);
END;
