// Who holds which role in a tenant.
import { admin, expect, test } from "./support";

test("a role is assigned, seen at once, revoked and given back", async ({ app, page }) => {
  await app.signIn();
  const id = app.unique("team");
  const user = { email: `${app.unique("dev")}@example.com`, password: "Plain!1234" };
  app.server.cli("auths", "users", "create", user.email, user.password);
  await app.createTenant(id);
  await page.getByRole("main").getByRole("link", { name: "Assign role" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Assign role" })).toBeVisible();
  await app.ready();

  await page.getByLabel("Who").fill("nobody@example.com");
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByText("No user has the address nobody@example.com").first()).toBeVisible();
  await expect(page.getByLabel("Who")).toHaveValue("nobody@example.com");

  await page.getByLabel("Who").fill(user.email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByLabel(/Namespace/).fill("shop.orders");
  await page.getByRole("button", { name: "Assign role" }).click();
  const row = page.getByRole("row", { name: new RegExp(user.email) });
  await expect(row).toContainText("Viewer");
  await expect(row).toContainText("shop.orders");
  await expect(page.getByRole("status")).toContainText(`${user.email} now has Viewer in ${id} / shop.orders.`);
  await app.accessible();

  await page.getByRole("main").getByRole("link", { name: "Assign role" }).click();
  await page.getByLabel("Who").fill(user.email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByLabel(/Namespace/).fill("shop.orders");
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByText(`${user.email} holds Viewer in shop.orders already.`).first()).toBeVisible();
  await page.getByRole("link", { name: "Cancel" }).click();

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
  await page.getByRole("main").getByRole("link", { name: "Assign role" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Assign role" })).toBeVisible();
  await app.ready();
  await page.getByLabel("Who").fill(helper.email);
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
  await expect(page.getByRole("link", { name: /Access|Assign role|Invit/ })).toHaveCount(0);
  await expect(page.getByText(user.email)).toHaveCount(0);
});

test("what a role would allow is told, and several are revoked at once", async ({ app, page }) => {
  const id = app.unique("team");
  const people = ["anna", "bert"].map((one) => `${app.unique(one)}@example.com`);
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  for (const one of people) app.server.cli("auths", "users", "create", one, "Plain!1234");
  const permissions = { FLOW: ["VIEW", "LIST"], EXECUTION: ["VIEW", "LIST"], GROUP: ["VIEW"] };
  await app.server.api("POST", `/${id}/roles`, { name: "Looks", permissions });

  await app.signIn(undefined, `/ui/${id}/access/create?holder=${people[0]}&permission=GROUP:VIEW`);
  await expect(page.getByText("Only roles that allow GROUP:VIEW are listed.")).toBeVisible();
  await expect(page.getByLabel("Role", { exact: true }).locator("option").first()).toHaveText("Looks");
  await page.getByLabel(/Namespace/).fill("shop");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText(`This lets ${people[0]} view and list flows and executions in shop and below.`)).toBeVisible();
  await expect(page.getByText("The permissions of Looks for groups don't apply in a namespace")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByRole("row", { name: new RegExp(people[0]) })).toContainText("Looks");
  await page.getByRole("main").getByRole("link", { name: "Assign role" }).click();
  await page.getByLabel("Who").fill("nobody-here");
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByText("No user, service account or group here is called “nobody-here”.").first()).toBeVisible();
  await page.getByLabel("Who").fill(people[1]);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByRole("row", { name: new RegExp(people[1]) })).toContainText("Viewer");
  await app.accessible();

  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Looks" });
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("row", { name: new RegExp(people[1]) })).toHaveCount(0);
  await page.getByRole("link", { name: "Remove the filter Role Looks" }).click();
  await expect(page.getByRole("row", { name: new RegExp(people[1]) })).toBeVisible();
  await page.getByLabel(`Select Looks of ${people[0]}`).check();
  await page.getByLabel(`Select Viewer of ${people[1]}`).check();
  await page.getByRole("button", { name: "Revoke selected" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Revoke 2 roles" })).toBeVisible();
  for (const one of people) await expect(page.getByRole("cell", { name: one })).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Revoke roles" }).click();
  await expect(page.getByRole("status")).toContainText(`Revoked 2 roles in ${id}.`);
  for (const one of people) await expect(page.getByRole("row", { name: new RegExp(one) })).toHaveCount(0);

  await app.open(`/ui/${id}/access/revoke`);
  await expect(page.getByText("Nothing selected")).toBeVisible();
});

test("nobody takes away their own right to administer access, alone or among others", async ({ app, page }) => {
  const id = app.unique("team");
  const lead = { email: `${app.unique("lead")}@example.com`, password: "Plain!1234" };
  const other = `${app.unique("dev")}@example.com`;
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  app.server.cli("auths", "users", "create", lead.email, lead.password, "--tenant", id, "--admin");
  const user = await app.server.api("POST", "/users", { email: other, password: "Plain!1234", tenants: [id] });
  await app.server.api("POST", `/${id}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${id}` });

  await app.signIn(lead, `/ui/${id}/access`);
  const refused = page.getByText("This would take away your own right to administer access here.");
  await page.getByRole("button", { name: `Revoke Tenant Admin from ${lead.email}` }).click();
  await expect(refused).toBeVisible();
  await page.getByLabel(`Select Tenant Admin of ${lead.email}`).check();
  await page.getByLabel(`Select Viewer of ${other}`).check();
  await page.getByRole("button", { name: "Revoke selected" }).click();
  await page.getByRole("button", { name: "Revoke roles" }).click();
  await expect(refused).toBeVisible();
  await page.getByRole("link", { name: "Cancel" }).click();
  for (const one of [lead.email, other]) await expect(page.getByRole("row", { name: new RegExp(one) })).toBeVisible();
  await app.accessible();
});

test("where there are more roles than can be looked through, one is named", async ({ app, page, server }) => {
  const id = app.unique("roles");
  const user = { email: `${app.unique("dev")}@example.com`, password: "Plain!1234" };
  await server.api("POST", "/users", user);
  await server.api("POST", "/tenants", { id, name: "Many roles" });
  const permissions = { FLOW: ["READ"] };
  for (let number = 0; number < 196; number++) await server.api("POST", `/${id}/roles`, { name: `Reader ${number}`, permissions });
  const last = await server.api("POST", `/${id}/roles`, { name: "Zeta", permissions: { SECRET: ["READ"] } });
  for (let number = 0; number < 2; number++) await server.api("POST", `/${id}/roles`, { name: "Twin", permissions });

  await app.signIn(admin, `/ui/${id}/access/create`);
  const role = page.getByLabel("Role", { exact: true });
  await page.getByLabel("Who").fill(user.email);
  // One that there is not, and one that could be two.
  await role.fill("Zelda");
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.locator(".field-error")).toContainText("Choose one of the tenant's roles.");
  await expect(role).toHaveValue("Zelda");
  await role.fill("Twin");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".field-error")).toContainText("Role “Twin” could be several. Say which one by its id: ");
  await expect(page.getByLabel("Who")).toHaveValue(user.email);
  await app.accessible();

  await role.fill("");
  await role.pressSequentially("zet");
  if (app.js) {
    await expect(page.locator("#roles-offered option")).toHaveCount(1);
    await expect(page.locator("#roles-offered option")).toHaveAttribute("value", "Zeta");
  }
  await role.fill("zeta");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".callout[role=status]")).toContainText("secrets");
  await expect(role).toHaveValue(last.id);
  await page.getByRole("button", { name: "Assign role" }).click();
  const row = page.getByRole("row", { name: new RegExp(user.email) });
  await expect(row).toContainText("Zeta");
  await expect(row.getByRole("link", { name: /^Why/ })).toBeVisible();

  // The list is narrowed by a name, too, and roles are compared and copied by it.
  await page.getByLabel("Role", { exact: true }).fill("Zeta");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("link", { name: "Remove the filter Role Zeta" })).toBeVisible();
  await expect(row).toContainText("Zeta");
  await app.open(`/ui/${id}/roles/create`);
  await page.getByLabel("Start from").fill("Zeta");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("SECRET", { exact: true })).toBeVisible();
  await app.accessible();
  await app.open(`/ui/${id}/invitations/create`);
  await page.getByLabel("Email").fill(user.email);
  await page.getByRole("main").getByLabel(/^Role/).fill("Zelda");
  await page.getByRole("button", { name: "Invite" }).click();
  await expect(page.locator(".field-error")).toContainText("Zelda");
  // Only those are offered that allow what is wanted, wherever they are in the list.
  await app.open(`/ui/${id}/access/create?permission=SECRET:VIEW`);
  await expect(page.getByLabel("Role", { exact: true }).getByRole("option", { name: "Zeta" })).toHaveCount(1);

  // Nobody is shown another role than the one a link names.
  await app.open(`/ui/${id}/access/create?permission=SECRET:VIEW&role=viewer_${id}`);
  await expect(page.getByLabel("Role", { exact: true })).toHaveValue(`viewer_${id}`);
  for (const path of ["access/create?role=gone", "roles/create?from=gone", `roles/${last.id}?base=gone`]) {
    await app.open(`/ui/${id}/${path}`);
    await expect(page.getByRole("heading", { level: 1, name: "Not found" })).toBeVisible();
  }
});
