// What can be taken back is offered where it is said to be done.
import { expect, test } from "./support";

test("members, owners, access and rights are put back as they were", async ({ app, page, server }) => {
  const tenant = app.unique("undo");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const email = `${app.unique("dev")}@example.com`;
  const user = await server.api("POST", "/users", { email, password: "Plain!1234" });
  const group = await server.api("POST", `/${tenant}/groups`, { name: "Ops", membersId: [user.id] });
  const undo = page.getByRole("status").getByRole("button", { name: "Undo" });
  const member = page.getByRole("row", { name: new RegExp(email) });

  await app.signIn(undefined, `/ui/${tenant}/groups/${group.id}`);
  await page.getByRole("button", { name: `Make owner: ${email}` }).click();
  await expect(member).toContainText("Owner");
  await expect(undo).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: `Remove ${email} from the group` }).click();
  await expect(member).toHaveCount(0);
  await undo.click();
  await expect(page.getByRole("status")).toContainText(`Added ${email} to the group as an owner.`);
  await expect(member).toContainText("Owner");
  await page.getByRole("button", { name: `Remove as owner: ${email}` }).click();
  await expect(page.getByRole("button", { name: `Make owner: ${email}` })).toBeVisible();
  await undo.click();
  await expect(page.getByRole("button", { name: `Remove as owner: ${email}` })).toBeVisible();
  await page.getByRole("button", { name: `Remove ${email} from the group` }).click();
  await expect(member).toHaveCount(0);

  await app.open(`/ui/${tenant}/users`);
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Add user" }).click();
  await expect(page.getByRole("link", { name: email })).toBeVisible();
  await undo.click();
  await expect(page.getByRole("status")).toContainText("The access is taken back.");
  await expect(page.getByRole("link", { name: email })).toHaveCount(0);

  await app.open(`/administration/users/${user.id}`);
  await page.getByLabel("Tenant ID").fill(tenant);
  await page.getByRole("button", { name: "Add to tenant" }).click();
  await expect(page.getByRole("row", { name: new RegExp(tenant) })).toBeVisible();
  await undo.click();
  await expect(page.getByText("Not a member of any tenant yet.")).toBeVisible();
  await page.getByRole("button", { name: "Make superadmin" }).click();
  await expect(page.getByRole("button", { name: "Remove superadmin" })).toBeVisible();
  await undo.click();
  await expect(page.getByRole("button", { name: "Make superadmin" })).toBeVisible();
  await page.getByRole("button", { name: "Lock profile", exact: true }).click();
  await expect(page.getByRole("button", { name: "Unlock profile" })).toBeVisible();
  await undo.click();
  await expect(page.getByRole("button", { name: "Lock profile", exact: true })).toBeVisible();
});

test("whoever cannot take it back any more is told why", async ({ app, page, server }) => {
  const tenant = app.unique("late");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const email = `${app.unique("dev")}@example.com`;
  const user = await server.api("POST", "/users", { email, password: "Plain!1234" });
  const group = await server.api("POST", `/${tenant}/groups`, { name: "Ops", membersId: [user.id] });
  await app.signIn(undefined, `/ui/${tenant}/groups/${group.id}`);
  await page.getByRole("button", { name: `Remove ${email} from the group` }).click();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toHaveCount(0);
  await expect(page.getByRole("status").getByRole("button", { name: "Undo" })).toBeVisible();
  await server.api("DELETE", `/users/${user.id}`);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status")).toContainText(`There is no user or service account “${user.id}”.`);
  await app.accessible();
});
