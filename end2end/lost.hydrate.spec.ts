// Requests of a navigation that are lost, answered by a proxy, late or overtaken: what is shown is what the address names.
import { admin, App, expect, test } from "./support";

test.use({ noise: /Failed to load resource: (net::ERR_|the server responded with a status of 502)/ });

const ways = ["aborted", "answered by a proxy"] as const;

// What the pages here are read by.
const PAGE = "{list_groups,list_roles,tenant_overview}";

// Loses the next requests of a kind until they are let through again.
const lose = async (app: App, what: string, how: (typeof ways)[number]) => {
  const at = `**/serverfn/${what}`;
  await app.page.route(at, (route) => (how === "aborted" ? route.abort() : route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" })));
  return () => app.page.unroute(at);
};

const tenantWithAccess = async (app: App) => {
  const tenant = app.unique("lost");
  await app.server.api("POST", "/tenants", { id: tenant, name: tenant });
  return tenant;
};

const menu = (app: App, name: string) => app.page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name, exact: true });
// Everything that says which page this is.
const shows = async (app: App, name: string) => {
  await expect(app.page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(app.page).toHaveTitle(new RegExp(`^${name} `));
  await expect(app.page.getByRole("navigation", { name: "Breadcrumb" })).toContainText(name);
  await expect(menu(app, name)).toHaveAttribute("aria-current", "page");
  await expect(app.page.getByRole("alert")).toHaveCount(0);
};
// Tries again until the page is there: it may also come by itself meanwhile.
const tryAgain = async (app: App, name: string) => {
  const again = app.page.getByRole("button", { name: "Try again" });
  await expect(async () => {
    if (await again.isVisible()) await again.click({ timeout: 500 });
    await expect(app.page.getByRole("heading", { level: 1, name })).toBeVisible({ timeout: 1_000 });
  }).toPass();
};
const nothingOfAccess = async (app: App) => {
  await expect(app.page.getByRole("heading", { level: 1, name: "Access" })).toHaveCount(0);
  await expect(app.page.getByRole("button", { name: /^Revoke/ })).toHaveCount(0);
  await expect(app.page).not.toHaveTitle(/^Access/);
};

for (const how of ways) {
  test(`a page whose request is ${how} takes nothing of another's place`, async ({ app, page }) => {
    const tenant = await tenantWithAccess(app);
    await app.signIn(admin, `/ui/${tenant}/access`);
    await shows(app, "Access");
    const again = page.getByRole("button", { name: "Try again" });

    let found = await lose(app, PAGE, how);
    await menu(app, "Groups").click();
    await expect(again).toBeVisible();
    await nothingOfAccess(app);
    await expect(menu(app, "Roles")).toBeVisible();
    await app.accessible();
    await found();
    // The next one comes.
    await menu(app, "Roles").click();
    await shows(app, "Roles");
    await expect(page.getByRole("row", { name: /Tenant Admin/ })).toBeVisible();
    await nothingOfAccess(app);

    found = await lose(app, PAGE, how);
    await menu(app, "Groups").click();
    await expect(again).toBeVisible();
    await again.click();
    await expect(again).toBeVisible();
    await found();
    await tryAgain(app, "Groups");
    await shows(app, "Groups");

    // Back to where one was, while nothing comes; then something is changed elsewhere, and it is read again.
    found = await lose(app, PAGE, how);
    await page.goBack();
    await expect(again).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "Groups" })).toHaveCount(0);
    await found();
    await app.server.api("POST", `/${tenant}/roles`, { name: "Painter", permissions: { FLOW: ["VIEW"] } });
    await shows(app, "Roles");
    await expect(page.getByRole("row", { name: /Painter/ })).toBeVisible();
  });

  test(`a frame whose request is ${how} stays as far as it is known`, async ({ app, page }) => {
    const tenant = await tenantWithAccess(app);
    await app.signIn(admin, `/ui/${tenant}/access`);
    await shows(app, "Access");
    const found = await lose(app, "frame", how);
    await menu(app, "Groups").click();
    await expect(page.getByRole("heading", { level: 1, name: "Groups" })).toBeVisible();
    await page.waitForTimeout(500);
    await expect(menu(app, "Roles")).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Breadcrumb" })).not.toContainText("Access");
    await found();
    await menu(app, "Roles").click();
    await shows(app, "Roles");
  });

  test(`the sync page comes when its request was ${how} first`, async ({ page, launch }) => {
    const server = await launch({ defaultTenant: true });
    const other = new App(page, server, true);
    // Otherwise the page may hear of the sign-in by now, and read again by itself.
    await page.route(/\/live\?/, (route) => route.abort());
    await other.signIn(admin, "/administration/users");
    const found = await lose(other, "preview_sync", how);
    await page.getByRole("link", { name: "Sync access" }).click();
    await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "Users" })).toHaveCount(0);
    await found();
    await tryAgain(other, "Sync access");
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  });
}

