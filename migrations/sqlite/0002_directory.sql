-- Users and groups at scale, tokens, invitations, what tenants hold, and an audit log that can be purged.
-- Times are milliseconds since 1970 UTC.

ALTER TABLE principals ADD COLUMN description TEXT NOT NULL DEFAULT '';
-- A demonstration user: may look and may not change itself.
ALTER TABLE principals ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0 CHECK (restricted IN (0, 1));
-- Name, first and last name folded, to search by.
ALTER TABLE principals ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE principals SET search = trim(lower(name || ' ' || first_name || ' ' || last_name));
CREATE INDEX principals_by_name ON principals (kind, name, id);
CREATE INDEX principals_by_created ON principals (kind, created_at, id);

-- The search index needs a number for each row, and the text that it was made of.
CREATE TABLE principal_texts (
    seq          INTEGER PRIMARY KEY,
    principal_id TEXT    NOT NULL UNIQUE,
    search       TEXT    NOT NULL
) STRICT;
INSERT INTO principal_texts (principal_id, search) SELECT id, search FROM principals ORDER BY created_at, id;
CREATE VIRTUAL TABLE principals_search USING fts5 (search, content = 'principal_texts', content_rowid = 'seq', tokenize = 'trigram');
INSERT INTO principals_search (rowid, search) SELECT seq, search FROM principal_texts;
INSERT INTO counters (name, value) SELECT 'USER', COUNT(*) FROM principals WHERE kind = 'USER';
INSERT INTO counters (name, value) SELECT 'SERVICE_ACCOUNT', COUNT(*) FROM principals WHERE kind = 'SERVICE_ACCOUNT';
CREATE TRIGGER principal_texts_insert AFTER INSERT ON principal_texts BEGIN
    INSERT INTO principals_search (rowid, search) VALUES (new.seq, new.search);
END;
CREATE TRIGGER principal_texts_delete AFTER DELETE ON principal_texts BEGIN
    INSERT INTO principals_search (principals_search, rowid, search) VALUES ('delete', old.seq, old.search);
END;
CREATE TRIGGER principal_texts_update AFTER UPDATE OF search ON principal_texts BEGIN
    INSERT INTO principals_search (principals_search, rowid, search) VALUES ('delete', old.seq, old.search);
    INSERT INTO principals_search (rowid, search) VALUES (new.seq, new.search);
END;
CREATE TRIGGER principals_counted AFTER INSERT ON principals BEGIN
    INSERT INTO principal_texts (principal_id, search) VALUES (new.id, new.search);
    UPDATE counters SET value = value + 1 WHERE name = new.kind;
END;
CREATE TRIGGER principals_uncounted AFTER DELETE ON principals BEGIN
    DELETE FROM principal_texts WHERE principal_id = old.id;
    UPDATE counters SET value = value - 1 WHERE name = old.kind;
END;

-- Lists of members are sorted by name; the name is kept beside each membership, so that no list has to read
-- and sort everybody.
ALTER TABLE tenant_access ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE memberships ADD COLUMN name TEXT NOT NULL DEFAULT '';
-- Provisioned from outside; people do not edit it here.
ALTER TABLE memberships ADD COLUMN external INTEGER NOT NULL DEFAULT 0 CHECK (external IN (0, 1));
-- Place in the list a client sent, since clients compare what they read with what they sent.
ALTER TABLE memberships ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE tenant_access SET name = (SELECT name FROM principals WHERE id = principal_id);
UPDATE memberships SET name = (SELECT name FROM principals WHERE id = principal_id);
CREATE INDEX tenant_access_by_name ON tenant_access (tenant_uid, name, principal_id);
CREATE INDEX memberships_by_name ON memberships (group_id, name, principal_id);
CREATE INDEX memberships_of_principal ON memberships (principal_id, position, group_id);
CREATE TRIGGER tenant_access_named AFTER INSERT ON tenant_access BEGIN
    UPDATE tenant_access SET name = (SELECT name FROM principals WHERE id = new.principal_id)
    WHERE tenant_uid = new.tenant_uid AND principal_id = new.principal_id;
