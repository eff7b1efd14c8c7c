// Groups: who is in them, what they hold, what goes with them.
import { expect, test } from "./support";

test("a group is made, filled, renamed and deleted", async ({ app, page }) => {
  const [id, name] = [app.unique("team"), app.unique("ops")];
  const [anna, bert] = ["anna", "bert"].map((one) => `${app.unique(one)}@example.com`);
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  for (const one of [anna, bert]) app.server.cli("auths", "users", "create", one, "Plain!1234");

  await app.signIn(undefined, `/ui/${id}/groups`);
  await expect(page.getByText("No groups yet")).toBeVisible();
  await app.accessible();
  await page.getByRole("main").getByRole("link", { name: "Create" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Members").fill(`${anna}\nnobody@example.com`);
  await page.getByRole("button", { name: "Create group" }).click();
  await expect(page.getByText("There is no user or service account “nobody@example.com”").first()).toBeVisible();
  await expect(page.getByLabel("Members")).toHaveValue(new RegExp(anna));
  await page.getByLabel("Members").fill(anna);
  await page.getByRole("button", { name: "Create group" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("status")).toContainText(`Created group ${name}.`);
  await app.accessible();

  await page.getByLabel("Add a member").fill(bert);
  await page.getByRole("button", { name: "Add to group" }).click();
  await expect(page.getByRole("row", { name: new RegExp(bert) })).toBeVisible();
  await page.getByLabel("Add a member").fill(bert);
  await page.getByRole("button", { name: "Add to group" }).click();
  await expect(page.getByText(`${bert} is in this group already.`)).toBeVisible();
  await page.getByRole("button", { name: `Make owner: ${bert}` }).click();
  await expect(page.getByRole("row", { name: new RegExp(bert) })).toContainText("Owner");
  await page.getByRole("button", { name: `Remove ${anna} from the group` }).click();
  await expect(page.getByRole("row", { name: new RegExp(anna) })).toHaveCount(0);

  await page.getByRole("link", { name: "Assign role" }).click();
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByRole("button", { name: "Assign role" }).click();
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("Viewer");
  await page.getByRole("row", { name: new RegExp(name) }).getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name: /Roles 1/ })).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill(`${name}-new`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${name}-new` })).toBeVisible();
  await page.getByRole("link", { name: "Delete" }).click();
  await expect(page.getByText("1 membership and 1 role assignment are deleted with the group.")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Delete group" }).click();
  await expect(page.getByText("No groups yet")).toBeVisible();
});

test("an owner of a group looks after it without further rights, and nobody else without them", async ({ app, page }) => {
  const id = app.unique("team");
  const owner = { email: `${app.unique("own")}@example.com`, password: "Plain!1234" };
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  const user = await app.server.api("POST", "/users", { ...owner, tenants: [id] });
  const role = await app.server.api("POST", `/${id}/roles`, { name: "Looks", permissions: { GROUP: ["VIEW", "LIST"] } });
  await app.server.api("POST", `/${id}/bindings`, { type: "USER", externalId: user.id, roleId: role.id });
  const group = await app.server.api("POST", `/${id}/groups`, { name: "Ops", membersId: [user.id] });

  await app.signIn(owner, `/ui/${id}/groups/${group.id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Ops" })).toBeVisible();
  await expect(page.getByLabel("Add a member")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Delete" })).toHaveCount(0);

  await app.server.api("PUT", `/${id}/groups/${group.id}/members/membership/${user.id}?membership=OWNER`);
  await app.open(`/ui/${id}/groups/${group.id}`);
  await expect(page.getByLabel("Add a member")).toBeVisible();
  await expect(page.getByRole("link", { name: "Delete" })).toHaveCount(0);
});
