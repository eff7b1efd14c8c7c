// Service accounts of a tenant and of the instance.
import { expect, test } from "./support";

test("a tenant's admin gives a program an account with a token", async ({ app, page }) => {
  const tenant = app.unique("team");
  const user = { email: `${app.unique("lead")}@example.com`, password: "Plain!1234" };
  app.server.cli("tenants", "create", "--tenant", tenant, "--name", "Team");
  app.server.cli("auths", "users", "create", user.email, user.password, "--tenant", tenant, "--admin");
  await app.server.api("POST", `/${tenant}/groups`, { name: "Ops" });
  const name = app.unique("bot");

  await app.signIn(user, `/ui/${tenant}/service-accounts`);
  await expect(page.getByText("No service accounts yet")).toBeVisible();
  await app.accessible();
  await page.getByRole("link", { name: "Create", exact: true }).click();
  await page.getByLabel("Name").fill("Not A Label");
  await page.getByLabel("Ops").check();
  await page.getByRole("button", { name: "Create service account" }).click();
  await expect(page.getByText("A name has 1 to 63 lower-case letters")).toBeVisible();
  await expect(page.getByLabel("Ops")).toBeChecked();
  await app.accessible();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create service account" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("definition").getByRole("link", { name: "Ops" })).toBeVisible();
  await app.accessible();

  await page.getByText("Create a token").click();
  await page.getByLabel("Token name").fill("nightly");
  await page.getByRole("button", { name: "Create token" }).click();
  const secret = page.getByRole("status").filter({ hasText: "Copy the token now." });
  const token = await secret.locator("code").textContent();
  const me = await fetch(`${app.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(me.status).toBe(200);

  await page.getByLabel("Description", { exact: false }).first().fill("Runs at night");
  await page.getByLabel("Ops").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Runs at night")).toBeVisible();
  await expect(page.getByRole("definition").getByRole("link", { name: "Ops" })).toHaveCount(0);

  await page.getByRole("link", { name: "Delete" }).click();
  await expect(page.getByText("1 API token")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Delete service account" }).click();
  await expect(page.getByText("No service accounts yet")).toBeVisible();
});

test("an account of two tenants only leaves the one whose admin deletes it", async ({ app, page }) => {
  const [mine, other, name] = [app.unique("mine"), app.unique("other"), app.unique("bot")];
  const user = { email: `${app.unique("lead")}@example.com`, password: "Plain!1234" };
  for (const id of [mine, other]) app.server.cli("tenants", "create", "--tenant", id, "--name", id);
  app.server.cli("auths", "users", "create", user.email, user.password, "--tenant", mine, "--admin");
  const account = await app.server.api("POST", "/service-accounts", { name, tenants: [mine, other] });

  await app.signIn(user, `/ui/${mine}/service-accounts/${account.id}/delete`);
  await expect(page.getByText("it only loses access to this tenant")).toBeVisible();
  await page.getByRole("button", { name: "Delete service account" }).click();
  await expect(page.getByText("No service accounts yet")).toBeVisible();
  const forbidden = await page.goto(`${app.server.url}/administration/service-accounts`);
  expect(forbidden!.status()).toBe(403);
  expect((await app.server.api("GET", `/service-accounts/${account.id}`)).name).toBe(name);
});

test("a superadmin administers all service accounts", async ({ app, page }) => {
  const [tenant, name] = [app.unique("team"), app.unique("bot")];
  app.server.cli("tenants", "create", "--tenant", tenant, "--name", "Team");
  await app.signIn(undefined, "/administration/service-accounts/create");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create service account" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await page.getByLabel("Tenant ID").fill(tenant);
  await page.getByRole("button", { name: "Add to tenant" }).click();
  await expect(page.getByRole("row", { name: /Team/ })).toBeVisible();
  await page.getByRole("button", { name: "Make superadmin" }).click();
  await expect(page.getByRole("button", { name: "Remove superadmin" })).toBeVisible();
  await app.accessible();
  await app.open(`/administration/service-accounts?q=${name}`);
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Superadmin");
  await app.accessible();
});
