// Roles of a tenant: making, comparing, changing and deleting them; why somebody may do something; what the log says.
import { admin, expect, test } from "./support";

test("a role is copied, changed, compared and deleted", async ({ app, page, server }) => {
  const tenant = app.unique("roles");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/roles`);
  await expect(page.getByRole("row", { name: /Tenant Admin/ })).toContainText("Managed");
  await app.accessible();
  await page.getByRole("link", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Create role" })).toBeVisible();

  // Nothing typed: the form says what is missing, and keeps what is ticked.
  await page.getByRole("group", { name: "SECRET" }).getByLabel("view").check();
  await page.getByRole("button", { name: "Create role" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("group", { name: "SECRET" }).getByLabel("view")).toBeChecked();
  await app.accessible();

  // Begun with a managed role.
  await page.getByLabel("Start from").selectOption({ label: "Viewer" });
  await page.getByRole("button", { name: "Copy" }).click();
  const flow = page.getByRole("group", { name: "FLOW", exact: true });
  await expect(flow.getByLabel("view")).toBeChecked();
  await expect(flow.getByLabel("execute")).not.toBeChecked();
  await flow.getByLabel("execute").check();
  await page.getByLabel("Name", { exact: true }).fill("Runner");
  await page.getByRole("button", { name: "Create role" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Runner" })).toBeVisible();
  await expect(page.getByRole("status").getByText("Created role Runner.")).toBeVisible();

  await page.getByLabel("Compare with").selectOption({ label: "Viewer" });
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByText("Compared with Viewer")).toBeVisible();
  await expect(page.locator(".more")).toHaveText(["execute"]);
  await app.accessible();

  await page.getByRole("textbox", { name: /^Description/ }).fill("Runs flows");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status").getByText("Saved role Runner.")).toBeVisible();
  await expect(page.getByText("Runs flows", { exact: true })).toBeVisible();

  await page.getByRole("link", { name: "Delete" }).click();
  await expect(page.getByText("0 role assignments")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Delete role" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();
  await expect(page.getByRole("row", { name: /Runner/ })).toHaveCount(0);

  // All of it is in the log.
  await page.getByRole("link", { name: "Audit log" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Audit log" })).toBeVisible();
  await page.getByLabel("Action", { exact: true }).selectOption("UPDATE");
  await page.getByLabel("Resource", { exact: true }).selectOption("ROLE");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("link", { name: "Remove the filter Action UPDATE" })).toBeVisible();
  await app.accessible();
  await page.getByRole("link", { name: /Details of UPDATE/ }).click();
  const changed = page.getByRole("row", { name: /description/ });
  await expect(changed.locator("ins")).toHaveText("Runs flows");
  await app.accessible();
});

test("words of earlier versions stay as they are while nothing is changed", async ({ app, page, server }) => {
  const tenant = app.unique("legacy");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const permissions = { FLOW: ["READ", "CREATE"] };
  const role = await server.api("POST", `/${tenant}/roles`, { name: "Old", permissions });
  await app.signIn(admin, `/ui/${tenant}/roles/${role.id}`);
  await expect(page.getByRole("heading", { name: "Legacy permissions" })).toBeVisible();
  await expect(page.getByRole("row", { name: /FLOW:READ/ })).toContainText("FLOW:VIEW, FLOW:LIST, FLOW:EXPORT");
  await page.getByLabel("Name", { exact: true }).fill("Older");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Older" })).toBeVisible();
  expect((await server.api("GET", `/${tenant}/roles/${role.id}`)).permissions).toEqual(permissions);
});

test("why somebody may do something is drawn and told, and so is what is missing", async ({ app, page, server }) => {
  const tenant = app.unique("why");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const email = `${app.unique("user")}@example.com`;
  const user = await server.api("POST", "/users", { email, password: "Passw0rd!", tenants: [tenant] });
  const group = await server.api("POST", `/${tenant}/groups`, { name: "Shop", membersId: [user.id] });
  await server.api("POST", `/${tenant}/bindings`, { type: "GROUP", externalId: group.id, roleId: `viewer_${tenant}`, namespaceId: "shop" });
  await app.signIn(admin, `/ui/${tenant}/explain`);
  await page.getByRole("textbox", { name: /^User or service account/ }).fill(email);
  await page.getByLabel("Permission").selectOption("FLOW:VIEW");
  await page.getByRole("textbox", { name: /^Namespace/ }).fill("shop.orders");
  await page.getByRole("button", { name: "Check access" }).click();
  await expect(page.getByRole("status").filter({ hasText: "has FLOW" })).toContainText(`${email} has FLOW:VIEW in the namespace shop.orders.`);
  await expect(page.locator(".node")).toHaveText([/user/, /in group Shop/, /role assignment shop and below/, /role Viewer/, /allows FLOW:VIEW/]);
  await app.accessible();

  await page.getByRole("textbox", { name: /^Namespace/ }).fill("team");
  await page.getByRole("button", { name: "Check access" }).click();
  await expect(page.getByText("but not in the namespace team")).toBeVisible();
  await expect(page.locator(".node.lacking")).toBeVisible();
  await app.accessible();

  await page.getByRole("textbox", { name: /^User or service account/ }).fill("nobody@example.com");
  await page.getByRole("button", { name: "Check access" }).click();
  await expect(page.getByRole("alert")).toContainText("There's no user or service account nobody@example.com here.");

  await page.getByRole("main").getByRole("link", { name: "Who has access" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Who has access" })).toBeVisible();
  await page.getByLabel("Permission").selectOption("FLOW:VIEW");
  await page.getByRole("textbox", { name: /^Namespace/ }).fill("shop");
  await page.getByRole("button", { name: "Show who has access" }).click();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toBeVisible();
  await app.accessible();
});

test("a page that is not for somebody says what is missing and who can help", async ({ app, page, server }) => {
  const tenant = app.unique("denied");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const email = `${app.unique("user")}@example.com`;
  const user = await server.api("POST", "/users", { email, password: "Passw0rd!", tenants: [tenant] });
  await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${tenant}` });
  await app.signIn({ email, password: "Passw0rd!" }, `/ui/${tenant}`);
  await expect(page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name: "Roles" })).toHaveCount(0);
  await app.open(`/ui/${tenant}/roles`);
  await expect(page.getByRole("alert")).toContainText("ROLE:LIST");
  await app.accessible();
  await page.getByRole("link", { name: "Why?" }).click();
  await expect(page.locator(".node.lacking")).toBeVisible();
});
