// Acting in another's place, and signing in again without leaving a page.
import { admin, App, expect, test } from "./support";

test("an admin sees what a user sees, under a banner, and is back with one click", async ({ app, page, server }) => {
  const tenant = app.unique("act");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const email = `${app.unique("user")}@example.com`;
  const user = await server.api("POST", "/users", { email });
  await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${tenant}` });

  await app.signIn(admin, `/administration/users/${user.id}`);
  await page.getByRole("button", { name: "Impersonate" }).click();
  await page.waitForURL(`${server.url}/ui`);
  await app.ready();
  const banner = page.getByRole("complementary", { name: "Impersonation" });
  await expect(banner).toContainText(`You're impersonating ${email}`);
  await expect(banner).toContainText(admin.email);
  await expect(page.getByRole("navigation", { name: "Administration" })).toHaveCount(0);
  await app.accessible();

  // What the user may see, and nothing else; the banner stays.
  await page.getByRole("main").getByRole("link", { name: tenant }).click();
  await expect(page.getByRole("heading", { level: 1, name: tenant })).toBeVisible();
  await expect(banner).toBeVisible();
  await app.open("/administration/users");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(banner).toBeVisible();
  await app.accessible();

  await banner.getByRole("button", { name: "Stop impersonating" }).click();
  await page.waitForURL(`${server.url}/administration/users/${user.id}`);
  await app.ready();
  await expect(page.getByRole("status")).toContainText("You're back in your own account.");
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1, name: email })).toBeVisible();
});

test("who cannot act as somebody is told why on the page", async ({ app, page, server }) => {
  const user = await server.api("POST", "/users", { email: `${app.unique("user")}@example.com` });
  const other = await server.api("POST", "/users", { email: `${app.unique("other")}@example.com` });
  await server.api("PATCH", `/users/${other.id}/superadmin`, { superAdmin: true });
  await app.signIn(admin, `/administration/users/${other.id}`);
  await page.getByRole("button", { name: "Impersonate" }).click();
  await page.waitForURL(`${server.url}/ui`);
  // From one's place into a third one's.
  await app.open(`/administration/users/${user.id}`);
  await page.getByRole("button", { name: "Impersonate" }).click();
  await expect(page.getByRole("alert").first()).toContainText("You are already impersonating someone. Stop impersonating first.");
  await app.accessible();
});

test("whose session has ended signs in again above the page, and what was typed is sent", async ({ app, page, server, context }) => {
  test.skip(!app.js, "without a program the form comes back after the sign-in page");
  const tenant = app.unique("again");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/groups/create`);
  await page.getByLabel("Name", { exact: true }).fill("Night shift");
  // The cursor may be in the form before the frame says who one is.
  await expect(page.locator(".account-name")).toHaveText(admin.email);
  await context.clearCookies({ name: "kestra_session" });
  // The frame may hear of it before the form does.
  await server.api("POST", `/${tenant}/groups`, { name: "Day shift" });
  await expect(page.locator(".account-name")).toHaveCount(0);
  await page.getByRole("button", { name: "Create group" }).click();

  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel("Email")).toHaveValue(admin.email);
  await app.accessible();
  await dialog.getByLabel("Password").fill("wrong");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await app.accessible();
  await dialog.getByLabel("Password").fill(admin.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1, name: "Night shift" })).toBeVisible();
});
