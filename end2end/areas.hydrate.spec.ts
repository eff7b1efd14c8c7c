// The code of an area comes with its first page, and a page whose code does not come is loaded as a whole.
import type { Page, Route } from "@playwright/test";
import { admin, App, expect, type Launch, test } from "./support";

test.use({ noise: /Failed to load resource: net::ERR_|Failed to load resource: the server responded with a status of 404|TypeError: Failed to (fetch|execute 'compile' on 'WebAssembly')/ });

const CODE = /\/pkg\/sync\.\w+\.wasm$/;
const link = (page: Page) => page.getByRole("link", { name: "Sync access" });
const title = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

// A page of the program's own, with the link to an area in its menu.
const elsewhere = async (page: Page, launch: Launch) => {
  const app = new App(page, await launch({ defaultTenant: true }), true);
  await app.signIn(admin, "/administration/users");
  await page.evaluate(() => ((window as any).mark = "same document"));
  return app;
};
const mark = (page: Page) => page.evaluate(() => (window as any).mark);
// Addresses of what is asked for from now on.
const asked = (page: Page, which: (url: string, navigates: boolean) => boolean) => {
  const all: string[] = [];
  page.on("request", (request) => {
    if (which(request.url(), request.isNavigationRequest() && request.frame() === page.mainFrame())) all.push(new URL(request.url()).pathname);
  });
  return all;
};

