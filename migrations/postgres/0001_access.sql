-- Tenants, who may do what in them, sessions and the audit log.
-- Times are milliseconds since 1970 UTC. Texts compare by byte, as on SQLite.

CREATE TABLE tenants (
    -- Insertion order; the key the search index finds rows by.
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid        TEXT COLLATE "C" NOT NULL UNIQUE,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('NAMED', 'DEFAULT', 'UNTENANTED')),
    -- The public identifier; the default tenant has none.
    id         TEXT COLLATE "C" UNIQUE,
    name       TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    -- The name and the id and name folded, to sort and to search by.
    sort_name  TEXT COLLATE "C" NOT NULL,
    search     TEXT COLLATE "C" NOT NULL,
    settings   TEXT COLLATE "C" NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1,
    -- Kept by triggers: counting them for every row of a page would make the page slower with each user.
    users      BIGINT NOT NULL DEFAULT 0,
    roles      BIGINT NOT NULL DEFAULT 0,
    CHECK ((kind = 'NAMED') = (id IS NOT NULL))
);
CREATE UNIQUE INDEX tenants_one_of_a_kind ON tenants (kind) WHERE kind <> 'NAMED';
CREATE INDEX tenants_by_id ON tenants (id, uid) WHERE kind = 'NAMED';
CREATE INDEX tenants_by_name ON tenants (sort_name, uid) WHERE kind = 'NAMED';
CREATE INDEX tenants_by_created ON tenants (created_at, uid) WHERE kind = 'NAMED';
CREATE INDEX tenants_by_users ON tenants (users, uid) WHERE kind = 'NAMED';

-- Finds any three characters in a row anywhere in a tenant's id or name.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX tenants_search ON tenants USING gin (search gin_trgm_ops) WHERE kind = 'NAMED';

