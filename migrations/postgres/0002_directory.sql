-- Users and groups at scale, tokens, invitations, what tenants hold, and an audit log that can be purged.
-- Times are milliseconds since 1970 UTC.

ALTER TABLE principals ADD COLUMN description TEXT COLLATE "C" NOT NULL DEFAULT '';
-- A demonstration user: may look and may not change itself.
ALTER TABLE principals ADD COLUMN restricted BOOLEAN NOT NULL DEFAULT FALSE;
-- Name, first and last name folded, to search by.
ALTER TABLE principals ADD COLUMN search TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE principals SET search = trim(lower(name || ' ' || first_name || ' ' || last_name));
CREATE INDEX principals_by_name ON principals (kind, name, id);
CREATE INDEX principals_by_created ON principals (kind, created_at, id);

CREATE INDEX principals_search ON principals USING gin (search gin_trgm_ops);
INSERT INTO counters (name, value) SELECT 'USER', COUNT(*) FROM principals WHERE kind = 'USER';
INSERT INTO counters (name, value) SELECT 'SERVICE_ACCOUNT', COUNT(*) FROM principals WHERE kind = 'SERVICE_ACCOUNT';
CREATE FUNCTION principals_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE counters SET value = value + added.n
    FROM (SELECT kind, count(*) AS n FROM changed GROUP BY kind) AS added WHERE name = added.kind;
    RETURN NULL;
END $$;
CREATE FUNCTION principals_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE counters SET value = value - gone.n
    FROM (SELECT kind, count(*) AS n FROM changed GROUP BY kind) AS gone WHERE name = gone.kind;
    RETURN NULL;
END $$;
CREATE TRIGGER principals_counted AFTER INSERT ON principals REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION principals_counted();
CREATE TRIGGER principals_uncounted AFTER DELETE ON principals REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION principals_uncounted();

-- Lists of members are sorted by name; the name is kept beside each membership, so that no list has to read
-- and sort everybody.
ALTER TABLE tenant_access ADD COLUMN name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE memberships ADD COLUMN name TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Provisioned from outside; people do not edit it here.
ALTER TABLE memberships ADD COLUMN external BOOLEAN NOT NULL DEFAULT FALSE;
-- Place in the list a client sent, since clients compare what they read with what they sent.
ALTER TABLE memberships ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
UPDATE tenant_access SET name = (SELECT name FROM principals WHERE id = principal_id);
UPDATE memberships SET name = (SELECT name FROM principals WHERE id = principal_id);
CREATE INDEX tenant_access_by_name ON tenant_access (tenant_uid, name, principal_id);
CREATE INDEX memberships_by_name ON memberships (group_id, name, principal_id);
CREATE INDEX memberships_of_principal ON memberships (principal_id, position, group_id);
CREATE FUNCTION named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name := (SELECT name FROM principals WHERE id = NEW.principal_id);
    RETURN NEW;
END $$;
CREATE TRIGGER tenant_access_named BEFORE INSERT ON tenant_access FOR EACH ROW EXECUTE FUNCTION named();
CREATE TRIGGER memberships_named BEFORE INSERT ON memberships FOR EACH ROW EXECUTE FUNCTION named();
CREATE FUNCTION principals_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenant_access SET name = NEW.name WHERE principal_id = NEW.id AND name <> NEW.name;
    UPDATE memberships SET name = NEW.name WHERE principal_id = NEW.id AND name <> NEW.name;
    RETURN NULL;
END $$;
CREATE TRIGGER principals_renamed AFTER UPDATE OF name ON principals FOR EACH ROW EXECUTE FUNCTION principals_renamed();

-- Names folded, to search and to sort by.
ALTER TABLE groups ADD COLUMN search TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE groups SET search = lower(name);
CREATE INDEX groups_by_name ON groups (tenant_uid, search, id);
ALTER TABLE groups ADD COLUMN members BIGINT NOT NULL DEFAULT 0;
UPDATE groups SET members = (SELECT COUNT(*) FROM memberships WHERE group_id = id);
ALTER TABLE roles ADD COLUMN search TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE roles SET search = lower(name);
CREATE INDEX roles_by_name ON roles (tenant_uid, search, id);
ALTER TABLE tenants ADD COLUMN groups BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN bindings BIGINT NOT NULL DEFAULT 0;
UPDATE tenants SET groups = (SELECT COUNT(*) FROM groups AS g WHERE g.tenant_uid = tenants.uid),
                   bindings = (SELECT COUNT(*) FROM bindings AS b WHERE b.tenant_uid = tenants.uid);
