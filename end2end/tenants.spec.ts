// Administration → Tenants: the main job.
import { admin, expect, test } from "./support";

test("an admin creates a tenant and holds Tenant Admin on it at once", async ({ app, page }) => {
  await app.signIn();
  const id = app.unique("dev");
  await page.getByRole("link", { name: "Create", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Create tenant" })).toBeVisible();
  await app.ready();
  await app.accessible();
  await page.getByLabel("Tenant ID").fill(id);
  await page.getByLabel("Name", { exact: true }).fill("Development environment");
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page).toHaveURL(new RegExp(`/administration/tenants/${id}$`));
  await expect(page.getByRole("heading", { level: 1, name: "Development environment" })).toBeVisible();
  await expect(page.getByRole("definition").getByText("Tenant Admin")).toBeVisible();
  await expect(page.getByRole("status")).toContainText(`Created tenant ${id}`);
  await app.accessible();
  await page.getByRole("main").getByRole("link", { name: "Roles 5" }).click();
  for (const role of ["admin", "developer", "editor", "launcher", "viewer"]) {
    await expect(page.getByText(`${role}_${id}`)).toBeVisible();
  }

  // The switcher has it, without a refresh.
  await page.locator(".switcher summary").click();
  await page.locator(".switcher").getByRole("link", { name: id }).click();
  await expect(page).toHaveURL(new RegExp(`/ui/${id}$`));
  await expect(page.getByRole("definition").getByText("Tenant Admin")).toBeVisible();
});

test("what is wrong is said at its field, and what was typed stays", async ({ app, page }) => {
  await app.signIn();
  const taken = app.unique("taken");
  await app.createTenant(taken);

  const attempts: [string, RegExp][] = [
    ["", /Enter an id/],
    ["My Tenant", /capital letter M/],
    ["my tenant", /a space/],
    ["-x", /starts with/],
    ["users", /reserved/],
    ["a".repeat(101), /at most 100/],
    [taken, /exists already/],
  ];
  await app.open("/administration/create-tenant");
  for (const [id, message] of attempts) {
    await page.getByLabel("Tenant ID").fill(id);
    await page.getByLabel("Name", { exact: true }).fill("Kept as typed");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.locator("#field-id-note")).toHaveText(message);
    await expect(page.getByLabel("Tenant ID")).toHaveValue(id);
    await expect(page.getByLabel("Tenant ID")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Kept as typed");
  }
  await app.accessible();
});

test("settings are folded away, saved and shown again", async ({ app, page }) => {
  await app.signIn();
  const id = app.unique("set");
  await app.open("/administration/create-tenant");
  await page.getByText("Further settings").click();
  await app.accessible();
  await page.getByLabel("Tenant ID").fill(id);
  await page.getByLabel("Name", { exact: true }).fill("With settings");
  await page.getByLabel(/Worker group/).fill("gpu");
  await page.getByLabel(/Concurrent executions/).fill("0");
  await page.getByLabel(/Storage configuration/).fill('{"bucket": "a"}');
  await page.getByLabel("Secrets are read-only").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Enter a whole number, 1 or more").first()).toBeVisible();
  // The page that came back keeps the fold as settings need it; without JavaScript it is another page.
  if (!app.js && !(await page.getByLabel(/Concurrent executions/).isVisible())) await page.getByText("Further settings").click();
  await page.getByLabel(/Concurrent executions/).fill("5");
  await expect(page.getByLabel("Secrets are read-only")).toBeChecked();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(new RegExp(`/tenants/${id}$`));

  await app.open(`/administration/tenants/${id}/edit`);
  await expect(page.getByLabel(/Worker group/)).toHaveValue("gpu");
  await expect(page.getByLabel(/Concurrent executions/)).toHaveValue("5");
  await expect(page.getByLabel("Secrets are read-only")).toBeChecked();
  await page.getByLabel("Name", { exact: true }).fill("Renamed");
  await page.getByLabel("Secrets are read-only").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Renamed" })).toBeVisible();
  expect(JSON.parse(app.server.cli("tenants", "get", id, "--output", "json"))).toMatchObject({
    id,
    name: "Renamed",
    workerGroup: { key: "gpu" },
    concurrency: { limit: 5 },
    storageConfiguration: { bucket: "a" },
    secretReadOnly: false,
  });
});

test("the second of two editors is told, and loses nothing", async ({ app, page }) => {
  await app.signIn();
  const id = app.unique("two");
  await app.createTenant(id);
  await app.open(`/administration/tenants/${id}/edit`);
  // Before the other saves: a form that nobody has touched is filled anew.
  await page.getByLabel("Name", { exact: true }).fill("Second");
  app.server.cli("tenants", "update", id, "--name", "First");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("This was changed");
  await expect(page.getByRole("group", { name: /This was changed/ })).toBeFocused();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Second");
  // Field by field, and by whom: nothing else differs.
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("row", { name: /^Name (Now )?First (Yours )?Second/ })).toBeVisible();
  await expect(page.getByRole("alert")).toContainText(/^This was changed by .+ just now/);
  await app.accessible();
  await page.getByRole("link", { name: "Use their version" }).click();
  await app.ready();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("First");
});