-- Row counts that pages show; counting a large table would take longer than the page.
CREATE TABLE counters (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('tenants', 0);
CREATE FUNCTION tenants_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE counters SET value = value + (SELECT count(*) FROM changed WHERE kind = 'NAMED') WHERE name = 'tenants';
    RETURN NULL;
END $$;
CREATE FUNCTION tenants_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE counters SET value = value - (SELECT count(*) FROM changed WHERE kind = 'NAMED') WHERE name = 'tenants';
    RETURN NULL;
END $$;
CREATE TRIGGER tenants_counted AFTER INSERT ON tenants REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_counted();
CREATE TRIGGER tenants_uncounted AFTER DELETE ON tenants REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenants_uncounted();

-- Users and service accounts.
CREATE TABLE principals (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('USER', 'SERVICE_ACCOUNT')),
    -- A user's email address in lower case; a service account's name.
    name       TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    first_name TEXT COLLATE "C" NOT NULL DEFAULT '',
    last_name  TEXT COLLATE "C" NOT NULL DEFAULT '',
    superadmin BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX principals_by_email ON principals (name) WHERE kind = 'USER';
CREATE INDEX principals_superadmin ON principals (id) WHERE superadmin;

CREATE TABLE passwords (
    principal_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES principals (id) ON DELETE CASCADE,
    hash          TEXT COLLATE "C" NOT NULL,
    changed_at    BIGINT NOT NULL,
    failures      BIGINT NOT NULL DEFAULT 0,
    failing_since BIGINT,
    locked_until  BIGINT 
);

-- Who may enter a tenant. Memberships and bindings hang on it: whoever loses access loses them.
CREATE TABLE tenant_access (
    tenant_uid   TEXT COLLATE "C" NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    principal_id TEXT COLLATE "C" NOT NULL REFERENCES principals (id) ON DELETE CASCADE,
    granted_at   BIGINT NOT NULL,
    -- Given by itself; otherwise it goes with the last binding or membership it came with.
    explicit     BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (tenant_uid, principal_id)
);
CREATE INDEX tenant_access_by_principal ON tenant_access (principal_id, granted_at, tenant_uid);
CREATE FUNCTION tenant_access_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET users = users + added.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS added WHERE uid = added.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION tenant_access_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET users = users - gone.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS gone WHERE uid = gone.tenant_uid;
    RETURN NULL;
END $$;
CREATE TRIGGER tenant_access_counted AFTER INSERT ON tenant_access REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_access_counted();
CREATE TRIGGER tenant_access_uncounted AFTER DELETE ON tenant_access REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_access_uncounted();

CREATE TABLE roles (
    tenant_uid       TEXT COLLATE "C" NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    id               TEXT COLLATE "C" NOT NULL,
    name             TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    description      TEXT COLLATE "C",
    -- JSON, the words as they came.
    permissions      TEXT COLLATE "C" NOT NULL,
    is_default       BOOLEAN NOT NULL DEFAULT FALSE,
    is_managed       BOOLEAN NOT NULL DEFAULT FALSE,
    -- Holds permissions on the instance, and so matters outside its tenant.
    reaches_instance BOOLEAN NOT NULL DEFAULT FALSE,
    created_at       BIGINT NOT NULL,
    PRIMARY KEY (tenant_uid, id)
);
CREATE UNIQUE INDEX roles_one_default ON roles (tenant_uid) WHERE is_default;
CREATE INDEX roles_reaching_instance ON roles (tenant_uid, id) WHERE reaches_instance;
CREATE FUNCTION roles_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET roles = roles + added.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS added WHERE uid = added.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION roles_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET roles = roles - gone.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS gone WHERE uid = gone.tenant_uid;
    RETURN NULL;
END $$;
CREATE TRIGGER roles_counted AFTER INSERT ON roles REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION roles_counted();
CREATE TRIGGER roles_uncounted AFTER DELETE ON roles REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION roles_uncounted();

CREATE TABLE groups (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_uid  TEXT COLLATE "C" NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    name        TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    description TEXT COLLATE "C",
    created_at  BIGINT NOT NULL,
    UNIQUE (tenant_uid, name),
    UNIQUE (tenant_uid, id)
);

CREATE TABLE memberships (
    tenant_uid   TEXT COLLATE "C" NOT NULL,
    group_id     TEXT COLLATE "C" NOT NULL,
    principal_id TEXT COLLATE "C" NOT NULL,
    owner        BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (group_id, principal_id),
    FOREIGN KEY (tenant_uid, group_id) REFERENCES groups (tenant_uid, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_uid, principal_id) REFERENCES tenant_access (tenant_uid, principal_id) ON DELETE CASCADE
);
CREATE INDEX memberships_by_group ON memberships (tenant_uid, group_id);
CREATE INDEX memberships_by_principal ON memberships (tenant_uid, principal_id);

CREATE TABLE bindings (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_uid   TEXT COLLATE "C" NOT NULL,
    role_id      TEXT COLLATE "C" NOT NULL,
    principal_id TEXT COLLATE "C",
    group_id     TEXT COLLATE "C",
    -- Empty: the whole tenant. Not NULL, so that two equal bindings collide.
    namespace    TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    CHECK ((principal_id IS NULL) <> (group_id IS NULL)),
    FOREIGN KEY (tenant_uid, role_id) REFERENCES roles (tenant_uid, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_uid, principal_id) REFERENCES tenant_access (tenant_uid, principal_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_uid, group_id) REFERENCES groups (tenant_uid, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX bindings_of_principal ON bindings (tenant_uid, principal_id, role_id, namespace) WHERE principal_id IS NOT NULL;
CREATE UNIQUE INDEX bindings_of_group ON bindings (tenant_uid, group_id, role_id, namespace) WHERE group_id IS NOT NULL;
CREATE INDEX bindings_by_role ON bindings (tenant_uid, role_id);
CREATE INDEX bindings_by_tenant ON bindings (tenant_uid, created_at, id);

CREATE TABLE sessions (
    -- SHA-256 of what the cookie holds: who reads this table cannot sign in with it.
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    principal_id TEXT COLLATE "C" REFERENCES principals (id) ON DELETE CASCADE,
    data         TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
CREATE INDEX sessions_by_principal ON sessions (principal_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Each row carries the hash of the row before it in its chain; a chain is a tenant's, or the instance's.
CREATE TABLE audit_log (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    chain         TEXT COLLATE "C" NOT NULL,
    seq           BIGINT NOT NULL,
    -- Kept when the tenant goes, so no reference.
    tenant_uid    TEXT COLLATE "C",
    tenant_id     TEXT COLLATE "C",
    at            BIGINT NOT NULL,
    type          TEXT COLLATE "C" NOT NULL,
    resource      TEXT COLLATE "C" NOT NULL,
    target        TEXT COLLATE "C" NOT NULL,
    caller_id     TEXT COLLATE "C",
    caller        TEXT COLLATE "C" NOT NULL,
    door          TEXT COLLATE "C" NOT NULL CHECK (door IN ('WEB', 'REST', 'CLI', 'JOB')),
    request_id    TEXT COLLATE "C",
    address       TEXT COLLATE "C",
    before        TEXT COLLATE "C",
    after         TEXT COLLATE "C",
    previous_hash TEXT COLLATE "C" NOT NULL,
    hash          TEXT COLLATE "C" NOT NULL,
    UNIQUE (chain, seq)
);
CREATE INDEX audit_log_by_time ON audit_log (at, id);
CREATE INDEX audit_log_by_target ON audit_log (resource, target, at);
CREATE TABLE audit_heads (
    chain TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq   BIGINT NOT NULL,
    hash  TEXT COLLATE "C" NOT NULL
);
CREATE FUNCTION audit_log_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_log_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_append_only();

INSERT INTO tenants (uid, kind, id, name, sort_name, search, created_at, created_by)
VALUES ('default', 'DEFAULT', NULL, 'Default tenant', 'default tenant', 'default tenant', (extract(epoch FROM now()) * 1000)::bigint, 'kestra'),
       ('untenanted', 'UNTENANTED', NULL, 'Without tenants', 'without tenants', 'without tenants', (extract(epoch FROM now()) * 1000)::bigint, 'kestra');