CREATE FUNCTION groups_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET groups = tenants.groups + added.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS added WHERE tenants.uid = added.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION groups_counted_less() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET groups = tenants.groups - gone.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS gone WHERE tenants.uid = gone.tenant_uid;
    RETURN NULL;
END $$;
CREATE TRIGGER groups_counted AFTER INSERT ON groups REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION groups_counted();
CREATE TRIGGER groups_counted_less AFTER DELETE ON groups REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION groups_counted_less();
CREATE FUNCTION bindings_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET bindings = tenants.bindings + added.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS added WHERE tenants.uid = added.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION bindings_counted_less() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET bindings = tenants.bindings - gone.n
    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS gone WHERE tenants.uid = gone.tenant_uid;
    RETURN NULL;
END $$;
CREATE TRIGGER bindings_counted AFTER INSERT ON bindings REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bindings_counted();
CREATE TRIGGER bindings_counted_less AFTER DELETE ON bindings REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION bindings_counted_less();
CREATE FUNCTION members_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE groups SET members = groups.members + added.n
    FROM (SELECT group_id, count(*) AS n FROM changed GROUP BY group_id) AS added WHERE groups.id = added.group_id;
    RETURN NULL;
END $$;
CREATE FUNCTION members_counted_less() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE groups SET members = groups.members - gone.n
    FROM (SELECT group_id, count(*) AS n FROM changed GROUP BY group_id) AS gone WHERE groups.id = gone.group_id;
    RETURN NULL;
END $$;
CREATE TRIGGER members_counted AFTER INSERT ON memberships REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION members_counted();
CREATE TRIGGER members_counted_less AFTER DELETE ON memberships REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION members_counted_less();

CREATE TABLE api_tokens (
    id           TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    principal_id TEXT COLLATE "C"    NOT NULL REFERENCES principals (id) ON DELETE CASCADE,
    name         TEXT COLLATE "C"    NOT NULL CHECK (name <> ''),
    description  TEXT COLLATE "C"    NOT NULL DEFAULT '',
    -- The first characters of the secret, for people to tell tokens apart.
    prefix       TEXT COLLATE "C"    NOT NULL,
    -- SHA-256 of the whole token.
    hash         TEXT COLLATE "C"    NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    max_age      BIGINT,
    expires_at   BIGINT,
    -- Each use moves the expiry on by max_age.
    extended     BOOLEAN NOT NULL DEFAULT FALSE,
    last_used    BIGINT
);
CREATE INDEX api_tokens_by_principal ON api_tokens (principal_id, created_at, id);

-- WEB: the console's. JWT: an API sign-in's. REFRESH: what renews one.
ALTER TABLE sessions ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'WEB' CHECK (kind IN ('WEB', 'JWT', 'REFRESH'));
-- Who acts in the name of the session's principal, if somebody does.
ALTER TABLE sessions ADD COLUMN impersonator TEXT COLLATE "C" REFERENCES principals (id) ON DELETE CASCADE;
CREATE INDEX sessions_by_impersonator ON sessions (impersonator) WHERE impersonator IS NOT NULL;

-- What the instance must keep to itself, such as the key its tokens are signed with.
CREATE TABLE instance_secrets (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE invitations (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    tenant_uid  TEXT COLLATE "C"    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    email       TEXT COLLATE "C"    NOT NULL,
    -- JSON: [{"id": role, "namespaces": [namespace]}] and [group].
    roles       TEXT COLLATE "C"    NOT NULL DEFAULT '[]',
    groups      TEXT COLLATE "C"    NOT NULL DEFAULT '[]',
    superadmin  BOOLEAN NOT NULL DEFAULT FALSE,
    sent_at     BIGINT NOT NULL,
    sent_by     TEXT COLLATE "C"    NOT NULL,
    expires_at  BIGINT NOT NULL,
    accepted_at BIGINT
);
CREATE UNIQUE INDEX invitations_one_pending ON invitations (tenant_uid, email) WHERE accepted_at IS NULL;
CREATE INDEX invitations_by_tenant ON invitations (tenant_uid, sent_at, id);
CREATE INDEX invitations_by_email ON invitations (email);

-- Whole documents of a tenant: logos, the look of its catalog of apps, its default dashboards.
CREATE TABLE tenant_documents (
    tenant_uid TEXT COLLATE "C" NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    kind       TEXT COLLATE "C" NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_uid, kind)
);

