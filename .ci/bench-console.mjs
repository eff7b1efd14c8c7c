// Every page of the console on a small instance and on a large one, in one run: how much longer the large one takes the
// server; and what the browser does with the largest page.
//
//   node .ci/bench-console.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { address, seed } from "./bench-seed.mjs";
import { admin, basic, bench, request, signIn, start } from "./bench-support.mjs";

const { chromium } = createRequire(new URL("../end2end/package.json", import.meta.url))("@playwright/test");
const { binary, engines, instance } = bench();
const sizes = {
  small: { users: 100, groups: 10, roles: 10, tenants: 10, audit: 1_000 },
  large: { users: 100_000, groups: 10_000, roles: 1_000, tenants: 10_000, audit: 1_000_000 },
};
const MOST = 2;
const HYDRATION = 100;

/** Pages at addresses that both instances have. */
const pages = [
  "/ui",
  "/account",
  "/find?q=karin",
  "/find?q=karin&in=big",
  "/administration/tenants",
  "/administration/tenants/big",
  "/administration/create-tenant",
  "/administration/users",
  `/administration/users?q=${address(42).split("@")[0]}`,
  "/administration/users/p0000042",
  "/administration/service-accounts",
  "/administration/service-accounts/s0000002",
  "/administration/sync-access",
  "/administration/audit",
  "/administration/instance",
  "/ui/big",
  "/ui/big/users",
  `/ui/big/users?q=${address(42).split("@")[0]}`,
  "/ui/big/users/p0000042",
  "/ui/big/invitations",
  "/ui/big/invitations/create",
  "/ui/big/groups",
  "/ui/big/groups/g0000001",
  "/ui/big/groups/g0000002",
  "/ui/big/roles",
  "/ui/big/roles/viewer_big",
  "/ui/big/roles/r0000001",
  "/ui/big/access",
  "/ui/big/access/create",
  `/ui/big/explain?principal=${address(42)}&permission=FLOW:VIEW`,
  "/ui/big/who-can?permission=FLOW:VIEW",
  "/ui/big/service-accounts",
  "/ui/big/namespaces",
  "/ui/big/flows",
  "/ui/big/flows/team0000002/flow",
  "/ui/big/executions",
  "/ui/big/audit",
  "/ui/big/audit?resource=GROUP",
];

/** The median of many loads of a page, in milliseconds, and how large it is. */
async function load(url, cookie, path) {
  const once = async () => {
    const began = performance.now();
    const answer = await request(url + path, { headers: { cookie, accept: "text/html" } });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    return [performance.now() - began, answer.body.length];
  };
  for (let warm = 0; warm < 5; warm++) await once();
  const all = [];
  for (let count = 0; count < 40; count++) all.push(await once());
  all.sort(([a], [b]) => a - b);
  return all[Math.floor(all.length / 2)];
}

/** How long the main thread of Chromium is busy in the second from the program's first step: taking over the page, and
 * all that comes of it. */
async function hydration(url, path) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage();
  await page.goto(`${url}/login?next=${encodeURIComponent(path)}`);
  await page.waitForSelector("body[data-hydrated]");
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(url + path);
  const took = [];
  for (let round = 0; round < 5; round++) {
    await browser.startTracing(page, { categories: ["devtools.timeline", "toplevel", "v8", "blink.user_timing"] });
    await page.goto(url + path);
    await page.waitForSelector("body[data-hydrated]");
    await page.waitForTimeout(1_100);
    const { traceEvents } = JSON.parse(await browser.stopTracing());
    const main = traceEvents.find((one) => one.name === "thread_name" && one.args.name === "CrRendererMain");
    const began = traceEvents.find((one) => one.cat === "blink.user_timing" && one.name === "hydration").ts;
    const ended = began + 1e6;
    const tasks = traceEvents.filter((one) => one.ph === "X" && one.name === "ThreadControllerImpl::RunTask" && one.pid === main.pid && one.tid === main.tid);
    const busy = tasks.reduce((sum, { ts, dur }) => sum + Math.max(0, Math.min(ts + dur, ended) - Math.max(ts, began)), 0);
    took.push(busy / 1000);
  }
  await browser.close();
  return took.sort((a, b) => a - b)[2];
}

for (const engine of engines) {
  console.log(`\nconsole on ${engine}: ${Object.entries(sizes.large).map(([what, many]) => `${many.toLocaleString("en")} ${what}`).join(", ")}`);
  const took = {};
  let largest;
  for (const [name, size] of Object.entries(sizes)) {
    const one = instance(engine);
    // Access is synchronized with the default tenant.
    writeFileSync(one.config, readFileSync(one.config, "utf8").replace("default-tenant: false", "default-tenant: true"));
    let server = await start(binary, one);
    const headers = { authorization: basic, "content-type": "application/json" };
    await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"big","name":"Big"}');
    await server.stop();
    seed(one, size);
    server = await start(binary, one);
    const cookie = await signIn(server.url);
    took[name] = [];
    for (const path of pages) took[name].push(await load(server.url, cookie, path));
    const bytes = Math.max(...took[name].map(([, bytes]) => bytes));
    largest = { path: pages[took[name].findIndex(([, many]) => many === bytes)], bytes };
    if (name === "large") largest.took = await hydration(server.url, largest.path);
    await server.stop();
  }
  pages.forEach((path, at) => {
    const [[small], [large, bytes]] = [took.small[at], took.large[at]];
    const ratio = large / small;
    console.log(`  ${small.toFixed(2).padStart(7)} ms ${large.toFixed(2).padStart(8)} ms  ${ratio.toFixed(2).padStart(7)} × ${(bytes / 1024).toFixed(0).padStart(5)} KB ${ratio > MOST ? "TOO SLOW " : ""}${path}`);
  });
  console.log(`  hydration of the largest page (${largest.path}, ${(largest.bytes / 1024).toFixed(0)} KB): ${largest.took.toFixed(0)} ms of the main thread (at most ${HYDRATION})${largest.took > HYDRATION ? "  TOO SLOW" : ""}`);
}
