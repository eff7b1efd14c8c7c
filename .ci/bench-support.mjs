// What the benchmarks share: instances of their own, the server, requests over kept connections.
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";

export const admin = { email: "admin@example.com", password: "Root!1234" };
export const basic = "Basic " + Buffer.from(`${admin.email}:${admin.password}`).toString("base64");
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** What a benchmark was started with: BINARY FOLDER POSTGRES_URL ENGINE … */
export function bench() {
  const [binary, folder, postgres, ...engines] = process.argv.slice(2);
  let counter = 0;
  /** A configuration with an empty database; `execute` runs SQL in it and refreshes what the planner knows. */
  function instance(engine) {
    const name = `bench_${process.pid}_${counter++}`;
    let database = `sqlite:${join(folder, name)}.db`;
    if (engine === "postgres") {
      execFileSync("psql", ["--no-psqlrc", "-qc", `CREATE DATABASE ${name}`, postgres]);
      database = postgres.replace(/\/[^/]*$/, `/${name}`);
    }
    const config = join(folder, `${name}.yml`);
    writeFileSync(
      config,
      `datasources: {main: {url: "${database}"}}\nmicronaut: {server: {port: 0}}\n` +
        `kestra: {ee: {tenants: {enabled: true, default-tenant: false}}, security: {super-admin: {username: ${admin.email}, password: "${admin.password}"}}}\n`,
    );
    const execute = (sql) => {
      if (engine === "postgres") {
        execFileSync("psql", ["--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, database]);
        execFileSync("psql", ["--no-psqlrc", "-q", "-c", "VACUUM ANALYZE", database]);
      } else {
        const script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA foreign_keys = ON'); c.executescript(sys.stdin.read()); c.commit()";
        execFileSync("python3", ["-c", script, database.slice("sqlite:".length)], { input: sql });
      }
    };
    return { engine, database, config, execute };
  }
  return { binary, engines, instance };
}

export const request = (url, options = {}, body) =>
  new Promise((resolve, reject) => {
    const sent = http.request(url, { agent, ...options }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** Starts the server; `took` is the time from the start of the process to the first answer, in milliseconds. */
export async function start(binary, one) {
  const began = performance.now();
  const child = spawn(binary, ["server", "--config", one.config, "--log-level", "WARN"], { stdio: ["ignore", "pipe", "pipe"] });
  // A figure of a server that panics, or fails, is none.
  child.stderr.setEncoding("utf8").on("data", (text) => {
    process.stderr.write(text);
    if (!/panicked at| ERROR /.test(text)) return;
    console.error("the server's log has errors: this run counts for nothing");
    process.exitCode = 1;
  });
  const url = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const found = /Kestra is at (http:\/\/[^\s/]+)/.exec(said);
      if (found) resolve(found[1]);
    });
    child.on("exit", () => reject(new Error("the server did not start")));
  });
  const answer = await request(`${url}/health`);
  if (answer.status !== 200) throw new Error(`health: ${answer.status}`);
  const took = performance.now() - began;
  const stop = () => new Promise((resolve) => (child.removeAllListeners("exit"), child.on("exit", resolve), child.kill("SIGTERM")));
  return { url, took, pid: child.pid, stop };
}

/** The cookies of a browser that the superadmin signed in with. */
export async function signIn(url) {
  const form = new URLSearchParams({ ...admin, next: "/ui", __page: "/login" }).toString();
  const headers = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
  const answer = await request(`${url}/serverfn/sign_in`, { method: "POST", headers }, form);
  if (answer.status !== 303) throw new Error(`sign in: ${answer.status}`);
  return answer.headers["set-cookie"].map((one) => one.split(";")[0]).join("; ");
}
