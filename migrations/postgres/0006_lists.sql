-- What lists need to stay quick.

-- Who holds a role, in the order of the list.
DROP INDEX bindings_by_role;
CREATE INDEX bindings_by_role ON bindings (tenant_uid, role_id, created_at, id);

-- More of what lists say there is in a tenant, kept by triggers: counting thousands of rows takes longer than showing ten.
ALTER TABLE tenants ADD COLUMN accounts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN invitations BIGINT NOT NULL DEFAULT 0;
-- With those that only flows are in, and without.
ALTER TABLE tenants ADD COLUMN namespaces BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN namespaces_made BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN flows BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN executions BIGINT NOT NULL DEFAULT 0;
UPDATE tenants SET
    accounts        = (SELECT COUNT(*) FROM tenant_access AS a WHERE a.tenant_uid = tenants.uid AND a.account),
    invitations     = (SELECT COUNT(*) FROM invitations AS i WHERE i.tenant_uid = tenants.uid),
    namespaces      = (SELECT COUNT(*) FROM namespaces AS n WHERE n.tenant_uid = tenants.uid),
    namespaces_made = (SELECT COUNT(*) FROM namespaces AS n WHERE n.tenant_uid = tenants.uid AND n.made),
    flows           = (SELECT COUNT(*) FROM flows AS f WHERE f.tenant_uid = tenants.uid),
    executions      = (SELECT COUNT(*) FROM executions AS e WHERE e.tenant_uid = tenants.uid);

CREATE OR REPLACE FUNCTION tenant_access_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET users = tenants.users + added.users, accounts = tenants.accounts + added.accounts
    FROM (SELECT tenant_uid, count(*) AS users, count(*) FILTER (WHERE account) AS accounts
          FROM changed GROUP BY tenant_uid) AS added
    WHERE uid = added.tenant_uid;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION tenant_access_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET users = tenants.users - gone.users, accounts = tenants.accounts - gone.accounts
    FROM (SELECT tenant_uid, count(*) AS users, count(*) FILTER (WHERE account) AS accounts
          FROM changed GROUP BY tenant_uid) AS gone
    WHERE uid = gone.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION namespaces_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET namespaces = tenants.namespaces + added.n, namespaces_made = tenants.namespaces_made + added.made
    FROM (SELECT tenant_uid, count(*) AS n, count(*) FILTER (WHERE made) AS made FROM changed GROUP BY tenant_uid) AS added
    WHERE uid = added.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION namespaces_remade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET namespaces_made = namespaces_made + NEW.made::int - OLD.made::int WHERE uid = NEW.tenant_uid;
    RETURN NULL;
END $$;
CREATE FUNCTION namespaces_uncounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tenants SET namespaces = tenants.namespaces - gone.n, namespaces_made = tenants.namespaces_made - gone.made
    FROM (SELECT tenant_uid, count(*) AS n, count(*) FILTER (WHERE made) AS made FROM changed GROUP BY tenant_uid) AS gone
    WHERE uid = gone.tenant_uid;
    RETURN NULL;
END $$;
CREATE TRIGGER namespaces_counted AFTER INSERT ON namespaces REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION namespaces_counted();
CREATE TRIGGER namespaces_remade AFTER UPDATE OF made ON namespaces
    FOR EACH ROW WHEN (NEW.made <> OLD.made) EXECUTE FUNCTION namespaces_remade();
CREATE TRIGGER namespaces_uncounted AFTER DELETE ON namespaces REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION namespaces_uncounted();

-- The column that is counted in is the trigger's argument.
CREATE FUNCTION tenant_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE tenants SET %1$I = tenants.%1$I %2$s counted.n
                    FROM (SELECT tenant_uid, count(*) AS n FROM changed GROUP BY tenant_uid) AS counted
                    WHERE uid = counted.tenant_uid', TG_ARGV[0], CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '-' END);
    RETURN NULL;
END $$;
CREATE TRIGGER invitations_counted AFTER INSERT ON invitations REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_counted('invitations');
CREATE TRIGGER invitations_uncounted AFTER DELETE ON invitations REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_counted('invitations');
CREATE TRIGGER flows_counted AFTER INSERT ON flows REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_counted('flows');
CREATE TRIGGER flows_uncounted AFTER DELETE ON flows REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_counted('flows');
CREATE TRIGGER executions_counted AFTER INSERT ON executions REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_counted('executions');
CREATE TRIGGER executions_uncounted AFTER DELETE ON executions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION tenant_counted('executions');
