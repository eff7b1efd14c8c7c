// Every list and search of the API at two sizes, a thousandfold apart, in one run: how much longer the large one takes.
//
//   node .ci/bench-lists.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { basic, bench, request, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const sizes = { small: { users: 1_000, groups: 100, roles: 10, tenants: 10, audit: 1_000 }, large: { users: 1_000_000, groups: 100_000, roles: 1_000, tenants: 10_000, audit: 1_000_000 } };
const MOST = 2;

// Names as people have them: an index of three letters in a row lives on their being different.
const FIRST = "anna bert carla dirk elena felix greta hugo irene jonas karin lukas marta nils olga paul".split(" ");
const LAST = "adler brandt conrad dorn ebert fuchs graf hahn ising jahn keller lang maier nagel otto peters quast roth schulz thiel ulmer vogt weber xanten yilmaz zander beck ernst koch moser stein wolf".split(" ");
const COMPANIES = "alpen bering cobalt delta ember fjord gamma harbor indigo juniper kepler lumen meadow nordic onyx prairie quarry ridge summit tundra umber vertex willow xenon yonder zephyr basalt cedar dune elm flint grove".split(" ");
/** The word of a list whose place is n, in SQL that both engines read. */
const word = (n, list) => `trim(substr('${list.map((one) => one.padEnd(8)).join("")}', ((${n}) % ${list.length}) * 8 + 1, 8))`;
const text = (engine, n) => (engine === "postgres" ? `(${n})::text` : `(${n})`);
const person = (engine, n) => `${word(n, FIRST)} || '.' || ${word(`${n} / 16`, LAST)} || ${text(engine, n)}`;
/** The address of the nth user, as the SQL makes it. */
const address = (n) => `${FIRST[n % 16]}.${LAST[Math.floor(n / 16) % 32]}${n}@${COMPANIES[Math.floor(n / 512) % 32]}.example.com`;
const team = (n) => `${COMPANIES[n % 32]} ${LAST[Math.floor(n / 32) % 32]} ${n}`;
const robot = (n) => `${COMPANIES[n % 32]}-${LAST[Math.floor(n / 32) % 32]}-${n}`;

/** Fills a database as the product would, in bulk: everybody is in one tenant, half of them in its groups. */
function seed(one, size) {
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

const last = (rows, size = 10) => Math.ceil(rows / size);
/** Method, path, body; `size` is how much there is. */
const lists = (size) => [
  ["GET", "/tenants/search"],
  ["GET", `/tenants/search?page=${last(size.tenants)}`],
  ["GET", "/tenants/search?q=0000007"],
  ["GET", "/users"],
  ["GET", `/users?page=${last(size.users)}`],
  ["GET", `/users?q=${address(842).split("@")[0]}`],
  ["GET", `/users?filters[q][EQUALS]=${address(842)}&size=100`],
  ["GET", "/users?sort=username:desc"],
  ["GET", "/service-accounts"],
  ["GET", `/service-accounts?q=${robot(42)}`],
  ["GET", "/big/service-accounts"],
  ["GET", "/big/tenant-access"],
  ["GET", `/big/tenant-access?q=${address(842).split("@")[0]}`],
  ["POST", "/big/tenant-access/autocomplete", { q: address(842).split("@")[0] }],
  ["GET", "/big/groups/search"],
  ["GET", `/big/groups/search?filters[name][EQUALS]=${team(42)}`],
  ["POST", "/big/groups/autocomplete", { q: team(42) }],
  ["GET", "/big/groups/g0000001/members"],
  ["GET", `/big/groups/g0000001/members?page=${last(size.users)}`],
  ["GET", `/big/groups/g0000001/members?filters[username][EQUALS]=${address(842)}`],
  ["GET", "/big/groups/g0000042/members"],
  ["GET", "/big/roles/search"],
  ["GET", "/big/roles/search?filters[name][EQUALS]=Role 0000007"],
  ["GET", "/big/bindings/search"],
  ["GET", "/big/bindings/search?type=USER&id=p0000042"],
  ["GET", "/big/bindings/search?sort=id:asc"],
  ["GET", "/big/invitations/search"],
  ["GET", "/big/invitations/search?email=new0000042@example.com"],
  ["GET", "/big/namespaces/search?existing=true"],
  ["GET", "/big/namespaces/search"],
  ["GET", "/big/flows/search"],
  ["GET", "/big/flows/search?filters[namespace][EQUALS]=team0000042"],
  ["GET", "/big/access/who-can?resource=FLOW&action=VIEW"],
  ["GET", "/big/auditlogs/search"],
  ["GET", "/big/auditlogs/search?filters[resources][EQUALS]=GROUP"],
  ["GET", "/auditlogs/search"],
];

/** The median of many calls over a kept connection, in milliseconds. */
async function time(url, [method, path, body]) {
  const headers = { authorization: basic, ...(body && { "content-type": "application/json" }) };
  const once = async () => {
    const began = performance.now();
    const answer = await request(`${url}/api/v1${encodeURI(path)}`, { method, headers }, body && JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return performance.now() - began;
  };
  for (let warm = 0; warm < 5; warm++) await once();
  const all = [];
  for (let count = 0; count < 40; count++) all.push(await once());
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
}

let slow = 0;
for (const engine of engines) {
  console.log(`\nlists and searches on ${engine}: ${sizes.small.users.toLocaleString("en")} users, then ${sizes.large.users.toLocaleString("en")}`);
  const took = {};
  for (const [name, size] of Object.entries(sizes)) {
    const one = instance(engine);
    let server = await start(binary, one);
    const headers = { authorization: basic, "content-type": "application/json" };
    await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"big","name":"Big"}');
    await server.stop();
    const began = performance.now();
    seed(one, size);
    console.log(`  ${name}: laid out in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    server = await start(binary, one);
    took[name] = [];
    for (const one of lists(size)) took[name].push(await time(server.url, one));
    await server.stop();
  }
  lists(sizes.large).forEach(([method, path], at) => {
    const ratio = took.large[at] / took.small[at];
    if (ratio > MOST) slow++;
    console.log(`  ${took.small[at].toFixed(2).padStart(7)} ms ${took.large[at].toFixed(2).padStart(8)} ms  ${ratio.toFixed(2).padStart(7)} × ${ratio > MOST ? "TOO SLOW " : ""}${method} ${path}`);
  });
}
console.log(slow === 0 ? `\nevery list within ${MOST} ×` : `\n${slow} lists above ${MOST} ×`);