test("deleting names the tenant, counts what goes and asks for the id", async ({ app, page }) => {
  await app.signIn();
  const id = app.unique("gone");
  await app.createTenant(id);
  await page.getByRole("link", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: `Delete ${id}` })).toBeVisible();
  await app.ready();
  const gone = page.getByRole("note").getByRole("listitem");
  await expect(gone.filter({ hasText: /^5 roles$/ })).toBeVisible();
  await expect(gone.filter({ hasText: /^1 role assignment$/ })).toBeVisible();
  await expect(gone.filter({ hasText: /^0 flows$/ })).toBeVisible();
  const copy = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export access" }).click();
  expect((await copy).suggestedFilename()).toBe("access.yml");
  await app.accessible();
  await page.getByLabel("Tenant ID").fill("something else");
  await page.getByRole("button", { name: "Delete tenant" }).click();
  await expect(page.locator(".field-error")).toContainText(`Type ${id}`);
  await page.getByLabel("Tenant ID").fill(id);
  await page.getByRole("button", { name: "Delete tenant" }).click();
  await expect(page).toHaveURL(/\/administration\/tenants$/);
  await expect(page.getByRole("status")).toContainText(`Deleted tenant ${id}`);
  await expect(page.getByRole("link", { name: id, exact: true })).toHaveCount(0);
});

test("the list is searched, sorted and paged by links", async ({ app, page }) => {
  await app.signIn();
  const prefix = app.unique("list");
  for (let number = 10; number < 40; number++) {
    app.server.cli("tenants", "create", "--tenant", `${prefix}-${number}`, "--name", `Name ${99 - number}`);
  }
  const ids = () => page.locator("td .row-link").allInnerTexts();
  await app.open("/administration/tenants");
  // While one types; without a program by a button.
  await page.getByRole("main").getByRole("searchbox").fill(prefix.toUpperCase());
  if (!app.js) await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByText("1–25 of 30")).toBeVisible();
  await expect.poll(ids).toEqual(Array.from({ length: 25 }, (_, index) => `${prefix}-${index + 10}`));
  await app.accessible();
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByText("26–30 of 30")).toBeVisible();
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(page.getByText("1–25 of 30")).toBeVisible();
  await page.getByRole("link", { name: "Last" }).click();
  await expect(page.getByText("26–30 of 30")).toBeVisible();
  await page.getByRole("link", { name: "First" }).click();
  await expect(page.getByText("1–25 of 30")).toBeVisible();
  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await expect.poll(async () => (await ids())[0]).toBe(`${prefix}-39`);
  await page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect.poll(async () => (await ids())[0]).toBe(`${prefix}-10`);

  await app.open(`/administration/tenants?q=${prefix}-nothing`);
  await expect(page.getByText(`No tenant matches “${prefix}-nothing”`)).toBeVisible();
  await app.accessible();
});

test("signed out half way, nothing that was typed is lost", async ({ app, page, context }) => {
  await app.signIn();
  const id = app.unique("half");
  await app.open("/administration/create-tenant");
  await page.getByLabel("Tenant ID").fill(id);
  await page.getByLabel("Name", { exact: true }).fill("Half way");
  await context.clearCookies();
  await page.getByText("Further settings").click();
  await page.getByLabel(/Worker group/).fill("gpu");
  await page.getByRole("button", { name: "Save" }).click();
  // It can be done above the page, too, and then without leaving it.
  if (app.js) await page.getByRole("dialog").getByRole("link", { name: "Open the full sign-in page" }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await app.ready();
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Tenant ID")).toHaveValue(id);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Half way");
  await expect(page.getByLabel(/Worker group/)).toHaveValue("gpu");
  await expect(page.getByLabel(/Worker group/)).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(new RegExp(`/administration/tenants/${id}$`));
});

test("whoever lacks the permission is told which one", async ({ app, page }) => {
  const user = { email: `${app.unique("plain")}@example.com`, password: "Plain!1234" };
  app.server.cli("auths", "users", "create", user.email, user.password);
  await app.signIn(user, "/ui");
  await expect(page.getByText("You don't have a tenant yet")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Administration" })).toHaveCount(0);
  await app.accessible();
  const list = await page.goto(app.server.url + "/administration/tenants");
  expect(list!.status()).toBe(403);
  await expect(page.getByText("TENANT:LIST")).toBeVisible();
  await app.open("/administration/create-tenant");
  await page.getByLabel("Tenant ID").fill("forbidden");
  await page.getByLabel("Name", { exact: true }).fill("Forbidden");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("TENANT:CREATE");
  await expect(page.getByLabel("Tenant ID")).toHaveValue("forbidden");
});