END;
CREATE TRIGGER memberships_named AFTER INSERT ON memberships BEGIN
    UPDATE memberships SET name = (SELECT name FROM principals WHERE id = new.principal_id)
    WHERE group_id = new.group_id AND principal_id = new.principal_id;
END;
CREATE TRIGGER principals_renamed AFTER UPDATE OF name, search ON principals BEGIN
    UPDATE tenant_access SET name = new.name WHERE principal_id = new.id AND name <> new.name;
    UPDATE memberships SET name = new.name WHERE principal_id = new.id AND name <> new.name;
    UPDATE principal_texts SET search = new.search WHERE principal_id = new.id AND search <> new.search;
END;

-- Names folded, to search and to sort by.
ALTER TABLE groups ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE groups SET search = lower(name);
CREATE INDEX groups_by_name ON groups (tenant_uid, search, id);
ALTER TABLE groups ADD COLUMN members INTEGER NOT NULL DEFAULT 0;
UPDATE groups SET members = (SELECT COUNT(*) FROM memberships WHERE group_id = id);
ALTER TABLE roles ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE roles SET search = lower(name);
CREATE INDEX roles_by_name ON roles (tenant_uid, search, id);
ALTER TABLE tenants ADD COLUMN groups INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN bindings INTEGER NOT NULL DEFAULT 0;
UPDATE tenants SET groups = (SELECT COUNT(*) FROM groups AS g WHERE g.tenant_uid = tenants.uid),
                   bindings = (SELECT COUNT(*) FROM bindings AS b WHERE b.tenant_uid = tenants.uid);
CREATE TRIGGER groups_counted AFTER INSERT ON groups BEGIN
    UPDATE tenants SET groups = groups + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER groups_uncounted AFTER DELETE ON groups BEGIN
    UPDATE tenants SET groups = groups - 1 WHERE uid = old.tenant_uid;
END;
CREATE TRIGGER bindings_counted AFTER INSERT ON bindings BEGIN
    UPDATE tenants SET bindings = bindings + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER bindings_uncounted AFTER DELETE ON bindings BEGIN
    UPDATE tenants SET bindings = bindings - 1 WHERE uid = old.tenant_uid;
END;
CREATE TRIGGER members_counted AFTER INSERT ON memberships BEGIN
    UPDATE groups SET members = members + 1 WHERE id = new.group_id;
END;
CREATE TRIGGER members_uncounted AFTER DELETE ON memberships BEGIN
    UPDATE groups SET members = members - 1 WHERE id = old.group_id;
END;

CREATE TABLE api_tokens (
    id           TEXT    NOT NULL PRIMARY KEY,
    principal_id TEXT    NOT NULL REFERENCES principals (id) ON DELETE CASCADE,
    name         TEXT    NOT NULL CHECK (name <> ''),
    description  TEXT    NOT NULL DEFAULT '',
    -- The first characters of the secret, for people to tell tokens apart.
    prefix       TEXT    NOT NULL,
    -- SHA-256 of the whole token.
    hash         TEXT    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    max_age      INTEGER,
    expires_at   INTEGER,
    -- Each use moves the expiry on by max_age.
    extended     INTEGER NOT NULL DEFAULT 0 CHECK (extended IN (0, 1)),
    last_used    INTEGER
) STRICT;
CREATE INDEX api_tokens_by_principal ON api_tokens (principal_id, created_at, id);

-- WEB: the console's. JWT: an API sign-in's. REFRESH: what renews one.
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'WEB' CHECK (kind IN ('WEB', 'JWT', 'REFRESH'));
-- Who acts in the name of the session's principal, if somebody does.
ALTER TABLE sessions ADD COLUMN impersonator TEXT REFERENCES principals (id) ON DELETE CASCADE;
CREATE INDEX sessions_by_impersonator ON sessions (impersonator) WHERE impersonator IS NOT NULL;