test("an area's code is fetched when somebody points at a link to it, once", async ({ page, launch }) => {
  const code = asked(page, (url) => CODE.test(url));
  await elsewhere(page, launch);
  await page.getByRole("link", { name: "Instance" }).click();
  await expect(title(page, "Instance")).toBeVisible();
  expect(code).toEqual([]);
  await link(page).hover();
  await expect.poll(() => code.length).toBe(1);
  await link(page).click();
  await expect(title(page, "Sync access")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Nothing to sync" })).toBeVisible();
  expect(await mark(page)).toBe("same document");
  await page.getByRole("link", { name: "Instance" }).click();
  await expect(title(page, "Instance")).toBeVisible();
  await page.goBack();
  await expect(title(page, "Sync access")).toBeVisible();
  expect(code).toHaveLength(1);
});

test("an area's code is fetched when its link is reached by keyboard", async ({ page, launch }) => {
  const code = asked(page, (url) => CODE.test(url));
  await elsewhere(page, launch);
  await link(page).focus();
  await expect.poll(() => code.length).toBe(1);
  await page.keyboard.press("Enter");
  await expect(title(page, "Sync access")).toBeVisible();
  expect(await mark(page)).toBe("same document");
});

test("a page of an area asks for its code before the program starts, and is taken over", async ({ page, launch }) => {
  const app = await elsewhere(page, launch);
  const code = asked(page, (url) => CODE.test(url));
  await app.open("/administration/sync-access");
  await expect(title(page, "Sync access")).toBeVisible();
  expect(code).toHaveLength(1);
  const [start, began] = await page.evaluate((code) => {
    const found = performance.getEntriesByType("resource").find((one) => new RegExp(code).test(one.name))!;
    return [performance.getEntriesByName("hydration")[0].startTime, found.startTime];
  }, CODE.source);
  expect(began).toBeLessThan(start);
  await page.evaluate(() => ((window as any).mark = "same document"));
  await page.getByRole("link", { name: "Instance" }).click();
  await expect(title(page, "Instance")).toBeVisible();
  expect(await mark(page)).toBe("same document");
});

const failures: [string, (route: Route) => Promise<void>][] = [
  ["is lost", (route) => route.abort()],
  // What the server says about a file that it does not have.
  ["is of yesterday's release", (route) => route.continue({ url: route.request().url().replace(/\.\w+\.wasm$/, ".0123456789abcdef.wasm") })],
  ["is answered by a proxy", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Sign in to the network</h1>" })],
];
for (const [what, fails] of failures) {
  test(`a page whose code ${what} is loaded as a whole, once`, async ({ page, launch }) => {
    const app = await elsewhere(page, launch);
    await page.route(CODE, fails);
    const documents = asked(page, (_, navigates) => navigates);
    await link(page).click();
    await expect(page).toHaveURL(/\/administration\/sync-access$/);
    await expect(title(page, "Sync access")).toBeVisible();
    expect(await mark(page)).toBeUndefined();
    // Its code does not come with the whole page either: it stays, and works as without JavaScript.
    await page.waitForTimeout(1_500);
    expect(documents).toEqual(["/administration/sync-access"]);
    await expect(page.getByRole("heading", { name: "Nothing to sync" })).toBeVisible();
    expect(await page.locator("body[data-hydrated]").count()).toBe(0);
    await page.getByRole("link", { name: "Users" }).click();
    await app.ready();
    await expect(title(page, "Users")).toBeVisible();
    expect(documents).toEqual(["/administration/sync-access", "/administration/users"]);
    // When it comes again, nothing is left of that.
    await page.unroute(CODE);
    await page.evaluate(() => ((window as any).mark = "same document"));
    await link(page).click();
    await expect(title(page, "Sync access")).toBeVisible();
    expect(await mark(page)).toBe("same document");
  });
}

test("the page before stays while an area's code is on its way, and the last click decides", async ({ page, launch }) => {
  await elsewhere(page, launch);
  const held: Route[] = [];
  await page.route(CODE, (route) => void held.push(route));
  const asked: string[] = [];
  page.on("request", (request) => request.url().endsWith("/serverfn/preview_sync") && asked.push(request.url()));
  await link(page).click();
  await expect.poll(() => held.length).toBe(1);
  await page.waitForTimeout(500);
  await expect(title(page, "Users")).toBeVisible();
  expect(asked).toEqual([]);
  await page.getByRole("link", { name: "Instance" }).click();
  await expect(title(page, "Instance")).toBeVisible();
  await held[0].abort();
  await page.waitForTimeout(1_000);
  await expect(title(page, "Instance")).toBeVisible();
  expect(await mark(page)).toBe("same document");
  // It is asked for anew.
  await page.unroute(CODE);
  await link(page).click();
  await expect(title(page, "Sync access")).toBeVisible();
  expect(await mark(page)).toBe("same document");
});

test("offline the browser says so", async ({ page, launch, context }) => {
  await elsewhere(page, launch);
  await context.setOffline(true);
  await link(page).click();
  await expect.poll(() => page.url()).toMatch(/^chrome-error:/);
  await context.setOffline(false);
});

test("nothing of the program is loaded where there are no scripts", async ({ browser, launch }) => {
  const server = await launch({ defaultTenant: true });
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const program = asked(page, (url) => /\/pkg\/.*\.(js|wasm)$/.test(url));
  await new App(page, server, false).signIn(admin, "/administration/sync-access");
  await expect(title(page, "Sync access")).toBeVisible();
  expect(program).toEqual([]);
  await context.close();
});

test("a form that is refused before the program is there is taken over on its own page", async ({ app, page }) => {
  const id = app.unique("early");
  await app.signIn(admin, "/account");
  // On a bad line the program is not there yet.
  await page.route("**/pkg/*.wasm", () => {});
  await page.goto(`${app.server.url}/administration/create-tenant`, { waitUntil: "domcontentloaded" });
  await page.getByLabel("Tenant ID").fill("Not an id");
  await page.getByLabel("Name", { exact: true }).fill("Typed early");
  await page.unroute("**/pkg/*.wasm");
  await page.getByRole("button", { name: "Save" }).click();
  // The answer comes from the function's address.
  await app.ready();
  await expect(page).toHaveURL(/\/administration\/create-tenant$/);
  await expect(page.locator("#field-id-note")).toHaveText(/capital letter/);
  await expect(page.getByLabel("Tenant ID")).toHaveValue("Not an id");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Typed early");
  // From here on the program sends it.
  await page.evaluate(() => ((window as any).mark = "same document"));
  await page.getByLabel("Tenant ID").fill(id);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(title(page, "Typed early")).toBeVisible();
  expect(await mark(page)).toBe("same document");
});
