// What the server holds in memory, and how pages answer, while it is used: idle, by users that are made, by pages, by a
// storm of wrong sign-ins, and by a mix of everything that must come to no end above what it began with.
//
//   node .ci/bench-memory.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { availableParallelism } from "node:os";
import { basic, bench, request, signIn, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const cores = availableParallelism();
const STORM = { connections: 100, attempts: 1_000 };
const SOAK = { seconds: 60, settled: 20 };
/** In MB. */
const GOAL = { idle: 40, peak: 60 + 20 * cores, after: 60, soak: 4 };
/** How much longer pages may take while the storm goes on. */
const SLOWER = 2;

const field = (pid, name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const memory = (pid) => field(pid, "VmRSS");
/** The most since it was last asked. */
const peak = (pid) => {
  const most = field(pid, "VmHWM");
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  return most;
};
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const say = (what, value, goal) =>
  console.log(`  ${what.padEnd(58)} ${value.toFixed(1).padStart(7)} MB${goal === undefined ? "" : ` (at most ${goal})${value > goal ? "  TOO MUCH" : ""}`}`);

const PAGES = ["/administration/tenants", "/administration/users", "/administration/audit", "/ui/big", "/ui/big/users", "/ui/big/roles", "/ui/big/access", "/ui/big/groups", "/account"];

/** A page; how long it took. */
async function page(url, cookie, path) {
  const began = performance.now();
  const answer = await request(url + path, { headers: { cookie, accept: "text/html" } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  return performance.now() - began;
}

/** A sign-in with a wrong password, as a browser without JavaScript sends it. */
async function wrong(url, email, agent) {
  const form = new URLSearchParams({ email, password: "Wrong!1234", next: "/ui", __page: "/login" }).toString();
  const headers = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
  return (await request(`${url}/serverfn/sign_in`, { method: "POST", headers, ...(agent && { agent }) }, form)).status;
}

/** Does something with each of the numbers below `count`, `width` of them at a time. */
async function each(count, width, what) {
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => { while (next < count) await what(next++); }));
}

for (const engine of engines) {
  console.log(`\nmemory on ${engine}, ${cores} cores`);
  const one = instance(engine);
  // The first start makes the database.
  await (await start(binary, one)).stop();
  const server = await start(binary, one);
  const { url, pid } = server;
  await wait(2_000);
  say("idle after the start", memory(pid), GOAL.idle);

  const headers = { authorization: basic, "content-type": "application/json" };
  const post = (path, body) => request(`${url}/api/v1${path}`, { method: "POST", headers }, JSON.stringify(body));
  for (let n = 0; n < 5; n++) {
    const made = await post("/users", { email: `user-${n}@example.com`, password: "Right!1234" });
    if (made.status >= 300) throw new Error(`user: ${made.status} ${made.body}`);
  }
  say("after five users were made", memory(pid));
  await wait(5_000);
  say("five seconds later", memory(pid));

  await post("/tenants", { id: "big", name: "Big" });
  for (let n = 0; n < 25; n++) await post("/tenants", { id: `tenant-${n}`, name: `Tenant ${n}` });
  const cookie = await signIn(url);
  await each(900, 32, (n) => page(url, cookie, PAGES[n % PAGES.length]));
  say("after 900 pages at 32 connections", memory(pid));
  await wait(10_000);
  say("ten seconds later", memory(pid));

  const timed = "/administration/tenants";
  const usual = [];
  for (let count = 0; count < 100; count++) usual.push(await page(url, cookie, timed));
  const agent = new http.Agent({ keepAlive: true, maxSockets: STORM.connections });
  peak(pid);
  const slower = [];
  const answers = {};
  let over = false;
  const began = performance.now();
  const storm = each(STORM.attempts, STORM.connections, async (n) => {
    const status = await wrong(url, n % 2 ? `user-${n % 5}@example.com` : `nobody-${n}@example.com`, agent);
    answers[status] = (answers[status] ?? 0) + 1;
  }).then(() => (over = true));
  while (!over) {
    slower.push(await page(url, cookie, timed));
    await wait(20);
  }
  await storm;
  const took = performance.now() - began;
  agent.destroy();
  const said = Object.entries(answers).map(([status, count]) => `${count} × ${status}`).join(", ");
  console.log(`  ${STORM.attempts.toLocaleString("en")} wrong sign-ins from ${STORM.connections} connections: ${(took / 1000).toFixed(1)} s, ${said}`);
  say("  at the peak", peak(pid), GOAL.peak);
  await wait(10_000);
  say("  ten seconds later", memory(pid), GOAL.after);
  const ratio = median(slower) / median(usual);
  console.log(`    a page takes ${median(slower).toFixed(1)} ms meanwhile, ${median(usual).toFixed(1)} ms usually: ${ratio.toFixed(2)} × (at most ${SLOWER})${ratio > SLOWER ? "  TOO SLOW" : ""}`);

  // A mix of everything, for a minute. What it has reached after a while must be all it takes.
  const ends = performance.now() + SOAK.seconds * 1000;
  const samples = [];
  let requests = 0;
  const users = Array.from({ length: 4 }, async (_, worker) => {
    for (let n = worker; performance.now() < ends; n += 4, requests++) {
      const kind = n % 20;
      if (kind === 0) await wrong(url, `user-${n % 5}@example.com`);
      else if (kind === 1) await signIn(url);
      else if (kind < 4) await request(`${url}/api/v1/tenants/search?size=25`, { headers });
      else if (kind === 4) await post("/big/groups", { name: `Group ${n}`, description: "Of the soak" });
      else if (kind === 5) {
        const listening = http.get(`${url}/live?at=/ui/big/groups`, { headers: { cookie } });
        listening.on("error", () => {});
        setTimeout(() => listening.destroy(), 200);
      } else await page(url, cookie, PAGES[n % PAGES.length]);
    }
  });
  while (performance.now() < ends) {
    samples.push(memory(pid));
    await wait(250);
  }
  await Promise.all(users);
  const at = (from, to) => median(samples.slice(from * 4, to * 4));
  const [early, late] = [at(SOAK.settled, SOAK.settled + 10), at(SOAK.seconds - 10, SOAK.seconds)];
  console.log(`  a mix of ${requests.toLocaleString("en")} requests in ${SOAK.seconds} s: ${early.toFixed(1)} MB after ${SOAK.settled} s, ${late.toFixed(1)} MB at the end`);
  say("  growth", late - early, GOAL.soak);
  await server.stop();
}
