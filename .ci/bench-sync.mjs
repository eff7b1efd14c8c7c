// Giving a large instance's access to the default tenant: how long it takes, against the same changes written as plain
// SQL and run in the database's own shell on a copy; with how much memory; how it grows; and what others notice.
//
//   node .ci/bench-sync.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basic, bench, request, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const sizes = [
  { users: 100_000, groups: 1_000, memberships: 300_000, roles: 1_000, bindings: 100_000 },
  { users: 1_000_000, groups: 10_000, memberships: 3_000_000, roles: 1_000, bindings: 1_000_000 },
];
const seconds = (value) => `${value.toFixed(1).padStart(7)} s`;
const verdict = (ok) => (ok ? "" : "  TOO MUCH");

/** An instance as it is after years without tenants. */
function seed(one, { users, groups, memberships, roles, bindings }) {
  const numbers = (to) =>
    one.engine === "postgres"
      ? `(SELECT n FROM generate_series(1, ${to}) AS n) AS s`
      : `(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${to}) SELECT n FROM c) AS s`;
  const pad = (n) => (one.engine === "postgres" ? `lpad((${n})::text, 7, '0')` : `substr('0000000' || (${n}), -7)`);
  const user = (n) => pad(`(${n}) % ${users} + 1`);
  one.execute(`
    INSERT INTO principals (id, kind, name, search, created_at, created_by)
      SELECT 'p' || ${pad("n")}, 'USER', 'user' || ${pad("n")} || '@example.com', 'user' || ${pad("n")} || '@example.com', 1, 'x' FROM ${numbers(users)};
    INSERT INTO tenant_access (tenant_uid, principal_id, granted_at) SELECT 'untenanted', 'p' || ${pad("n")}, n FROM ${numbers(users)};
    INSERT INTO groups (id, tenant_uid, name, search, created_at)
      SELECT 'g' || ${pad("n")}, 'untenanted', 'Group ' || ${pad("n")}, 'group ' || ${pad("n")}, 1 FROM ${numbers(groups)};
    INSERT INTO memberships (tenant_uid, group_id, principal_id)
      SELECT 'untenanted', 'g' || ${pad(`n % ${groups} + 1`)}, 'p' || ${user(`n / ${groups} * 7919 + n`)} FROM ${numbers(memberships)} WHERE TRUE ON CONFLICT DO NOTHING;
    INSERT INTO roles (tenant_uid, id, name, search, permissions, created_at)
      SELECT 'untenanted', 'r' || ${pad("n")}, 'Role ' || ${pad("n")}, 'role ' || ${pad("n")}, '{"FLOW":["VIEW","LIST"]}', 1 FROM ${numbers(roles)};
    INSERT INTO bindings (id, tenant_uid, role_id, principal_id, created_at, created_by)
      SELECT 'b' || ${pad("n")}, 'untenanted', 'r' || ${pad(`n % ${roles} + 1`)}, 'p' || ${user("n")}, n, 'x' FROM ${numbers(bindings)};
    ANALYZE;`);
}

const PLAIN = `
  UPDATE bindings SET tenant_uid = 'default' WHERE tenant_uid = 'untenanted';
  UPDATE memberships SET tenant_uid = 'default' WHERE tenant_uid = 'untenanted';
  UPDATE groups SET tenant_uid = 'default' WHERE tenant_uid = 'untenanted';
  UPDATE roles SET tenant_uid = 'default' WHERE tenant_uid = 'untenanted' AND NOT is_managed;
  UPDATE tenant_access SET tenant_uid = 'default' WHERE tenant_uid = 'untenanted';
  UPDATE tenants SET users = (SELECT COUNT(*) FROM tenant_access AS a WHERE a.tenant_uid = uid),
                     groups = (SELECT COUNT(*) FROM groups AS g WHERE g.tenant_uid = uid),
                     bindings = (SELECT COUNT(*) FROM bindings AS b WHERE b.tenant_uid = uid),
                     roles = (SELECT COUNT(*) FROM roles AS r WHERE r.tenant_uid = uid)
  WHERE uid IN ('default', 'untenanted');
  COMMIT;`;

/** Runs a command to its end: seconds and the most memory it had, in MB. */
function measured(command, input = "") {
  const script = `import json, resource, subprocess, sys, time
began = time.monotonic()
done = subprocess.run(sys.argv[1:], input=sys.stdin.read(), text=True, capture_output=True)
took = time.monotonic() - began
print(json.dumps({"took": took, "memory": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, "code": done.returncode, "said": done.stdout + done.stderr}))`;
  const result = JSON.parse(execFileSync("python3", ["-c", script, ...command], { input, maxBuffer: 1 << 28, encoding: "utf8" }));
  if (result.code !== 0) throw new Error(`${command.join(" ")}: ${result.said}`);
  return result;
}

