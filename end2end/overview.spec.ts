// A tenant's first page and its settings.
import { admin, expect, test } from "./support";

test("a tenant's first page says what one holds, counts what one may see and tells what happened", async ({ app, page, server, context }) => {
  const id = app.unique("over");
  await server.api("POST", "/tenants", { id, name: "Overseen" });
  const user = { email: `${app.unique("part")}@example.com`, password: "Plain!1234" };
  const { id: who } = await server.api("POST", "/users", user);
  const group = await server.api("POST", `/${id}/groups`, { name: "Ops", membersId: [who] });
  await server.api("POST", `/${id}/bindings`, { type: "GROUP", externalId: group.id, roleId: `viewer_${id}`, namespaceId: "shop" });
  await server.api("POST", `/${id}/invitations`, { email: "new@example.com" });
  await server.api("POST", `/${id}/service-accounts`, { name: "ci" });

  await app.signIn(admin, `/ui/${id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Overseen" })).toBeVisible();
  await expect(page.getByRole("definition").getByText(id)).toBeVisible();
  await expect(page.getByRole("definition").getByRole("link", { name: "Tenant Admin" })).toBeVisible();
  const main = page.getByRole("main");
  const tiles = ["Users 3", "Groups 1", "Roles 5", "Access 2", "Service accounts 1", "Invitations 1 pending", "Namespaces 0", "Flows 0"];
  for (const name of tiles) await expect(main.getByRole("link", { name, exact: true })).toBeVisible();
  await app.accessible();
  await main.getByRole("link", { name: "Invitations 1 pending" }).click();
  await expect(page.getByRole("row", { name: /new@example.com/ })).toBeVisible();

  // What happened last, the newest first, each leading to all about it.
  await app.open(`/ui/${id}`);
  const latest = page.getByRole("region", { name: "Newest events" }).locator("tbody");
  await expect(latest.getByRole("row")).toHaveCount(5);
  await expect(latest.getByRole("row").first()).toContainText("SERVICE_ACCOUNT");
  await latest.getByRole("row").nth(1).getByRole("link", { name: /Details of CREATE/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "CREATE INVITATION" })).toBeVisible();
  await app.open(`/ui/${id}`);
  await main.getByRole("link", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Invite" })).toBeVisible();

  // Whoever sees less is shown less, and through which group it is.
  await context.clearCookies();
  await app.signIn(user, `/ui/${id}`);
  await expect(page.getByText("Viewer in shop (through the group Ops)")).toBeVisible();
  await expect(main.getByRole("link")).toHaveText(["Namespaces 0", "Flows 0"]);
  await expect(page.getByText("Recent activity")).toHaveCount(0);
  await app.accessible();
});

test("whoever may change a tenant finds its settings in it, and is asked where another was faster", async ({ app, page, server }) => {
  const id = app.unique("sets");
  await server.api("POST", "/tenants", { id, name: "Before" });
  const user = { email: `${app.unique("lead")}@example.com`, password: "Plain!1234" };
  const { id: who } = await server.api("POST", "/users", { ...user, tenants: [id] });
  await app.signIn(user, `/ui/${id}`);
  const settings = page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name: "Settings" });
  await expect(settings).toHaveCount(0);
  const refused = await page.goto(`${server.url}/ui/${id}/settings`);
  expect(refused!.status()).toBe(403);
  await expect(page.getByRole("alert")).toContainText("TENANT:UPDATE");

  const role = await server.api("POST", `/${id}/roles`, { name: "Landlord", permissions: { TENANT: ["UPDATE"] } });
  await server.api("POST", `/${id}/bindings`, { type: "USER", externalId: who, roleId: role.id });
  await app.open(`/ui/${id}`);
  await settings.click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  await app.ready();
  await app.accessible();
  // Deleting is another permission.
  await expect(page.getByRole("link", { name: "Delete this tenant" })).toHaveCount(0);
  await page.getByLabel("Name", { exact: true }).fill("After");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText(`Saved tenant ${id}.`);
  await expect(page).toHaveURL(`${server.url}/ui/${id}/settings`);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("After");

  // Another is faster.
  await app.open(`/ui/${id}/settings`);
  await page.getByText("Further settings").click();
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  await page.getByLabel(/Worker group/).fill("mine");
  await page.getByLabel("If no worker is available").selectOption("WAIT");
  const theirs = { id, name: "Theirs", workerGroup: { key: "gpu" }, secretReadOnly: true, storageConfiguration: { bucket: "b" } };
  await server.api("PUT", `/tenants/${id}`, theirs);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText(`This was changed by ${admin.email} just now`);
  const rows = page.getByRole("row");
  await expect(rows).toHaveCount(6);
  await expect(page.getByRole("row", { name: /^Name (Now )?Theirs (Yours )?Mine/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Worker group (Now )?gpu (Yours )?mine/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^If no worker is available (Now )?Fail (Yours )?Wait/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Storage configuration (Now )?\{ "bucket": "b" \} (Yours )?nothing/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Secrets are read-only (Now )?yes (Yours )?no/ })).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Mine");
  await expect(page.getByLabel(/Worker group/)).toHaveValue("mine");
  await app.accessible();
  // And a third, while the second decides.
  await server.api("PUT", `/tenants/${id}`, { id, name: "Third" });
  await page.getByRole("button", { name: "Keep my version" }).click();
  await expect(page.getByRole("row", { name: /^Name (Now )?Third (Yours )?Mine/ })).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Mine");
  await page.getByRole("button", { name: "Keep my version" }).click();
  await expect(page.getByRole("status")).toContainText(`Saved tenant ${id}.`);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Keep my version" })).toHaveCount(0);
  expect(await server.api("GET", `/tenants/${id}`)).toMatchObject({ name: "Mine", workerGroup: { key: "mine", fallback: "WAIT" } });
  await page.getByLabel("Name", { exact: true }).fill("Mine again");
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await server.api("GET", `/tenants/${id}`)).name).toBe("Mine again");
});

test("a tenant is deleted from its settings, by whoever may", async ({ app, page, server }) => {
  const id = app.unique("gone");
  await server.api("POST", "/tenants", { id, name: "Gone" });
  await app.signIn(admin, `/ui/${id}/settings`);
  await page.getByRole("link", { name: "Delete this tenant" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Delete ${id}` })).toBeVisible();
  const gone = page.getByRole("note").getByRole("listitem");
  await expect(gone.filter({ hasText: /^5 roles$/ })).toBeVisible();
  await expect(gone.filter({ hasText: /^1 role assignment$/ })).toBeVisible();
});
