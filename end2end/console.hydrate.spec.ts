// What only a running program can do.
import type { Page } from "@playwright/test";
import { admin, expect, test } from "./support";

test("Save does not load the page again, and another window shows the tenant at its next navigation", async ({ app, page, context }) => {
  await app.signIn();
  const other = await context.newPage();
  await other.goto(app.server.url + "/ui");
  await other.waitForSelector("body[data-hydrated]");

  const id = app.unique("live");
  await app.open("/administration/create-tenant");
  await page.evaluate(() => ((window as any).mark = "same document"));
  await page.getByLabel("Tenant ID").fill(id);
  await page.getByLabel("Name", { exact: true }).fill("Live");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(new RegExp(`/administration/tenants/${id}$`));
  await expect(page.getByRole("status")).toContainText(`Created tenant ${id}`);
  expect(await page.evaluate(() => (window as any).mark)).toBe("same document");

  await other.getByRole("link", { name: "Tenants", exact: true }).click();
  await other.locator(".switcher summary").click();
  await expect(other.locator(".switcher").getByRole("link", { name: id })).toBeVisible();
});

test("addresses are offered while one types", async ({ app, page }) => {
  await app.signIn();
  const [id, name] = [app.unique("type"), app.unique("typed")];
  app.server.cli("auths", "users", "create", `${name}@example.com`, "Plain!1234");
  await app.createTenant(id);
  await app.open(`/ui/${id}/access/create`);
  await page.getByLabel("Who").pressSequentially(name.slice(0, 9));
  await expect(page.locator(`#users-offered option[value="${name}@example.com"]`)).toBeAttached();
});

test("Escape closes a menu and leaves the cursor where it was opened", async ({ app, page, server }) => {
  const tenant = app.unique("menu");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/administration/tenants?q=${tenant}`);
  for (const face of [page.getByLabel(`Actions for ${tenant}`), page.locator(".switcher summary")]) {
    await face.click();
    await page.keyboard.press("Tab");
    await expect(face).not.toBeFocused();
    await page.keyboard.press("Escape");
    await expect(face).toBeFocused();
    await expect(page.locator("details[open]:is(.menu, .switcher)")).toHaveCount(0);
  }
});

test("anything is found by keyboard, and what is found fits a narrow window", async ({ app, page }) => {
  await app.signIn();
  const [id, name] = [app.unique("find"), app.unique("Artisans")];
  await app.createTenant(id);
  await app.server.api("POST", `/${id}/groups`, { name });
  await app.open("/ui");
  const field = page.getByRole("searchbox", { name: "Find anything" });
  const found = page.locator(".finder-found");

  // Without a tenant its groups are not searched, and nothing claims that they were.
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type(name);
  await expect(found).toContainText("Open a tenant to find its users, groups and roles.");
  await page.keyboard.press("Escape");
  await expect(found).toHaveCount(0);

  await page.setViewportSize({ width: 360, height: 800 });
  await app.open(`/ui/${id}`);
  await page.keyboard.press("Control+k");
  await page.keyboard.type(name.toUpperCase());
  await expect(found.getByRole("link", { name })).toBeVisible();
  const box = (await found.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(360);
  // A change elsewhere leaves it open.
  await app.server.api("POST", `/${id}/groups`, { name: app.unique("Other") });
  await page.waitForTimeout(2_000);
  await page.keyboard.press("ArrowDown");
  await expect(found.getByRole("link", { name })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(field).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(found).toHaveCount(0);
});

test("the theme is chosen without loading the page again, and kept", async ({ app, page }) => {
  await app.signIn();
  await page.getByRole("button", { name: "Dark theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect.poll(async () => (await page.context().cookies()).some((one) => one.name === "kestra_theme" && one.value === "dark")).toBe(true);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("everything is reached by keyboard", async ({ app, page }) => {
  await app.signIn();
  // Signing in leads there in place: until the list is there, the key would lead past it.
  await expect(page.getByRole("link", { name: "Create", exact: true }).first()).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#content")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Create", exact: true }).first()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Create tenant" })).toBeVisible();
  const id = app.unique("keys");
  // The cursor is led into the first field.
  await expect(page.getByLabel("Tenant ID")).toBeFocused();
  await page.keyboard.type(id);
  await page.keyboard.press("Tab");
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/administration/tenants/${id}$`));
});

// What the browser has fetched since a moment, or what of it has something in its address, in bytes as they were sent.
const fetched = (page: Page, since = 0, what = "") =>
  page.evaluate(
    ([since, what]) => {
      const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
      const sent = entries.filter((entry) => entry.startTime >= since && entry.name.includes(what)) as PerformanceResourceTiming[];
      return sent.map((entry) => entry.encodedBodySize).reduce((a, b) => a + b, 0);
    },
    [since, what] as const,
  );

test("the first view is at most 350 KB, compressed, and each page after it at most 40 KB, and once the code of its area", async ({ app, page, server }) => {
  const tenant = app.unique("budget");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.open("/login");
  const first = await fetched(page);
  console.log(`first view: ${(first / 1000).toFixed(1)} KB`);
  expect(first).toBeGreaterThan(100_000);
  expect(first).toBeLessThanOrEqual(350_000);
  await app.signIn(admin, `/ui/${tenant}`);
  for (const name of ["Users", "Groups", "Roles", "Access", "Check access", "Flows", "Audit log"]) {
    const since = await page.evaluate(() => performance.now());
    await page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    const [sent, code] = [await fetched(page, since), await fetched(page, since, "/pkg/")];
    console.log(`${name}: ${((sent - code) / 1000).toFixed(1)} KB, and ${(code / 1000).toFixed(1)} KB of code`);
    expect(sent - code, name).toBeLessThanOrEqual(40_000);
    expect(code, `the code of ${name}`).toBeLessThanOrEqual(110_000);
  }
});
