// A server of its own for each worker, on a fresh database, and the few steps every scenario begins with.
import { test as base, expect, type Page } from "@playwright/test";
import AxeBuilder from "@axe-core/playwright";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";

export { expect };

// `noise` is what the browser itself says where a scenario breaks its connection.
export type Options = { engine: "sqlite" | "postgres"; noise: RegExp };
export const admin = { email: "admin@example.com", password: "Root!1234" };

const binary = process.env.KESTRA_BIN || join(import.meta.dirname, "../target/debug/kestra");

// `mail` is the port of a mail server on this machine, `url` where people reach the server.
type Settings = { tenants?: boolean; defaultTenant?: boolean; superAdmin?: boolean; mail?: number; url?: string; trustedProxy?: boolean };

export class Server {
  private child?: ChildProcess;
  /** What the server has logged. */
  private log = "";
  /** Errors in the log that a scenario brings about. */
  readonly expectedErrors: RegExp[] = [];
  url = "";
  private constructor(
    readonly folder: string,
    readonly config: string,
    private readonly database: string,
    private readonly drop: () => void,
  ) {}

  static async start(engine: Options["engine"], settings: Settings = {}): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "kestra-"));
    let database = `sqlite:${join(folder, "kestra.db")}`;
    let drop = () => {};
    if (engine === "postgres") {
      const at = process.env.TEST_POSTGRES_URL;
      if (!at) throw new Error("TEST_POSTGRES_URL names no PostgreSQL server; `make test` starts one");
      const name = `browser_${randomBytes(6).toString("hex")}`;
      const psql = (sql: string) => execFileSync("psql", ["--no-psqlrc", "-qc", sql, at], { stdio: "pipe" });
      psql(`CREATE DATABASE ${name}`);
      drop = () => psql(`DROP DATABASE ${name} WITH (FORCE)`);
      const url = new URL(at);
      url.pathname = `/${name}`;
      database = url.toString();
    }
    const config = join(folder, "config.yml");
    const server = new Server(folder, config, database, drop);
    server.configure(settings);
    await server.spawn();
    return server;
  }

  private configure(settings: Settings): void {
    const superAdmin = `    super-admin: {username: ${admin.email}, password: "${admin.password}"}\n`;
    const mail = `  ee.mail-service: {host: 127.0.0.1, port: ${settings.mail}, from: kestra@example.com, starttls-enable: false}\n`;
    writeFileSync(
      this.config,
      `datasources: {main: {url: "${this.database}"}}\n` +
        `micronaut: {server: {port: 0}}\n` +
        `kestra:\n  url: "${settings.url ?? "http://kestra.example.com"}"\n  server: {trusted-proxy: ${settings.trustedProxy ?? false}}\n  ee: {tenants: {enabled: ${settings.tenants ?? true}, default-tenant: ${settings.defaultTenant ?? false}}}\n` +
        (settings.mail ? mail : "") +
        `  security:\n    login: {failed-attempts: {threshold: 1000}}\n${settings.superAdmin === false ? "" : superAdmin}`,
    );
  }

  // Starts again on the same database, configured anew.
  async restart(settings: Settings): Promise<void> {
    await this.end();
    this.configure(settings);
    await this.spawn();
  }

  /** What the superadmin's requests begin with. */
  readonly authorization = "Basic " + Buffer.from(`${admin.email}:${admin.password}`).toString("base64");

  // Calls the API as somebody, and answers with what it said.
  async api(method: string, path: string, body?: unknown, who = admin): Promise<any> {
    const authorization = "Basic " + Buffer.from(`${who.email}:${who.password}`).toString("base64");
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) } as RequestInit);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  private spawn(): Promise<void> {
    const child = spawn(binary, ["server", "--config", this.config], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    return new Promise((resolve, reject) => {
      let said = "";
      child.stderr!.on("data", (data) => {
        said += data;
        this.log += data;
      });
      child.stdout!.on("data", (data) => {
        said += data;
        const found = /Kestra is at (http:\/\/\S+?)\/?\s/.exec(said);
        if (found) resolve(void (this.url = found[1]));
      });
      child.on("exit", () => reject(new Error(`the server did not start:\n${said}`)));
    });
  }

  // Runs the command line beside the server, on the same database.
  cli(...args: string[]): string {
    return execFileSync(binary, [...args, "--config", this.config], { encoding: "utf8" });
  }

  private async end(): Promise<void> {
    const child = this.child!;
    child.removeAllListeners("exit");
    const gone = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGTERM");
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000)).then(() => child.kill("SIGKILL"))]);
  }

  async stop(): Promise<void> {
    await this.end();
    this.drop();
    rmSync(this.folder, { recursive: true, force: true });
    const faults = this.log
      .split("\n")
      .filter((line) => /panicked at| ERROR /.test(line) && !this.expectedErrors.some((expected) => expected.test(line)));
    if (faults.length > 0) throw new Error(`the server's log has errors:\n${faults.join("\n")}`);
  }
}

