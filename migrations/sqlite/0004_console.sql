-- A tenant's service accounts are counted from the index alone: it has all that the count asks for.
DROP INDEX tenant_access_accounts;
CREATE INDEX tenant_access_accounts ON tenant_access (tenant_uid, name, principal_id, account) WHERE account;
