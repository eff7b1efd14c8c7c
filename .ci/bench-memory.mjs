// What the server holds in memory, and how pages answer, while it is used: idle, by users that are made, by pages, by a
// storm of wrong sign-ins, and by a mix of everything that must come to no end above what it began with.
//
//   node .ci/bench-memory.mjs BINARY FOLDER POSTGRES_URL ENGINE …
//   SOAK=20 …                     the mix for 20 minutes instead of 5
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { availableParallelism } from "node:os";
import { basic, bench, request, signIn, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const cores = availableParallelism();
const STORM = { connections: 100, attempts: 1_000 };
const PAGE_LOADS = { pages: 10_000, connections: 32 };
/** How many minutes the mix goes on. In the first it settles. */
const SOAK = Number(process.env.SOAK || 5);
/** In MB. */
const GOAL = { idle: 40, peak: 60 + 20 * cores, after: 60, pages: 60, growth: 4 };
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

/** A request that its browser gives up after so many milliseconds. */
const givenUp = (url, headers, after) =>
  new Promise((resolve) => {
    const sent = http.get(url, { headers });
    sent.on("response", (answer) => answer.resume());
    sent.on("error", () => {});
    sent.on("close", resolve);
    setTimeout(() => sent.destroy(), after);
  });

const opens = ({ url, cookie, n }) => page(url, cookie, PAGES[n % PAGES.length]);
const leaves = ({ url, cookie, n }) => givenUp(url + PAGES[n % PAGES.length], { cookie, accept: "text/html" }, n % 12);
const listens = ({ url, cookie }) => givenUp(`${url}/live?at=/ui/big/groups`, { cookie }, 200);
const lists = ({ url, headers }) => request(`${url}/api/v1/tenants/search?size=25`, { headers });
const makes = ({ post, n }) => post("/big/groups", { name: `Group ${n}`, description: "Of the soak" });
const mistypes = ({ url, n }) => wrong(url, `user-${n % 5}@example.com`);
const signsIn = ({ url }) => signIn(url);
/** What is done again and again, in this order. */
const MIX = [mistypes, opens, opens, lists, opens, leaves, makes, opens, listens, opens, signsIn, opens, opens, leaves, lists, opens, opens];

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
  const { pages, connections } = PAGE_LOADS;
  const opened = performance.now();
  await each(pages, connections, (n) => page(url, cookie, PAGES[n % PAGES.length]));
  const rate = pages / ((performance.now() - opened) / 1000);
  console.log(`  ${pages.toLocaleString("en")} pages at ${connections} connections: ${rate.toFixed(0)} a second`);
  say("  at their end", memory(pid));
  await wait(10_000);
  say("  ten seconds later", memory(pid), GOAL.pages);

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

  // A mix of everything. What it has reached after a minute must be all it takes.
  const minutes = [];
  let requests = 0;
  let soaking = true;
  const users = Array.from({ length: 4 }, async (_, worker) => {
    for (let n = worker; soaking; n += 4, requests++) await MIX[n % MIX.length]({ url, cookie, headers, post, n });
  });
  for (let minute = 1; minute <= SOAK; minute++) {
    const samples = [];
    for (let second = 0; second < 60; second++) {
      await wait(1_000);
      samples.push(memory(pid));
    }
    minutes.push(median(samples));
  }
  soaking = false;
  await Promise.all(users);
  console.log(`  a mix of ${requests.toLocaleString("en")} requests; MB in each minute: ${minutes.map((value) => value.toFixed(1)).join(", ")}`);
  say("  growth from the second minute to the last", minutes.at(-1) - minutes[1], GOAL.growth);
  await server.stop();
}
