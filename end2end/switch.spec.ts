// Switching an instance that ran without tenants: what an admin and a user see before, during and after the sync.
import { admin, App, expect, type Launch, type Server, test } from "./support";

const plain = { email: "plain@example.com", password: "Plain!1234" };

/** An instance that ran without tenants, and has them now. */
async function switched(launch: Launch): Promise<Server> {
  const server = await launch({ tenants: false });
  const user = await server.api("POST", "/users", { ...plain, firstName: "Plain" });
  for (let number = 0; number < 30; number++) await server.api("POST", "/users", { email: `user${number}@example.com` });
  const role = await server.api("POST", "/roles", { name: "Deployer", permissions: { FLOW: ["VIEW", "EXECUTE"] } });
  const group = await server.api("POST", "/groups", { name: "Ops", membersId: [user.id] });
  await server.api("POST", "/bindings", { type: "GROUP", externalId: group.id, roleId: role.id, namespaceId: "shop" });
  await server.api("POST", "/bindings", { type: "USER", externalId: user.id, roleId: "viewer_main" });
  await server.restart({ tenants: true, defaultTenant: true });
  return server;
}

test("access is previewed, synchronized as shown, and told of afterwards", async ({ page, launch, javaScriptEnabled }) => {
  const server = await switched(launch);
  const app = new App(page, server, javaScriptEnabled !== false);
  // A user who signs in is told what has happened and whom to ask.
  await app.signIn(plain, "/ui");
  await expect(page.getByText("Your access is waiting to be synced.")).toBeVisible();
  await expect(page.getByRole("note")).toContainText(admin.email);
  await app.accessible();
  await page.context().clearCookies();

  await app.signIn();
  await expect(page.getByRole("note")).toContainText("32 users, 1 group, 1 role, 2 bindings");
  // Somebody made a role of the same name by hand.
  await server.api("POST", "/roles", { name: "Deployer", permissions: { FLOW: ["VIEW"] } });
  await page.getByRole("link", { name: "Preview and sync access" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sync access" })).toBeVisible();
  await app.ready();
  await expect(page.getByRole("row", { name: /Role Deployer/ })).toContainText("kept apart as “Deployer (before tenants)”");
  await app.accessible();

  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByText("26–32 of 32")).toBeVisible();
  await page.getByRole("searchbox", { name: /Search users/ }).fill("plain");
  if (!app.js) await page.getByRole("button", { name: "Search" }).click();
  const row = page.getByRole("row", { name: /plain@example.com/ });
  await expect(row).toContainText("Deployer in shop, Viewer");
  await expect(row).toContainText("Ops");
  await row.getByRole("link", { name: /Compare/ }).click();
  await expect(page.getByRole("row", { name: /FLOW:EXECUTE shop/ })).toContainText("noyes");
  await app.accessible();
  await page.getByRole("searchbox", { name: /to compare/ }).fill("nobody");
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByText("There is no user or service account nobody.")).toBeVisible();

  // The instance changes between the preview and the click: nothing is done, and the new plan is shown.
  const { results } = await server.api("GET", "/users?q=user7@example.com");
  await server.api("DELETE", `/users/${results[0].id}`);
  await page.getByRole("button", { name: "Sync access" }).click();
  await expect(page.getByText("The last sync changed nothing.")).toBeVisible({ timeout: 15_000 });
  await app.ready();
  await page.getByRole("button", { name: "Sync access" }).click();
  await expect(page.getByRole("heading", { name: "Access is synced" })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText(`By ${admin.email}`)).toBeVisible();
  await app.accessible();
  await app.open("/administration/tenants");
  await expect(page.getByText("can't access anything until")).toHaveCount(0);
  await page.context().clearCookies();

  await app.signIn(plain, "/ui");
  await page.getByRole("main").getByRole("link", { name: "Default tenant" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Default tenant" })).toBeVisible();
  await expect(page.getByText("Deployer (before tenants) in shop (through the group Ops)")).toBeVisible();
});

test("a new instance is told to do without the default tenant", async ({ page, launch, javaScriptEnabled }) => {
  const server = await launch({ tenants: true, defaultTenant: true });
  const app = new App(page, server, javaScriptEnabled !== false);
  await app.signIn();
  await expect(page.getByRole("note")).toContainText("kestra.ee.tenants.default-tenant: false");
  await page.getByRole("link", { name: "Sync access" }).click();
  await expect(page.getByRole("heading", { name: "Nothing to sync" })).toBeVisible();
  await app.accessible();
});

test("while tenants are off there is one place, and it can be opened", async ({ page, launch, javaScriptEnabled }) => {
  const server = await launch({ tenants: false });
  const app = new App(page, server, javaScriptEnabled !== false);
  await app.signIn(admin, "/ui");
  await page.getByRole("link", { name: "Open it" }).click();
  await page.getByRole("main").getByRole("link", { name: "Roles 5" }).click();
  await expect(page.getByRole("row", { name: /Tenant Admin/ })).toBeVisible();
  await app.open("/administration/sync-access");
  await expect(page.getByRole("alert")).toContainText("Multi-tenancy is disabled");
  await app.accessible();
});
