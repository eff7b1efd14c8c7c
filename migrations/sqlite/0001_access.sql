-- Tenants, who may do what in them, sessions and the audit log.
-- Times are milliseconds since 1970 UTC. Texts compare by byte.

CREATE TABLE tenants (
    -- Insertion order; the key the search index finds rows by.
    seq        INTEGER PRIMARY KEY,
    uid        TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL CHECK (kind IN ('NAMED', 'DEFAULT', 'UNTENANTED')),
    -- The public identifier; the default tenant has none.
    id         TEXT    UNIQUE,
    name       TEXT    NOT NULL CHECK (name <> ''),
    -- The name and the id and name folded, to sort and to search by.
    sort_name  TEXT    NOT NULL,
    search     TEXT    NOT NULL,
    settings   TEXT    NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1,
    -- Kept by triggers: counting them for every row of a page would make the page slower with each user.
    users      INTEGER NOT NULL DEFAULT 0,
    roles      INTEGER NOT NULL DEFAULT 0,
    CHECK ((kind = 'NAMED') = (id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX tenants_one_of_a_kind ON tenants (kind) WHERE kind <> 'NAMED';
CREATE INDEX tenants_by_id ON tenants (id, uid) WHERE kind = 'NAMED';
CREATE INDEX tenants_by_name ON tenants (sort_name, uid) WHERE kind = 'NAMED';
CREATE INDEX tenants_by_created ON tenants (created_at, uid) WHERE kind = 'NAMED';
CREATE INDEX tenants_by_users ON tenants (users, uid) WHERE kind = 'NAMED';

-- Finds any three characters in a row anywhere in a tenant's id or name.
CREATE VIRTUAL TABLE tenants_search USING fts5 (search, content = 'tenants', content_rowid = 'seq', tokenize = 'trigram');
CREATE TRIGGER tenants_search_insert AFTER INSERT ON tenants WHEN new.kind = 'NAMED' BEGIN
    INSERT INTO tenants_search (rowid, search) VALUES (new.seq, new.search);
END;
CREATE TRIGGER tenants_search_delete AFTER DELETE ON tenants WHEN old.kind = 'NAMED' BEGIN
    INSERT INTO tenants_search (tenants_search, rowid, search) VALUES ('delete', old.seq, old.search);
END;
CREATE TRIGGER tenants_search_update AFTER UPDATE OF search ON tenants WHEN old.kind = 'NAMED' BEGIN
    INSERT INTO tenants_search (tenants_search, rowid, search) VALUES ('delete', old.seq, old.search);
    INSERT INTO tenants_search (rowid, search) VALUES (new.seq, new.search);
END;

-- Row counts that pages show; counting a large table would take longer than the page.
CREATE TABLE counters (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('tenants', 0);
CREATE TRIGGER tenants_counted AFTER INSERT ON tenants WHEN new.kind = 'NAMED' BEGIN
    UPDATE counters SET value = value + 1 WHERE name = 'tenants';
END;
CREATE TRIGGER tenants_uncounted AFTER DELETE ON tenants WHEN old.kind = 'NAMED' BEGIN
    UPDATE counters SET value = value - 1 WHERE name = 'tenants';
END;

-- Users and service accounts.
CREATE TABLE principals (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('USER', 'SERVICE_ACCOUNT')),
    -- A user's email address in lower case; a service account's name.
    name       TEXT    NOT NULL CHECK (name <> ''),
    first_name TEXT    NOT NULL DEFAULT '',
    last_name  TEXT    NOT NULL DEFAULT '',
    superadmin INTEGER NOT NULL DEFAULT FALSE CHECK (superadmin IN (0, 1)),
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX principals_by_email ON principals (name) WHERE kind = 'USER';
CREATE INDEX principals_superadmin ON principals (id) WHERE superadmin;

CREATE TABLE passwords (
    principal_id  TEXT    NOT NULL PRIMARY KEY REFERENCES principals (id) ON DELETE CASCADE,
    hash          TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL,
    failures      INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    locked_until  INTEGER
) STRICT;

-- Who may enter a tenant. Memberships and bindings hang on it: whoever loses access loses them.
CREATE TABLE tenant_access (
    tenant_uid   TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    principal_id TEXT    NOT NULL REFERENCES principals (id) ON DELETE CASCADE,
    granted_at   INTEGER NOT NULL,
    -- Given by itself; otherwise it goes with the last binding or membership it came with.
    explicit     INTEGER NOT NULL DEFAULT FALSE CHECK (explicit IN (0, 1)),
    PRIMARY KEY (tenant_uid, principal_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_access_by_principal ON tenant_access (principal_id, granted_at, tenant_uid);
CREATE TRIGGER tenant_access_counted AFTER INSERT ON tenant_access BEGIN
    UPDATE tenants SET users = users + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER tenant_access_uncounted AFTER DELETE ON tenant_access BEGIN
    UPDATE tenants SET users = users - 1 WHERE uid = old.tenant_uid;
END;

CREATE TABLE roles (
    tenant_uid       TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    id               TEXT    NOT NULL,
    name             TEXT    NOT NULL CHECK (name <> ''),
    description      TEXT,
    -- JSON, the words as they came.
    permissions      TEXT    NOT NULL,
    is_default       INTEGER NOT NULL DEFAULT FALSE CHECK (is_default IN (0, 1)),
    is_managed       INTEGER NOT NULL DEFAULT FALSE CHECK (is_managed IN (0, 1)),
    -- Holds permissions on the instance, and so matters outside its tenant.
    reaches_instance INTEGER NOT NULL DEFAULT FALSE CHECK (reaches_instance IN (0, 1)),
    created_at       INTEGER NOT NULL,
    PRIMARY KEY (tenant_uid, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX roles_one_default ON roles (tenant_uid) WHERE is_default;
CREATE INDEX roles_reaching_instance ON roles (tenant_uid, id) WHERE reaches_instance;
CREATE TRIGGER roles_counted AFTER INSERT ON roles BEGIN
    UPDATE tenants SET roles = roles + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER roles_uncounted AFTER DELETE ON roles BEGIN
    UPDATE tenants SET roles = roles - 1 WHERE uid = old.tenant_uid;
END;

CREATE TABLE groups (
    id          TEXT    NOT NULL PRIMARY KEY,
    tenant_uid  TEXT    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    name        TEXT    NOT NULL CHECK (name <> ''),
    description TEXT,
    created_at  INTEGER NOT NULL,
    UNIQUE (tenant_uid, name),
    UNIQUE (tenant_uid, id)
) STRICT;

CREATE TABLE memberships (
    tenant_uid   TEXT    NOT NULL,
    group_id     TEXT    NOT NULL,
    principal_id TEXT    NOT NULL,
    owner        INTEGER NOT NULL DEFAULT FALSE CHECK (owner IN (0, 1)),
    PRIMARY KEY (group_id, principal_id),
    FOREIGN KEY (tenant_uid, group_id) REFERENCES groups (tenant_uid, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_uid, principal_id) REFERENCES tenant_access (tenant_uid, principal_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_group ON memberships (tenant_uid, group_id);
CREATE INDEX memberships_by_principal ON memberships (tenant_uid, principal_id);

CREATE TABLE bindings (
    id           TEXT    NOT NULL PRIMARY KEY,
    tenant_uid   TEXT    NOT NULL,
    role_id      TEXT    NOT NULL,
    principal_id TEXT,
    group_id     TEXT,
    -- Empty: the whole tenant. Not NULL, so that two equal bindings collide.
    namespace    TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    created_by   TEXT    NOT NULL,
    CHECK ((principal_id IS NULL) <> (group_id IS NULL)),
    FOREIGN KEY (tenant_uid, role_id) REFERENCES roles (tenant_uid, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_uid, principal_id) REFERENCES tenant_access (tenant_uid, principal_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_uid, group_id) REFERENCES groups (tenant_uid, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX bindings_of_principal ON bindings (tenant_uid, principal_id, role_id, namespace) WHERE principal_id IS NOT NULL;
CREATE UNIQUE INDEX bindings_of_group ON bindings (tenant_uid, group_id, role_id, namespace) WHERE group_id IS NOT NULL;
CREATE INDEX bindings_by_role ON bindings (tenant_uid, role_id);
CREATE INDEX bindings_by_tenant ON bindings (tenant_uid, created_at, id);

CREATE TABLE sessions (
    -- SHA-256 of what the cookie holds: who reads this table cannot sign in with it.
    id           TEXT    NOT NULL PRIMARY KEY,
    principal_id TEXT    REFERENCES principals (id) ON DELETE CASCADE,
    data         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_principal ON sessions (principal_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Each row carries the hash of the row before it in its chain; a chain is a tenant's, or the instance's.
CREATE TABLE audit_log (
    id            TEXT    NOT NULL PRIMARY KEY,
    chain         TEXT    NOT NULL,
    seq           INTEGER NOT NULL,
    -- Kept when the tenant goes, so no reference.
    tenant_uid    TEXT,
    tenant_id     TEXT,
    at            INTEGER NOT NULL,
    type          TEXT    NOT NULL,
    resource      TEXT    NOT NULL,
    target        TEXT    NOT NULL,
    caller_id     TEXT,
    caller        TEXT    NOT NULL,
    door          TEXT    NOT NULL CHECK (door IN ('WEB', 'REST', 'CLI', 'JOB')),
    request_id    TEXT,
    address       TEXT,
    before        TEXT,
    after         TEXT,
    previous_hash TEXT    NOT NULL,
    hash          TEXT    NOT NULL,
    UNIQUE (chain, seq)
) STRICT;
CREATE INDEX audit_log_by_time ON audit_log (at, id);
CREATE INDEX audit_log_by_target ON audit_log (resource, target, at);
CREATE TABLE audit_heads (
    chain TEXT    NOT NULL PRIMARY KEY,
    seq   INTEGER NOT NULL,
    hash  TEXT    NOT NULL
) STRICT;
CREATE TRIGGER audit_log_not_updated BEFORE UPDATE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_not_deleted BEFORE DELETE ON audit_log BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

INSERT INTO tenants (uid, kind, id, name, sort_name, search, created_at, created_by)
VALUES ('default', 'DEFAULT', NULL, 'Default tenant', 'default tenant', 'default tenant', unixepoch() * 1000, 'kestra'),
       ('untenanted', 'UNTENANTED', NULL, 'Without tenants', 'without tenants', 'without tenants', unixepoch() * 1000, 'kestra');
