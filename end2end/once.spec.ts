// What is shown or said once stays until the person closes it or leaves, whatever is changed meanwhile, here or elsewhere.
import { admin, expect, test, type App } from "./support";

// Long enough for the page to hear of its own change and of another's, and to be read again for each.
const meanwhile = async (app: App, tenant: string) => {
  await app.page.waitForTimeout(2_000);
  await app.server.api("POST", `/${tenant}/roles`, { name: app.unique("Role"), permissions: { FLOW: ["VIEW"] } });
  await app.page.waitForTimeout(1_500);
};

for (const where of ["account", "user", "service account"] as const) {
  test(`a new token stays on the page of ${where === "account" ? "one's own account" : `a ${where}`}`, async ({ app, page }) => {
    const tenant = app.unique("once");
    await app.server.api("POST", "/tenants", { id: tenant, name: tenant });
    const address = {
      account: async () => "/account",
      user: async () => `/administration/users/${(await app.server.api("POST", "/users", { email: `${app.unique("u")}@example.com` })).id}`,
      "service account": async () =>
        `/ui/${tenant}/service-accounts/${(await app.server.api("POST", `/${tenant}/service-accounts`, { name: app.unique("bot") })).id}`,
    };
    const path = await address[where]();
    await app.signIn(admin, path);
    const name = app.unique("ci");
    await page.getByText("Create a token").click();
    await page.getByLabel("Token name").fill(name);
    await page.getByRole("button", { name: "Create token" }).click();
    const box = page.getByRole("status").filter({ hasText: "Copy the token now." });
    await expect(box).toBeVisible();
    const secret = await box.locator("code").textContent();
    await meanwhile(app, tenant);
    await expect(box.locator("code")).toHaveText(secret!);
    await expect(page.getByRole("row", { name: new RegExp(name) })).toBeVisible();
    const me = await fetch(`${app.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect(me.status).toBe(200);
    await app.accessible();
    if (app.js) {
      // A second one beside it.
      await page.getByLabel("Token name").fill(`${name}-2`);
      await page.getByRole("button", { name: "Create token" }).click();
      await expect(box).toHaveCount(2);
      await meanwhile(app, tenant);
      await expect(box).toHaveCount(2);
      await box.first().getByRole("link", { name: "Close" }).click();
      await expect(box).toHaveCount(1);
    }
    await box.getByRole("link", { name: "Close" }).click();
    await expect(box).toHaveCount(0);
    await expect(page.getByRole("row", { name: new RegExp(name) }).first()).toBeVisible();
    await meanwhile(app, tenant);
    await expect(box).toHaveCount(0);
  });
}

test("a token is gone when its page was left", async ({ app, page }) => {
  await app.signIn(admin, "/account");
  await page.getByText("Create a token").click();
  await page.getByLabel("Token name").fill(app.unique("left"));
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText("Copy the token now.")).toBeVisible();
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Users" })).toBeVisible();
  await expect(page.getByText("Copy the token now.")).toHaveCount(0);
  await app.open("/account");
  await expect(page.getByText("Copy the token now.")).toHaveCount(0);
});

test("what was done can be undone until it is closed", async ({ app, page }) => {
  const tenant = app.unique("toast");
  await app.server.api("POST", "/tenants", { id: tenant, name: tenant });
  const email = `${app.unique("dev")}@example.com`;
  const user = await app.server.api("POST", "/users", { email });
  const group = await app.server.api("POST", `/${tenant}/groups`, { name: "Ops", membersId: [user.id] });
  await app.signIn(admin, `/ui/${tenant}/groups/${group.id}`);
  const member = page.getByRole("row", { name: new RegExp(email) });
  const toast = page.getByRole("status").filter({ has: page.getByRole("button", { name: "Undo" }) });
  await page.getByRole("button", { name: `Make owner: ${email}` }).click();
  await expect(member).toContainText("Owner");
  await meanwhile(app, tenant);
  await app.accessible();
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: `Make owner: ${email}` })).toBeVisible();
  await page.getByRole("button", { name: `Make owner: ${email}` }).click();
  // What was undone could be undone in turn, and may still be said.
  await expect(toast).toContainText("is now an owner of the group");
  await toast.getByRole("link", { name: "Close" }).click();
  await expect(toast).toHaveCount(0);
  await expect(member).toContainText("Owner");
  await meanwhile(app, tenant);
  await expect(toast).toHaveCount(0);
});

test("the link of an invitation stays open", async ({ app, page }) => {
  const tenant = app.unique("link");
  await app.server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/invitations/create`);
  await expect(page.getByRole("heading", { level: 1, name: "Invite" })).toBeVisible();
  await page.getByLabel("Email").fill(`${app.unique("new")}@example.com`);
  await page.getByRole("button", { name: "Invite" }).click();
  await expect(page.getByRole("status")).toContainText("Invited");
  await page.locator("details.link summary").click();
  const link = page.locator("details.link code");
  await expect(link).toBeVisible();
  await meanwhile(app, tenant);
  await expect(link).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Invited" })).toBeVisible();
});