export type Launch = (settings: Settings) => Promise<Server>;
type Fixtures = { app: App; launch: Launch; quiet: void };

// What a browser itself says about an answer that is not 2xx; everything else on the console is ours.
const expected = /Failed to load resource: the server responded with a status of (401|403|404|405|409|422)/;

export class App {
  constructor(
    readonly page: Page,
    readonly server: Server,
    readonly js: boolean,
  ) {}

  async open(path: string): Promise<void> {
    await this.page.goto(this.server.url + path);
    await this.ready();
  }

  // Until the program has taken over the page; without JavaScript it never does.
  async ready(): Promise<void> {
    if (this.js) await this.page.waitForSelector("body[data-hydrated]");
  }

  async signIn(who = admin, path = "/administration/tenants"): Promise<void> {
    await this.open(path);
    await this.page.getByLabel("Email").fill(who.email);
    await this.page.getByLabel("Password").fill(who.password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.waitForURL(this.server.url + path);
    await this.ready();
    // Its address is there before it is.
    await this.page.waitForSelector(".topbar");
    await this.page.waitForSelector("#content h1");
  }

  // Ids are unique in one run, so scenarios share a server without meeting.
  unique(prefix: string): string {
    return `${prefix}-${randomBytes(4).toString("hex")}`;
  }

  async createTenant(id: string, name = `Tenant ${id}`): Promise<void> {
    await this.open("/administration/create-tenant");
    await this.page.getByLabel("Tenant ID").fill(id);
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByRole("button", { name: "Save" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  async accessible(): Promise<void> {
    // axe is a script; the document is the same with and without.
    if (!this.js) return;
    // Elements that fade in would be measured half way: what comes from here on doesn't, as a toast that comes later than
    // its page. One that never ends, as of a button whose form is on its way, is not waited for; nor one whose element goes.
    await this.page.emulateMedia({ reducedMotion: "reduce" });
    await this.page
      .evaluate(async () => {
        const ending = document.getAnimations().filter((one) => one.effect!.getComputedTiming().endTime !== Infinity);
        const over = Promise.allSettled(ending.map((one) => one.finished));
        await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 1_000))]);
      })
      .catch(() => {});
    const found = await new AxeBuilder({ page: this.page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
    await this.page.emulateMedia({ reducedMotion: null });
    expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
  }
}

export const test = base.extend<Fixtures, Options & { server: Server }>({
  engine: ["sqlite", { option: true, scope: "worker" }],
  noise: [/^$/, { option: true, scope: "worker" }],
  server: [
    async ({ engine }, use) => {
      const server = await Server.start(engine);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  // Servers for one scenario, with settings of their own.
  launch: async ({ engine }, use) => {
    const servers: Server[] = [];
    await use(async (settings) => {
      const server = await Server.start(engine, settings);
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
  // They go after the pages, which would ask in vain for what is new.
  context: async ({ launch: _, context }, use) => {
    await use(context);
  },
  app: async ({ page, server, javaScriptEnabled }, use) => {
    await use(new App(page, server, javaScriptEnabled !== false));
  },
  quiet: [
    async ({ page, noise }, use) => {
      const said: string[] = [];
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()) && !expected.test(message.text()) && !noise.test(message.text())) said.push(message.text());
      });
      page.on("pageerror", (error) => said.push(String(error)));
      await use();
      expect(said, "the console is silent").toEqual([]);
    },
    { auto: true },
  ],
});
