// Who holds which role in a tenant.
import { expect, test } from "./support";

test("a role is assigned, seen at once, revoked and given back", async ({ app, page }) => {
  await app.signIn();
  const id = app.unique("team");
  const user = { email: `${app.unique("dev")}@example.com`, password: "Plain!1234" };
  app.server.cli("auths", "users", "create", user.email, user.password);
  await app.createTenant(id);
  await app.ready();

  await page.getByLabel("User").fill("nobody@example.com");
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByText("No user has the address nobody@example.com")).toBeVisible();
  await expect(page.getByLabel("User")).toHaveValue("nobody@example.com");

  await page.getByLabel("User").fill(user.email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByLabel(/Namespace/).fill("shop.orders");
  await page.getByRole("button", { name: "Assign role" }).click();
  const row = page.getByRole("row", { name: new RegExp(user.email) });
  await expect(row).toContainText("Viewer");
  await expect(row).toContainText("shop.orders");
  await expect(page.getByRole("status")).toContainText(`${user.email} now has Viewer in ${id} / shop.orders.`);
  await app.accessible();

  await page.getByLabel("User").fill(user.email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByLabel(/Namespace/).fill("shop.orders");
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByText(`${user.email} holds Viewer in shop.orders already.`).first()).toBeVisible();

  await row.getByRole("button", { name: /Revoke Viewer/ }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole("status")).toContainText("no longer has Viewer");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row).toContainText("shop.orders");
});

test("a tenant's admin gives roles in it, and reaches no other tenant", async ({ app, page, context }) => {
  const [mine, other] = [app.unique("mine"), app.unique("other")];
  const user = { email: `${app.unique("lead")}@example.com`, password: "Plain!1234" };
  const helper = { email: `${app.unique("help")}@example.com`, password: "Plain!1234" };
  app.server.cli("tenants", "create", "--tenant", mine, "--name", "Mine");
  app.server.cli("tenants", "create", "--tenant", other, "--name", "Other");
  app.server.cli("auths", "users", "create", user.email, user.password, "--tenant", mine, "--admin");
  app.server.cli("auths", "users", "create", helper.email, helper.password);

  await app.signIn(user, "/ui");
  await page.getByRole("main").getByRole("link", { name: /Mine/ }).click();
  await expect(page.getByRole("definition").getByText("Tenant Admin")).toBeVisible();
  await app.ready();
  await page.getByLabel("User").fill(helper.email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Editor" });
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByRole("row", { name: new RegExp(helper.email) })).toContainText("Editor");

  const forbidden = await page.goto(`${app.server.url}/ui/${other}`);
  expect(forbidden!.status()).toBe(403);
  const absent = await page.goto(`${app.server.url}/ui/absent-tenant`);
  expect(absent!.status()).toBe(403);

  // Whoever only edits sees the tenant, and nothing of who holds what.
  await context.clearCookies();
  await app.signIn(helper, `/ui/${mine}`);
  await expect(page.getByRole("definition").getByText("Editor")).toBeVisible();
  await expect(page.getByRole("heading", { name: /Access/ })).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Assign role" })).toHaveCount(0);
});