-- What the instance must keep to itself, such as the key its tokens are signed with.
CREATE TABLE instance_secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE invitations (
    id          TEXT    NOT NULL PRIMARY KEY,
    tenant_uid  TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    email       TEXT    NOT NULL,
    -- JSON: [{"id": role, "namespaces": [namespace]}] and [group].
    roles       TEXT    NOT NULL DEFAULT '[]',
    groups      TEXT    NOT NULL DEFAULT '[]',
    superadmin  INTEGER NOT NULL DEFAULT 0 CHECK (superadmin IN (0, 1)),
    sent_at     INTEGER NOT NULL,
    sent_by     TEXT    NOT NULL,
    expires_at  INTEGER NOT NULL,
    accepted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX invitations_one_pending ON invitations (tenant_uid, email) WHERE accepted_at IS NULL;
CREATE INDEX invitations_by_tenant ON invitations (tenant_uid, sent_at, id);
CREATE INDEX invitations_by_email ON invitations (email);

-- Whole documents of a tenant: logos, the look of its catalog of apps, its default dashboards.
CREATE TABLE tenant_documents (
    tenant_uid TEXT NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (tenant_uid, kind)
) STRICT;

CREATE TABLE worker_groups (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL CHECK (name <> ''),
    description   TEXT,
    -- JSON, as it came.
    subscriptions TEXT    NOT NULL DEFAULT '[]',
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE security_integrations (
    id          TEXT    NOT NULL PRIMARY KEY,
    tenant_uid  TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    name        TEXT    NOT NULL CHECK (name <> ''),
    description TEXT    NOT NULL DEFAULT '',
    type        TEXT    NOT NULL,
    enabled     INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    -- SHA-256 of its token.
    token_hash  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (tenant_uid, name)
) STRICT;

CREATE TABLE namespaces (
    tenant_uid  TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    id          TEXT    NOT NULL,
    description TEXT,
    -- JSON, the settings as they came.
    settings    TEXT    NOT NULL DEFAULT '{}',
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_uid, id)
) STRICT;

CREATE TABLE flows (
    tenant_uid  TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    namespace   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    revision    INTEGER NOT NULL DEFAULT 1,
    source      TEXT    NOT NULL,
    description TEXT,
    -- JSON: {key: value}.
    labels      TEXT    NOT NULL DEFAULT '{}',
    disabled    INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    search      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant_uid, namespace, id)
) STRICT;
CREATE INDEX flows_by_id ON flows (tenant_uid, id, namespace);
CREATE TABLE flow_revisions (
    tenant_uid TEXT    NOT NULL,
    namespace  TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    source     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    PRIMARY KEY (tenant_uid, namespace, id, revision),
    FOREIGN KEY (tenant_uid, namespace, id) REFERENCES flows (tenant_uid, namespace, id) ON DELETE CASCADE
) STRICT;

-- Kept when the tenant or the flow goes, so no references.
CREATE TABLE executions (
    id            TEXT    NOT NULL PRIMARY KEY,
    tenant_uid    TEXT    NOT NULL,
    namespace     TEXT    NOT NULL,
    flow_id       TEXT    NOT NULL,
    flow_revision INTEGER NOT NULL,
    state         TEXT    NOT NULL,
    -- JSON: [{"key": …, "value": …}] and [{"state": …, "date": …}].
    labels        TEXT    NOT NULL DEFAULT '[]',
    histories     TEXT    NOT NULL DEFAULT '[]',
    inputs        TEXT    NOT NULL DEFAULT '{}',
    created_at    INTEGER NOT NULL,
    created_by    TEXT    NOT NULL,
    ended_at      INTEGER
) STRICT;
CREATE INDEX executions_by_time ON executions (tenant_uid, created_at, id);
CREATE INDEX executions_by_flow ON executions (tenant_uid, namespace, flow_id, created_at, id);

-- Whose place the caller took, if somebody else's.
ALTER TABLE audit_log ADD COLUMN impersonated_by TEXT;
ALTER TABLE audit_log ADD COLUMN namespace TEXT;
CREATE INDEX audit_log_by_tenant ON audit_log (tenant_uid, at, id);
CREATE INDEX audit_log_by_caller ON audit_log (caller_id, at, id);
-- Where the chain begins, after the oldest rows were purged.
ALTER TABLE audit_heads ADD COLUMN purged_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_heads ADD COLUMN purged_hash TEXT NOT NULL DEFAULT '';
DROP TRIGGER audit_log_not_deleted;
CREATE TRIGGER audit_log_not_deleted BEFORE DELETE ON audit_log
WHEN old.seq > (SELECT purged_seq FROM audit_heads WHERE chain = old.chain) BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
