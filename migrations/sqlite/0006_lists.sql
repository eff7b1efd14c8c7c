-- What lists need to stay quick.

-- Who holds a role, in the order of the list.
DROP INDEX bindings_by_role;
CREATE INDEX bindings_by_role ON bindings (tenant_uid, role_id, created_at, id);

-- More of what lists say there is in a tenant, kept by triggers: counting thousands of rows takes longer than showing ten.
ALTER TABLE tenants ADD COLUMN accounts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN invitations INTEGER NOT NULL DEFAULT 0;
-- With those that only flows are in, and without.
ALTER TABLE tenants ADD COLUMN namespaces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN namespaces_made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN flows INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN executions INTEGER NOT NULL DEFAULT 0;
UPDATE tenants SET
    accounts        = (SELECT COUNT(*) FROM tenant_access AS a WHERE a.tenant_uid = tenants.uid AND a.account),
    invitations     = (SELECT COUNT(*) FROM invitations AS i WHERE i.tenant_uid = tenants.uid),
    namespaces      = (SELECT COUNT(*) FROM namespaces AS n WHERE n.tenant_uid = tenants.uid),
    namespaces_made = (SELECT COUNT(*) FROM namespaces AS n WHERE n.tenant_uid = tenants.uid AND n.made),
    flows           = (SELECT COUNT(*) FROM flows AS f WHERE f.tenant_uid = tenants.uid),
    executions      = (SELECT COUNT(*) FROM executions AS e WHERE e.tenant_uid = tenants.uid);

-- Whether it is an account is written beside it by a trigger of its own, before or after this one.
DROP TRIGGER tenant_access_counted;
CREATE TRIGGER tenant_access_counted AFTER INSERT ON tenant_access BEGIN
    UPDATE tenants SET users = users + 1,
        accounts = accounts + (SELECT kind = 'SERVICE_ACCOUNT' FROM principals WHERE id = new.principal_id)
    WHERE uid = new.tenant_uid;
END;
DROP TRIGGER tenant_access_uncounted;
CREATE TRIGGER tenant_access_uncounted AFTER DELETE ON tenant_access BEGIN
    UPDATE tenants SET users = users - 1, accounts = accounts - old.account WHERE uid = old.tenant_uid;
END;
CREATE TRIGGER invitations_counted AFTER INSERT ON invitations BEGIN
    UPDATE tenants SET invitations = invitations + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER invitations_uncounted AFTER DELETE ON invitations BEGIN
    UPDATE tenants SET invitations = invitations - 1 WHERE uid = old.tenant_uid;
END;
CREATE TRIGGER namespaces_counted AFTER INSERT ON namespaces BEGIN
    UPDATE tenants SET namespaces = namespaces + 1, namespaces_made = namespaces_made + new.made WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER namespaces_remade AFTER UPDATE OF made ON namespaces WHEN new.made <> old.made BEGIN
    UPDATE tenants SET namespaces_made = namespaces_made + new.made - old.made WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER namespaces_uncounted AFTER DELETE ON namespaces BEGIN
    UPDATE tenants SET namespaces = namespaces - 1, namespaces_made = namespaces_made - old.made WHERE uid = old.tenant_uid;
END;
CREATE TRIGGER flows_counted AFTER INSERT ON flows BEGIN
    UPDATE tenants SET flows = flows + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER flows_uncounted AFTER DELETE ON flows BEGIN
    UPDATE tenants SET flows = flows - 1 WHERE uid = old.tenant_uid;
END;
CREATE TRIGGER executions_counted AFTER INSERT ON executions BEGIN
    UPDATE tenants SET executions = executions + 1 WHERE uid = new.tenant_uid;
END;
CREATE TRIGGER executions_uncounted AFTER DELETE ON executions BEGIN
    UPDATE tenants SET executions = executions - 1 WHERE uid = old.tenant_uid;
END;
