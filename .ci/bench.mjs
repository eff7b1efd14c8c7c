// Measures the release from outside, in one run, so that its ratios compare like with like.
//
//   node .ci/bench.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { admin, basic, bench, request, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const ms = (value) => value.toFixed(2).padStart(8);

async function signIn(url) {
  const body = new URLSearchParams(admin).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  const answer = await request(`${url}/serverfn/sign_in`, { method: "POST", headers }, body);
  return answer.headers["set-cookie"][0].split(";")[0];
}

// Tenants as the product writes them, in bulk: with roles, access and a binding for the admin.
function seed(one, from, to) {
  const numbers =
    one.engine === "postgres"
      ? `SELECT n FROM generate_series(${from}, ${to}) AS n`
      : `WITH RECURSIVE c(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM c WHERE n < ${to}) SELECT n FROM c`;
  const pad = (n) => (one.engine === "postgres" ? `lpad(${n}::text, 6, '0')` : `substr('000000' || ${n}, -6)`);
  const word = `CASE n % 5 WHEN 0 THEN 'retail' WHEN 1 THEN 'payments' WHEN 2 THEN 'logistics' WHEN 3 THEN 'research' ELSE 'finance' END`;
  const sql = `
    INSERT INTO tenants (uid, kind, id, name, sort_name, search, created_at, created_by)
      SELECT 'u' || ${pad("n")}, 'NAMED', ${word} || '-' || ${pad("n")}, 'Tenant ' || ${pad("n")}, 'tenant ' || ${pad("n")},
             ${word} || '-' || ${pad("n")} || ' tenant ' || ${pad("n")}, 1700000000000 + n, '${admin.email}' FROM (${numbers}) AS s;
    INSERT INTO roles (tenant_uid, id, name, description, permissions, is_managed, created_at)
      SELECT 'u' || ${pad("n")}, r.name || '_' || n, r.name, r.description, r.permissions, TRUE, 1700000000000
      FROM (${numbers}) AS s, roles AS r WHERE r.tenant_uid = (SELECT uid FROM tenants WHERE id = 'template');
    INSERT INTO tenant_access (tenant_uid, principal_id, granted_at)
      SELECT 'u' || ${pad("n")}, p.id, 1700000000000 + n FROM (${numbers}) AS s, principals AS p;
    INSERT INTO bindings (id, tenant_uid, role_id, principal_id, created_at, created_by)
      SELECT 'b' || ${pad("n")}, 'u' || ${pad("n")}, 'Tenant Admin_' || n, p.id, 1700000000000, '${admin.email}'
      FROM (${numbers}) AS s, principals AS p;
    ANALYZE;`;
  one.execute(sql);
}

async function time(url, cookie, path) {
  const once = async () => {
    const began = performance.now();
    const answer = await request(url + path, { headers: { cookie, accept: "text/html" } });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    return { took: performance.now() - began, bytes: answer.body.length };
  };
  for (let warm = 0; warm < 30; warm++) await once();
  const all = [];
  for (let count = 0; count < 200; count++) all.push(await once());
  return { took: median(all.map((one) => one.took)), bytes: all[0].bytes };
}

const wrk = (url, ...headers) => {
  const out = execFileSync("wrk", ["-t2", "-c32", "-d5s", ...headers.flatMap((header) => ["-H", header]), url], { encoding: "utf8" });
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]);
};

const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

for (const engine of engines) {
  console.log(`\n${engine}`);
  const one = instance(engine);

  const first = await start(binary, one);
  await first.stop();
  const starts = [];
  for (let run = 0; run < 10; run++) {
    const server = await start(binary, one);
    starts.push(server.took);
    await server.stop();
  }
  console.log(`  cold start to first answer    ${ms(median(starts))} ms (empty database, with migrations and the first user: ${first.took.toFixed(0)} ms)`);

  let server = await start(binary, one);
  const headers = { authorization: basic, "content-type": "application/json" };
  await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"template","name":"Template"}');
  let errors = 0;
  const began = performance.now();
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) {
        const body = JSON.stringify({ id: `api-${n}`, name: `Over the API ${n}` });
        const answer = await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, body).catch(() => ({ status: 0 }));
        if (answer.status !== 200) errors++;
      }
    }),
  );
  console.log(`  1,000 tenants over the API    ${ms(performance.now() - began)} ms, ${errors} errors`);
  await server.stop();

  const sized = instance(engine);
  server = await start(binary, sized);
  await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"template","name":"Template"}');
  const pages = {
    "first page": "/administration/tenants",
    "search, few hits": "/administration/tenants?q=000042",
    "search, many hits": "/administration/tenants?q=tenant",
    "last page": "/administration/tenants?at=last",
    "by name, last page": "/administration/tenants?sort=name&at=last",
  };
  const base = {};
  let seeded = 0;
  for (const size of [100, 10_000, 100_000]) {
    seed(sized, seeded + 1, size - 1);
    seeded = size - 1;
    await server.stop();
    server = await start(binary, sized);
    const cookie = await signIn(server.url);
    for (const [name, path] of Object.entries(pages)) {
      const { took } = await time(server.url, cookie, path);
      base[name] ??= took;
      console.log(`  ${String(size).padStart(7)} tenants, ${name.padEnd(20)} ${ms(took)} ms   ${(took / base[name]).toFixed(2)} × the time at 100`);
    }
  }

  const cookie = await signIn(server.url);
  const page = await request(`${server.url}/administration/tenants`, { headers: { cookie } });
  const css = /href="(\/pkg\/[^"]+\.css)"/.exec(page.body.toString())[1];
  const plain = await request(server.url + css);
  const dynamic = wrk(`${server.url}/administration/tenants`, `Cookie: ${cookie}`);
  const fixed = wrk(server.url + css);
  console.log(`  throughput of the first page  ${dynamic.toFixed(0).padStart(8)} requests/s (${page.body.length} bytes)`);
  console.log(`  of a static file              ${fixed.toFixed(0).padStart(8)} requests/s (${plain.body.length} bytes): the page does ${(dynamic / fixed).toFixed(3)} of it`);
  const made = await request(`${server.url}/api/v1/me/api-tokens`, { method: "POST", headers }, '{"name":"bench"}');
  const bearer = `Authorization: Bearer ${JSON.parse(made.body).fullToken}`;
  const idle = wrk(`${server.url}/health`);
  console.log(`  throughput of /health         ${idle.toFixed(0).padStart(8)} requests/s`);
  for (const path of ["/me", "/template/roles/viewer_template", "/tenants/search?size=10"]) {
    const answered = wrk(`${server.url}/api/v1${path}`, bearer);
    console.log(`    with a token, ${path.padEnd(33)} ${answered.toFixed(0).padStart(8)} requests/s: ${(answered / idle).toFixed(3)} of it`);
  }
  await server.stop();

  server = await start(binary, one);
  const again = await signIn(server.url);
  for (let count = 0; count < 1000; count++) {
    await request(`${server.url}/administration/tenants`, { headers: { cookie: again } });
  }
  console.log(`  memory after 1,000 requests   ${memory(server.pid).toFixed(1).padStart(8)} MB resident`);
  await server.stop();
}
