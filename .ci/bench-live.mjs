// A thousand open pages that listen: what they cost the server, and how soon all of them hear of a change.
//
//   node .ci/bench-live.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { readFileSync } from "node:fs";
import http from "node:http";
import { basic, bench, request, signIn, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const PAGES = 1_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: PAGES + 10 });
const memory = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const verdict = (ok) => (ok ? "" : "  TOO MUCH");

/** An open page; `heard` is set to be told of the next event. */
const open = (url, cookie) =>
  new Promise((resolve, reject) => {
    const page = { heard: undefined };
    http
      .get(`${url}/live?at=/ui/big/roles`, { agent, headers: { cookie } }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`live: ${answer.statusCode}`));
        answer.on("data", (data) => String(data).includes("data: ") && page.heard?.());
        resolve(page);
      })
      .on("error", reject);
  });

for (const engine of engines) {
  const one = instance(engine);
  const server = await start(binary, one);
  const headers = { authorization: basic, "content-type": "application/json" };
  await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"big","name":"Big"}');
  const cookie = await signIn(server.url);
  for (let count = 0; count < 200; count++) await request(`${server.url}/ui/big/roles`, { headers: { cookie } });
  const before = memory(server.pid);
  const pages = [];
  for (let count = 0; count < PAGES; count++) pages.push(await open(server.url, cookie));
  const cost = memory(server.pid) - before;
  const took = [];
  for (let round = 0; round < 5; round++) {
    const all = Promise.all(pages.map((page) => new Promise((resolve) => (page.heard = resolve))));
    const began = performance.now();
    await request(`${server.url}/api/v1/big/roles`, { method: "POST", headers }, `{"name":"Role ${round}","permissions":{}}`);
    await all;
    took.push(performance.now() - began);
  }
  const slowest = Math.max(...took);
  console.log(`\n${PAGES.toLocaleString("en")} open pages on ${engine}`);
  console.log(`  ${cost.toFixed(0)} MB more than before (at most 50)${verdict(cost <= 50)}`);
  console.log(`  a change is heard by all after ${slowest.toFixed(0)} ms at the latest (at most 1,000)${verdict(slowest <= 1000)}`);
  agent.destroy();
  await server.stop();
}