CREATE TABLE worker_groups (
    id            TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    name          TEXT COLLATE "C"    NOT NULL CHECK (name <> ''),
    description   TEXT COLLATE "C",
    -- JSON, as it came.
    subscriptions TEXT COLLATE "C"    NOT NULL DEFAULT '[]',
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE security_integrations (
    id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    tenant_uid  TEXT COLLATE "C"    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    name        TEXT COLLATE "C"    NOT NULL CHECK (name <> ''),
    description TEXT COLLATE "C"    NOT NULL DEFAULT '',
    type        TEXT COLLATE "C"    NOT NULL,
    enabled     BOOLEAN NOT NULL DEFAULT TRUE,
    -- SHA-256 of its token.
    token_hash  TEXT COLLATE "C"    NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (tenant_uid, name)
);

CREATE TABLE namespaces (
    tenant_uid  TEXT COLLATE "C"    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    id          TEXT COLLATE "C"    NOT NULL,
    description TEXT COLLATE "C",
    -- JSON, the settings as they came.
    settings    TEXT COLLATE "C"    NOT NULL DEFAULT '{}',
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_uid, id)
);

CREATE TABLE flows (
    tenant_uid  TEXT COLLATE "C"    NOT NULL REFERENCES tenants (uid) ON DELETE CASCADE,
    namespace   TEXT COLLATE "C"    NOT NULL,
    id          TEXT COLLATE "C"    NOT NULL,
    revision    BIGINT NOT NULL DEFAULT 1,
    source      TEXT COLLATE "C"    NOT NULL,
    description TEXT COLLATE "C",
    -- JSON: {key: value}.
    labels      TEXT COLLATE "C"    NOT NULL DEFAULT '{}',
    disabled    BOOLEAN NOT NULL DEFAULT FALSE,
    search      TEXT COLLATE "C"    NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_uid, namespace, id)
);
CREATE INDEX flows_by_id ON flows (tenant_uid, id, namespace);
CREATE TABLE flow_revisions (
    tenant_uid TEXT COLLATE "C"    NOT NULL,
    namespace  TEXT COLLATE "C"    NOT NULL,
    id         TEXT COLLATE "C"    NOT NULL,
    revision   BIGINT NOT NULL,
    source     TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (tenant_uid, namespace, id, revision),
    FOREIGN KEY (tenant_uid, namespace, id) REFERENCES flows (tenant_uid, namespace, id) ON DELETE CASCADE
);

-- Kept when the tenant or the flow goes, so no references.
CREATE TABLE executions (
    id            TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    tenant_uid    TEXT COLLATE "C"    NOT NULL,
    namespace     TEXT COLLATE "C"    NOT NULL,
    flow_id       TEXT COLLATE "C"    NOT NULL,
    flow_revision BIGINT NOT NULL,
    state         TEXT COLLATE "C"    NOT NULL,
    -- JSON: [{"key": …, "value": …}] and [{"state": …, "date": …}].
    labels        TEXT COLLATE "C"    NOT NULL DEFAULT '[]',
    histories     TEXT COLLATE "C"    NOT NULL DEFAULT '[]',
    inputs        TEXT COLLATE "C"    NOT NULL DEFAULT '{}',
    created_at    BIGINT NOT NULL,
    created_by    TEXT COLLATE "C"    NOT NULL,
    ended_at      BIGINT
);
CREATE INDEX executions_by_time ON executions (tenant_uid, created_at, id);
CREATE INDEX executions_by_flow ON executions (tenant_uid, namespace, flow_id, created_at, id);

-- Whose place the caller took, if somebody else's.
ALTER TABLE audit_log ADD COLUMN impersonated_by TEXT COLLATE "C";
ALTER TABLE audit_log ADD COLUMN namespace TEXT COLLATE "C";
CREATE INDEX audit_log_by_tenant ON audit_log (tenant_uid, at, id);
CREATE INDEX audit_log_by_caller ON audit_log (caller_id, at, id);
-- Where the chain begins, after the oldest rows were purged.
ALTER TABLE audit_heads ADD COLUMN purged_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_heads ADD COLUMN purged_hash TEXT COLLATE "C" NOT NULL DEFAULT '';
DROP TRIGGER audit_log_not_changed ON audit_log;
CREATE FUNCTION audit_log_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.seq > (SELECT purged_seq FROM audit_heads WHERE chain = OLD.chain) THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER audit_log_not_changed BEFORE UPDATE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_append_only();
CREATE TRIGGER audit_log_not_deleted BEFORE DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_keep();
