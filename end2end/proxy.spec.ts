// Behind the proxies that the README has lines for, with those very lines.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request as plain } from "node:http";
import { request as encrypted } from "node:https";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { App, expect, test, type Server } from "./support";

test.use({ ignoreHTTPSErrors: true });

const PATH = `${process.env.PATH}:/usr/sbin:${["sbin", "bin"].map((folder) => join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "kestra-build/proxies/usr", folder)).join(":")}`;

// The README's lines in a language.
function lines(language: string): string {
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const block = new RegExp("```" + language + "\n([^`]*)```").exec(readme);
  if (!block) throw new Error(`the README has no lines for ${language}`);
  return block[1];
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    }),
  );
}

// Whether anything answers at an address the way a browser asks for it: Caddy listens before it has a certificate.
function answers(scheme: string, port: number): Promise<boolean> {
  const ask = scheme === "https" ? encrypted : plain;
  const options = { host: "127.0.0.1", port, path: "/health", servername: "kestra.test", headers: { host: `kestra.test:${port}` }, rejectUnauthorized: false };
  return new Promise((resolve) => {
    ask(options, (answer) => resolve(answer.resume().statusCode === 200))
      .on("error", () => resolve(false))
      .end();
  });
}

// What a test does to the lines.
type Change = (lines: string) => string;

const proxies = {
  nginx: {
    scheme: "http",
    start(folder: string, port: number, upstream: string, change: Change): ChildProcess {
      const file = join(folder, "nginx.conf");
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${folder}/${one};`).join(" ");
      const location = change(lines("nginx")).replace("127.0.0.1:8080", upstream);
      // As root nginx would let somebody else do the work, who may not enter the folder.
      const user = process.getuid?.() === 0 ? "user root; " : "";
      writeFileSync(
        file,
        `${user}worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log stderr; events {}\n` +
          `http { access_log off; ${temporary}\nserver { listen 127.0.0.1:${port};\n${location}}\n}\n`,
      );
      return spawn("nginx", ["-e", "stderr", "-p", folder, "-c", file], { env: { PATH }, stdio: ["ignore", "ignore", "pipe"] });
    },
  },
  caddy: {
    scheme: "https",
    start(folder: string, port: number, upstream: string, change: Change): ChildProcess {
      const file = join(folder, "Caddyfile");
      const site = change(lines("caddyfile")).replace("kestra.example.com {", `kestra.test:${port} {\n    tls internal`).replace("127.0.0.1:8080", upstream);
      writeFileSync(file, `{\n    admin off\n    auto_https disable_redirects\n    skip_install_trust\n}\n${site}`);
      const env = { PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
      return spawn("caddy", ["run", "--config", file, "--adapter", "caddyfile"], { env, stdio: ["ignore", "ignore", "pipe"] });
    },
  },
};

// The application as a browser finds it behind a proxy.
async function behind(
  name: keyof typeof proxies,
  server: Server,
  port: number,
  use: (url: string) => Promise<void>,
  change: Change = (lines) => lines,
): Promise<void> {
  const { scheme, start } = proxies[name];
  const folder = join(server.folder, name);
  mkdirSync(folder);
  const child = start(folder, port, new URL(server.url).host, change);
  let said = "";
  child.stderr!.on("data", (data) => (said += data));
  child.on("error", (error) => (said += error));
  const gone = new Promise((resolve) => child.on("close", resolve));
  try {
    await expect.poll(() => answers(scheme, port), { message: `${name} does not start`, timeout: 10_000 }).toBe(true).catch((error) => {
      throw new Error(`${error}\n${said}`);
    });
    await use(`${scheme}://kestra.test:${port}`);
  } finally {
    child.kill("SIGTERM");
    await gone;
  }
}

for (const name of ["nginx", "caddy"] as const) {
  test(`${name} needs the lines of the README and no others`, async ({ page, launch, javaScriptEnabled }) => {
    const port = await freePort();
    const { scheme } = proxies[name];
    // With nginx the request itself has to say where the server is, with Caddy the configuration agrees.
    const settings = scheme === "https" ? { url: `https://kestra.test:${port}`, trustedProxy: true } : { trustedProxy: true };
    const server = await launch(settings);
    await behind(name, server, port, async (url) => {
      const app = new App(page, Object.assign(Object.create(server), { url }) as Server, javaScriptEnabled !== false);
      await app.signIn(undefined, "/administration/create-tenant");
      await app.createTenant("dev", "Development");
      const [event] = (await server.api("GET", "/auditlogs/search?filters[type][EQUALS]=CREATE")).results;
      expect(JSON.stringify(event)).toContain('"ipAddress":"127.0.0.1"');
      if (app.js) {
        await app.open("/ui/dev/groups");
        // The page has to be connected, and the proxy must not keep back what comes.
        await page.waitForTimeout(1_000);
        await server.api("POST", "/dev/groups", { name: "Made elsewhere" });
        await expect(page.getByRole("link", { name: "Made elsewhere" })).toBeVisible({ timeout: 2_000 });
      }
      // Pages do not hold the proxy up when it ends.
      await page.goto("about:blank");
    });
  });
}

test("where the proxy loses the port, the page says what to do", async ({ page, launch, javaScriptEnabled }) => {
  const port = await freePort();
  const server = await launch({});
  await behind("nginx", server, port, async (url) => {
    const app = new App(page, server, javaScriptEnabled !== false);
    await page.goto(`${url}/login`);
    await app.ready();
    await page.getByLabel("Email").fill("admin@example.com");
    await page.getByLabel("Password").fill("Root!1234");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText(`This request came from a page at ${url}`);
    await expect(page.getByRole("alert")).toContainText("kestra.url");
    await page.goto("about:blank");
  }, (config) => config.replace("$http_host", "$host"));
});
