// Builds, starts a server, and does both again whenever a file of either half changes. A build that fails leaves the
// server that runs.
//
//   node .ci/dev.mjs BINARY ARGUMENT …
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";

const [binary, ...args] = process.argv.slice(2);
const SOURCES = ["app", "server", "style", "public", "migrations", "Cargo.toml"];
/** What is saved within so many milliseconds is built together. */
const TOGETHER = 200;

const run = (command, ...args) => spawn(command, args, { stdio: "inherit" });
let server;
async function stop() {
  if (!server || server.exitCode !== null) return;
  server.kill();
  await once(server, "exit");
}

let working = false;
let changed = false;
async function work() {
  if (working) return;
  working = true;
  while (changed) {
    changed = false;
    const [code] = await once(run(".ci/build", "debug"), "exit");
    if (code !== 0 || changed) continue;
    await stop();
    server = run(binary, ...args);
  }
  working = false;
}

let timer;
function note() {
  changed = true;
  clearTimeout(timer);
  timer = setTimeout(work, TOGETHER);
}
for (const source of SOURCES) watch(source, { recursive: true }, note);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop().then(() => process.exit()));
note();
