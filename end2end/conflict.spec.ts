// Two windows with the same form: whoever saves second keeps what they typed, is shown the difference, and chooses.
import type { Browser, Locator, Page } from "@playwright/test";
import { admin, App, expect, test } from "./support";

// A window of somebody else.
const window = async (browser: Browser, app: App, path: string): Promise<App> => {
  const context = await browser.newContext({ javaScriptEnabled: app.js });
  const other = new App(await context.newPage(), app.server, app.js);
  await other.signIn(admin, path);
  return other;
};

const conflict = (page: Page): Locator => page.getByRole("group", { name: /This was changed/ });
const row = (page: Page, name: string): Locator => conflict(page).getByRole("row", { name: new RegExp(`^${name}`) });
const soon = { timeout: 3_000 };

test("of two who save a role the second sees the difference and overwrites it", async ({ app, page, browser, server }) => {
  const tenant = app.unique("both");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const role = await server.api("POST", `/${tenant}/roles`, { name: "Painter", description: "paints", permissions: { FLOW: ["VIEW"] } });
  const path = `/ui/${tenant}/roles/${role.id}`;
  await app.signIn(admin, path);
  await page.getByLabel("Name", { exact: true }).fill("Artist");
  await page.getByRole("group", { name: "SECRET" }).getByLabel("view").check();
  const filled = await page.locator('main input[name="seen"]').inputValue();

  const other = await window(browser, app, path);
  await other.page.getByRole("textbox", { name: /^Description/ }).fill("paints walls");
  await other.page.getByRole("group", { name: "FLOW", exact: true }).getByLabel("execute").check();
  await other.page.getByRole("button", { name: "Save" }).click();
  await expect(other.page.getByRole("status")).toContainText("Saved role Painter.");

  // The open page tells what there is now, and leaves the form as it is, with all that it was filled from.
  if (app.js) await expect(page.locator(".page-purpose")).toHaveText("paints walls", soon);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Artist");
  expect(await page.locator('main input[name="seen"]').inputValue()).toBe(filled);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(conflict(page)).toBeVisible();
  await expect(conflict(page)).toBeFocused();
  await expect(conflict(page)).toContainText(`This was changed by ${admin.email}`);
  await expect(row(page, "Name")).toContainText(/Painter.*Artist/);
  await expect(row(page, "Description")).toContainText(/paints walls.*paints/);
  await expect(row(page, "FLOW")).toContainText(/with execute.*without execute/);
  await expect(row(page, "SECRET")).toContainText(/without view.*with view/);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Artist");
  await expect(page.getByRole("group", { name: "SECRET" }).getByLabel("view")).toBeChecked();
  await expect(page.getByRole("group", { name: "FLOW", exact: true }).getByLabel("execute")).not.toBeChecked();
  await app.accessible();

  // They save once more meanwhile: what was shown is not what there is.
  await other.open(path);
  await other.page.getByLabel("Name", { exact: true }).fill("Decorator");
  await other.page.getByRole("button", { name: "Save" }).click();
  await expect(other.page.getByRole("status")).toContainText("Saved role Decorator.");
  if (app.js) await expect(page.getByRole("heading", { level: 1 })).toHaveText("Decorator", soon);
  await page.getByRole("button", { name: "Keep my version" }).click();
  await expect(row(page, "Name")).toContainText(/Decorator.*Artist/);
  await page.getByRole("button", { name: "Keep my version" }).click();
  await expect(page.getByRole("status")).toContainText("Saved role Artist.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Artist");
  await expect(conflict(page)).toHaveCount(0);
  expect(await server.api("GET", `/${tenant}/roles/${role.id}`)).toMatchObject({
    name: "Artist",
    description: "paints",
    permissions: { FLOW: ["VIEW"], SECRET: ["VIEW"] },
  });

  // The form is filled from what is there again: saving it goes through.
  await page.getByLabel("Name", { exact: true }).fill("Artisan");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Artisan");
  await other.page.context().close();
});

test("of two who save a group or a user the second takes what is there", async ({ app, page, server }) => {
  const tenant = app.unique("both");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const group = await server.api("POST", `/${tenant}/groups`, { name: "Ops", description: "first" });
  await app.signIn(admin, `/ui/${tenant}/groups/${group.id}`);
  const purpose = page.getByRole("textbox", { name: /^Description/ });
  await purpose.fill("mine");
  await server.api("PUT", `/${tenant}/groups/${group.id}`, { name: "Ops", description: "theirs" });
  if (app.js) await expect(page.locator(".page-purpose")).toHaveText("theirs", soon);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "Description")).toContainText(/theirs.*mine/);
  await expect(row(page, "Name")).toHaveCount(0);
  await expect(purpose).toHaveValue("mine");
  await app.accessible();
  await page.getByRole("link", { name: "Use their version" }).click();
  await expect(purpose).toHaveValue("theirs");
  await app.ready();
  await expect(conflict(page)).toHaveCount(0);
  expect((await server.api("GET", `/${tenant}/groups/${group.id}`)).description).toBe("theirs");

  const email = `${app.unique("dev")}@example.com`;
  const user = await server.api("POST", "/users", { email, password: "Plain!1234", firstName: "Dora" });
  await app.open(`/administration/users/${user.id}`);
  await page.getByLabel("Last name").fill("Dorn");
  await server.api("PUT", `/users/${user.id}`, { email, firstName: "Theodora" });
  if (app.js) await expect(page.locator(".page-purpose")).toHaveText("Theodora", soon);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(row(page, "First name")).toContainText(/Theodora.*Dora/);
  await expect(row(page, "Last name")).toContainText(/nothing.*Dorn/);
  await app.accessible();
  await page.getByLabel("First name").fill("Theodora");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("status")).toContainText(`Saved user ${email}.`);
  expect(await server.api("GET", `/users/${user.id}`)).toMatchObject({ firstName: "Theodora", lastName: "Dorn" });
});
