// Every scenario with JavaScript off and on, on both databases. `*.hydrate.spec.ts` needs JavaScript.
import { defineConfig } from "@playwright/test";
import type { Options } from "./support";

const chromium = {
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A name that browsers, unlike for localhost, do not trust without TLS.
    "--host-resolver-rules=MAP kestra.test 127.0.0.1",
  ],
};

export default defineConfig<object, Options>({
  testDir: ".",
  snapshotPathTemplate: "{testDir}/images/{arg}{ext}",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: { launchOptions: chromium, screenshot: "only-on-failure", viewport: { width: 1280, height: 800 } },
  projects: (["sqlite", "postgres"] as const).flatMap((engine) => [
    {
      name: `${engine}, JavaScript on`,
      testMatch: "**/*.spec.ts",
      use: { engine, javaScriptEnabled: true },
    },
    {
      name: `${engine}, JavaScript off`,
      testMatch: "**/*.spec.ts",
      testIgnore: "**/*.hydrate.spec.ts",
      use: { engine, javaScriptEnabled: false },
    },
  ]),
});
