// An import of many tenants against the same rows as plain SQL, run by the database's own shell, in turns in one run.
//
//   node .ci/bench-import.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { bench } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const [TENANTS, ROUNDS, MOST, PIECE] = [10_000, 3, 2, 500];
const folder = process.argv[3];
const big = { maxBuffer: 1 << 30, encoding: "utf8" };

// What an import writes; the rest of each row is kept by triggers.
const tables = {
  tenants: "uid kind id name sort_name search settings created_at created_by",
  principals: "id kind name first_name last_name description superadmin restricted search created_at created_by",
  roles: "tenant_uid id name description permissions is_default is_managed reaches_instance created_at search",
  tenant_access: "tenant_uid principal_id granted_at explicit",
  bindings: "id tenant_uid role_id principal_id group_id namespace created_at created_by",
  audit_log:
    "id chain seq tenant_uid tenant_id at type resource target caller_id caller door request_id address before after previous_hash hash",
  audit_heads: "chain seq hash",
};
// Of these every instance has some from its first start.
const own = {
  tenants: "WHERE kind = 'NAMED'",
  roles: "WHERE tenant_uid NOT IN ('default', 'untenanted')",
  audit_log: "WHERE chain <> 'default'",
  audit_heads: "WHERE chain <> 'default'",
};

/** A document of tenants with an admin each. */
function document() {
  const number = (n) => String(n).padStart(5, "0");
  const all = Array.from({ length: TENANTS }, (_, n) => number(n));
  const bindings = (n) => [{ type: "USER", externalId: `u${n}`, roleId: `admin_t-${n}` }];
  const tenants = all.map((n) => ({ id: `t-${n}`, name: `Tenant ${n}`, bindings: bindings(n) }));
  const users = all.map((n) => ({ id: `u${n}`, email: `lead-${n}@example.com` }));
  return JSON.stringify({ tenants, users });
}

/** All rows of a table as objects. */
function rows(one, table) {
  const select = `SELECT ${tables[table].replaceAll(" ", ", ")} FROM ${table} ${own[table] ?? ""}`;
  if (one.engine === "postgres") {
    const lines = execFileSync("psql", ["--no-psqlrc", "-Atqc", `SELECT row_to_json(r) FROM (${select}) AS r`, one.database], big);
    return lines.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }
  const script = `import sqlite3, sys, json
c = sqlite3.connect(sys.argv[1]); c.row_factory = sqlite3.Row
json.dump([dict(row) for row in c.execute(sys.argv[2])], sys.stdout)`;
  return JSON.parse(execFileSync("python3", ["-c", script, one.database.slice("sqlite:".length), select], big));
}

/** The rows of an instance as SQL: as few statements as is usual, in one transaction. */
function sql(one) {
  const literal = (value) => (value === null ? "NULL" : typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value));
  const parts = ["BEGIN;"];
  for (const [table, columns] of Object.entries(tables)) {
    const names = columns.split(" ");
    const all = rows(one, table).map((row) => `(${names.map((name) => literal(row[name])).join(", ")})`);
    for (let at = 0; at < all.length; at += PIECE) {
      parts.push(`INSERT INTO ${table} (${names.join(", ")}) VALUES\n${all.slice(at, at + PIECE).join(",\n")};`);
    }
  }
  return [...parts, "COMMIT;"].join("\n");
}

function plain(one, file) {
  if (one.engine === "postgres") {
    execFileSync("psql", ["--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, one.database]);
  } else {
    const script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA foreign_keys = ON'); c.executescript(open(sys.argv[2]).read())";
    execFileSync("python3", ["-c", script, one.database.slice("sqlite:".length), file]);
  }
}

const kestra = (one, ...args) => execFileSync(binary, [...args, "--config", one.config, "--log-level", "WARN"], big);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const timed = (work) => {
  const began = performance.now();
  work();
  return performance.now() - began;
};
/** An instance whose tables are there, and empty. */
function empty(engine) {
  const one = instance(engine);
  kestra(one, "tenants", "list");
  return one;
}

let slow = 0;
for (const engine of engines) {
  const [source, script] = [`${folder}/import.json`, `${folder}/import-${engine}.sql`];
  writeFileSync(source, document());
  const first = empty(engine);
  kestra(first, "access", "import", source, "-o", "json");
  writeFileSync(script, sql(first));
  const took = { import: [], plain: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const [one, other] = [empty(engine), empty(engine)];
    took.import.push(timed(() => kestra(one, "access", "import", source, "-o", "json")));
    took.plain.push(timed(() => plain(other, script)));
  }
  const again = timed(() => kestra(first, "access", "import", source, "-o", "json"));
  const out = timed(() => kestra(first, "access", "export"));
  const ratio = median(took.import) / median(took.plain);
  if (ratio > MOST) slow++;
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
  console.log(`\nimport of ${TENANTS.toLocaleString("en")} tenants with an admin each, on ${engine}`);
  console.log(`  import ${seconds(median(took.import))}, the same rows as plain SQL ${seconds(median(took.plain))}: ${ratio.toFixed(2)} ×${ratio > MOST ? "  TOO SLOW" : ""}`);
  console.log(`  import of what is there ${seconds(again)}, export ${seconds(out)}`);
}
console.log(slow === 0 ? `\nevery import within ${MOST} ×` : `\n${slow} imports above ${MOST} ×`);