/** A second instance with the same content. */
function copy(one) {
  const other = instance(one.engine);
  if (one.engine === "postgres") {
    const [server, name] = [other.database.replace(/\/[^/]*$/, "/postgres"), (url) => url.split("/").pop()];
    execFileSync("psql", ["--no-psqlrc", "-qc", `DROP DATABASE ${name(other.database)}`, server]);
    execFileSync("psql", ["--no-psqlrc", "-qc", `CREATE DATABASE ${name(other.database)} TEMPLATE ${name(one.database)}`, server]);
  } else {
    copyFileSync(one.database.slice("sqlite:".length), other.database.slice("sqlite:".length));
  }
  return other;
}

function plain(one) {
  if (one.engine === "postgres") {
    return measured(["psql", "--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", one.database], `BEGIN; SET CONSTRAINTS ALL DEFERRED;${PLAIN}`);
  }
  const settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = memory;";
  return measured(["sqlite3", "-bail", one.database.slice("sqlite:".length)], `${settings} BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON;${PLAIN}`);
}

const page = async (url, headers) => {
  const began = performance.now();
  const answer = await request(`${url}/api/v1/named/roles/search`, { headers });
  if (answer.status !== 200) throw new Error(`page: ${answer.status}`);
  return performance.now() - began;
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Runs the sync while somebody else works in another tenant: their usual time, their time meanwhile, the longest. */
async function whileOthersWork(one) {
  const server = await start(binary, one);
  const headers = { authorization: basic, "content-type": "application/json" };
  await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"named","name":"Named"}');
  const usual = [];
  for (let count = 0; count < 300; count++) usual.push(await page(server.url, headers));
  let done = false;
  const sync = spawn(binary, ["auths", "users", "sync-access", "--config", one.config], { stdio: "ignore" });
  const ended = new Promise((resolve, reject) => sync.on("exit", (code) => ((done = true), code === 0 ? resolve() : reject(new Error("sync-access failed")))));
  const meanwhile = [];
  while (!done) {
    meanwhile.push(await page(server.url, headers));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await ended;
  await server.stop();
  return { usual: median(usual), meanwhile: median(meanwhile), longest: Math.max(...meanwhile) };
}

for (const engine of engines) {
  console.log(`\nsync-access on ${engine}`);
  const runs = [];
  for (const size of sizes) {
    const one = instance(engine);
    await (await start(binary, one)).stop();
    seed(one, size);
    // The copies are of a database that nobody has open; what was off is on from here.
    const config = readFileSync(one.config, "utf8").replace("default-tenant: false", "default-tenant: true");
    const [shell, others] = [copy(one), size === sizes[0] ? copy(one) : null];
    for (const each of [one, shell, others].filter(Boolean)) writeFileSync(each.config, config.replace(one.database, each.database));
    const preview = measured([binary, "auths", "users", "sync-access", "--dry-run", "--config", one.config]);
    const sync = measured([binary, "auths", "users", "sync-access", "--config", one.config]);
    const sql = plain(shell);
    runs.push(sync.took);
    console.log(`  ${size.users.toLocaleString("en")} users, ${size.memberships.toLocaleString("en")} memberships, ${size.bindings.toLocaleString("en")} bindings`);
    console.log(`    sync-access        ${seconds(sync.took)}, ${sync.memory.toFixed(0)} MB at most (at most 150)${verdict(sync.memory <= 150)}`);
    console.log(`    as plain SQL       ${seconds(sql.took)}: sync-access takes ${(sync.took / sql.took).toFixed(2)} × (at most 1.25)${verdict(sync.took <= 1.25 * sql.took)}`);
    console.log(`    preview            ${seconds(preview.took)}: ${(preview.took / sync.took).toFixed(2)} of it (at most 0.5), ${preview.memory.toFixed(0)} MB${verdict(preview.took <= 0.5 * sync.took)}`);
    if (others) {
      const { usual, meanwhile, longest } = await whileOthersWork(others);
      console.log(`    others meanwhile   ${meanwhile.toFixed(2)} ms for ${usual.toFixed(2)} ms: ${(meanwhile / usual).toFixed(2)} × (at most 3), the longest ${longest.toFixed(0)} ms${verdict(meanwhile <= 3 * usual)}`);
    }
  }
  console.log(`  ten times the users: ${(runs[1] / runs[0]).toFixed(1)} × the time (at most 12)${verdict(runs[1] <= 12 * runs[0])}`);
}
