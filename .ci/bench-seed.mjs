// Instances of any size: names as people have them, and everything a list can show.
// Names as people have them: an index of three letters in a row lives on their being different.
const FIRST = "anna bert carla dirk elena felix greta hugo irene jonas karin lukas marta nils olga paul".split(" ");
const LAST = "adler brandt conrad dorn ebert fuchs graf hahn ising jahn keller lang maier nagel otto peters quast roth schulz thiel ulmer vogt weber xanten yilmaz zander beck ernst koch moser stein wolf".split(" ");
const COMPANIES = "alpen bering cobalt delta ember fjord gamma harbor indigo juniper kepler lumen meadow nordic onyx prairie quarry ridge summit tundra umber vertex willow xenon yonder zephyr basalt cedar dune elm flint grove".split(" ");
/** The word of a list whose place is n, in SQL that both engines read. */
const word = (n, list) => `trim(substr('${list.map((one) => one.padEnd(8)).join("")}', ((${n}) % ${list.length}) * 8 + 1, 8))`;
const text = (engine, n) => (engine === "postgres" ? `(${n})::text` : `(${n})`);
const person = (engine, n) => `${word(n, FIRST)} || '.' || ${word(`${n} / 16`, LAST)} || ${text(engine, n)}`;
/** The address of the nth user, as the SQL makes it. */
export const address = (n) => `${FIRST[n % 16]}.${LAST[Math.floor(n / 16) % 32]}${n}@${COMPANIES[Math.floor(n / 512) % 32]}.example.com`;
export const team = (n) => `${COMPANIES[n % 32]} ${LAST[Math.floor(n / 32) % 32]} ${n}`;
export const robot = (n) => `${COMPANIES[n % 32]}-${LAST[Math.floor(n / 32) % 32]}-${n}`;

/** Fills a database as the product would, in bulk: everybody is in the tenant `big`, half of them in its groups. */
export function seed(one, size) {
  const numbers = (to) =>
    one.engine === "postgres"
      ? `(SELECT n FROM generate_series(1, ${to}) AS n) AS s`
      : `(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${to}) SELECT n FROM c) AS s`;
  const pad = (n) => (one.engine === "postgres" ? `lpad((${n})::text, 7, '0')` : `substr('0000000' || (${n}), -7)`);
  const big = "(SELECT uid FROM tenants WHERE id = 'big')";
  const { users, groups, roles, tenants, audit } = size;
  const sql = `
    INSERT INTO tenants (uid, kind, id, name, sort_name, search, created_at, created_by)
      SELECT 'u' || ${pad("n")}, 'NAMED', 't-' || ${pad("n")}, 'Tenant ' || ${pad("n")}, 'tenant ' || ${pad("n")},
             't-' || ${pad("n")} || ' tenant ' || ${pad("n")}, 1700000000000 + n, 'x' FROM ${numbers(tenants)};
    INSERT INTO principals (id, kind, name, first_name, last_name, search, created_at, created_by)
      SELECT 'p' || ${pad("n")}, 'USER', name, 'First', 'Last', name || ' first last', 1700000000000 + n, 'x'
      FROM (SELECT n, ${person(one.engine, "n")} || '@' || ${word("n / 512", COMPANIES)} || '.example.com' AS name FROM ${numbers(users)}) AS named;
    INSERT INTO principals (id, kind, name, search, created_at, created_by)
      SELECT 's' || ${pad("n")}, 'SERVICE_ACCOUNT', name, name, 1700000000000 + n, 'x'
      FROM (SELECT n, ${word("n", COMPANIES)} || '-' || ${word("n / 32", LAST)} || '-' || n AS name FROM ${numbers(users / 10)}) AS named;
    INSERT INTO tenant_access (tenant_uid, principal_id, granted_at)
      SELECT ${big}, 'p' || ${pad("n")}, 1700000000000 + n FROM ${numbers(users)};
    INSERT INTO tenant_access (tenant_uid, principal_id, granted_at)
      SELECT ${big}, 's' || ${pad("n")}, 1700000000000 + n FROM ${numbers(users / 10)};
    INSERT INTO groups (id, tenant_uid, name, search, created_at)
      SELECT 'g' || ${pad("n")}, ${big}, name, name, 1700000000000
      FROM (SELECT n, ${word("n", COMPANIES)} || ' ' || ${word("n / 32", LAST)} || ' ' || ${text(one.engine, "n")} AS name FROM ${numbers(groups)}) AS named;
    INSERT INTO memberships (tenant_uid, group_id, principal_id)
      SELECT ${big}, 'g' || ${pad(`n % ${groups} + 1`)}, 'p' || ${pad("n")} FROM ${numbers(users / 2)};
    INSERT INTO memberships (tenant_uid, group_id, principal_id)
      SELECT ${big}, 'g0000001', 'p' || ${pad("n")} FROM ${numbers(users)} WHERE TRUE ON CONFLICT DO NOTHING;
    INSERT INTO roles (tenant_uid, id, name, search, permissions, created_at)
      SELECT ${big}, 'r' || ${pad("n")}, 'Role ' || ${pad("n")}, 'role ' || ${pad("n")}, '{"FLOW":["VIEW"]}', 1700000000000 FROM ${numbers(roles)};
    INSERT INTO bindings (id, tenant_uid, role_id, principal_id, created_at, created_by)
      SELECT 'b' || ${pad("n")}, ${big}, 'viewer_big', 'p' || ${pad("n")}, 1700000000000 + n, 'x' FROM ${numbers(users)};
    INSERT INTO invitations (id, tenant_uid, email, sent_at, sent_by, expires_at)
      SELECT 'i' || ${pad("n")}, ${big}, 'new' || ${pad("n")} || '@example.com', 1700000000000 + n, 'x', 1900000000000 FROM ${numbers(groups)};
    INSERT INTO namespaces (tenant_uid, id, created_at, updated_at)
      SELECT ${big}, 'team' || ${pad("n")}, 1700000000000, 1700000000000 FROM ${numbers(groups)};
    INSERT INTO flows (tenant_uid, namespace, id, source, search, created_at, updated_at)
      SELECT ${big}, 'team' || ${pad("n")}, 'flow', 'id: flow', 'team' || ${pad("n")} || ' flow', 1700000000000, 1700000000000 FROM ${numbers(groups)};
    INSERT INTO audit_log (id, chain, seq, tenant_uid, tenant_id, at, type, resource, target, caller, door, previous_hash, hash)
      SELECT 'a' || ${pad("n")}, ${big}, 1000 + n, ${big}, 'big', 1700000000000 + n, 'UPDATE', 'GROUP', 'g' || ${pad(`n % ${groups} + 1`)}, 'x', 'REST', 'h', 'h'
      FROM ${numbers(audit)};
    UPDATE audit_heads SET seq = 1000 + ${audit} WHERE chain = ${big};
    ANALYZE;`;
  one.execute(sql);
}