for (const what of [PAGE, "frame"]) {
  test(`a ${what === PAGE ? "page" : what} that comes late and was overtaken is not shown`, async ({ app, page }) => {
    const tenant = await tenantWithAccess(app);
    await app.signIn(admin, `/ui/${tenant}/access`);
    let late = 0;
    await page.route(`**/serverfn/${what}`, async (route) => {
      const request = route.request();
      if (!/groups/.test(request.url() + request.postData())) return route.continue();
      late += 1;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await route.continue().catch(() => {});
    });
    await menu(app, "Groups").click();
    await expect.poll(() => late).toBeGreaterThan(0);
    await menu(app, "Roles").click();
    await shows(app, "Roles");
    await page.waitForTimeout(3_500);
    await shows(app, "Roles");
    await nothingOfAccess(app);
    await expect(page.getByRole("row", { name: /Tenant Admin/ })).toBeVisible();
  });
}

test("offline the frame stays, and what was asked for comes when there is a network again", async ({ app, page, context }) => {
  const tenant = await tenantWithAccess(app);
  await app.signIn(admin, `/ui/${tenant}/access`);
  // The page's code is there already: without it the browser would say that there is no network.
  const code = page.waitForResponse(/\/pkg\/groups\.\w+\.wasm$/);
  await menu(app, "Groups").hover();
  await code;
  await context.setOffline(true);
  await menu(app, "Groups").click();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await nothingOfAccess(app);
  await page.waitForTimeout(2_000);
  await expect(menu(app, "Roles")).toBeVisible();
  await expect(page.getByRole("link", { name: "Audit log" }).first()).toBeVisible();
  await context.setOffline(false);
  await shows(app, "Groups");
});

test("what was asked for comes when changes are heard of again", async ({ app, page }) => {
  const [tenant, other] = [await tenantWithAccess(app), await tenantWithAccess(app)];
  await app.signIn(admin, `/ui/${tenant}/access`);
  const found = await lose(app, PAGE, "answered by a proxy");
  let refused = 0;
  await page.route(/\/live\?/, (route) => ((refused += 1), route.fulfill({ status: 502, contentType: "text/html", body: "" })));
  await page.locator(".switcher summary").click();
  await page.locator(".switcher").getByRole("link", { name: other }).click();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await nothingOfAccess(app);
  await expect.poll(() => refused).toBeGreaterThan(0);
  await found();
  await page.unroute(/\/live\?/);
  await expect(page.getByRole("heading", { level: 1, name: other })).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
});

test("a page that cannot be read again stays, and says so", async ({ app, page }) => {
  const tenant = await tenantWithAccess(app);
  await app.signIn(admin, `/ui/${tenant}/roles`);
  const found = await lose(app, PAGE, "aborted");
  await app.server.api("POST", `/${tenant}/roles`, { name: "Painter", permissions: { FLOW: ["VIEW"] } });
  await expect(page.getByText("This page couldn't be updated.")).toBeVisible();
  await expect(page.getByRole("row", { name: /Tenant Admin/ })).toBeVisible();
  await app.accessible();
  await found();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("row", { name: /Painter/ })).toBeVisible();
  await expect(page.getByText("This page couldn't be updated.")).toHaveCount(0);
});
