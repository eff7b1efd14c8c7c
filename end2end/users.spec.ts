// Users of the instance, and one's own account.
import { expect, test } from "./support";

test("a user is created, renamed, given a password and a tenant, and deleted", async ({ app, page }) => {
  const [tenant, email] = [app.unique("team"), `${app.unique("dev")}@example.com`];
  app.server.cli("tenants", "create", "--tenant", tenant, "--name", "Team");
  await app.signIn(undefined, "/administration/users");
  await app.accessible();
  await page.getByRole("link", { name: "Create", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Create user" })).toBeVisible();
  await app.accessible();

  await page.getByLabel("Email").fill("nobody");
  await page.getByLabel("First name").fill("Dora");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create user" }).click();
  await expect(page.getByText("2 fields need another look.")).toBeVisible();
  await expect(page.getByLabel("First name")).toHaveValue("Dora");
  await app.accessible();

  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill("");
  await page.getByRole("button", { name: "Create user" }).click();
  await expect(page.getByRole("heading", { level: 1, name: email })).toBeVisible();
  await expect(page.getByRole("status")).toContainText(`Created user ${email}.`);
  await expect(page.getByText("No password", { exact: true })).toBeVisible();
  await app.accessible();

  await page.getByLabel("Last name").fill("Dorn");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Dora Dorn")).toBeVisible();

  await page.getByLabel("New password").fill("weak");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("New password").fill("Plain!1234");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("This user signs in with a password.")).toBeVisible();

  await page.getByLabel("Tenant ID").fill("absent-tenant");
  await page.getByRole("button", { name: "Add to tenant" }).click();
  await expect(page.getByRole("alert")).toContainText("absent-tenant");
  await page.getByLabel("Tenant ID").fill(tenant);
  await page.getByRole("button", { name: "Add to tenant" }).click();
  await expect(page.getByRole("row", { name: /Team/ })).toContainText("no roles");

  await page.getByRole("button", { name: "Make superadmin" }).click();
  await expect(page.getByRole("definition").getByText("Superadmin")).toBeVisible();
  await page.getByRole("button", { name: "Remove superadmin" }).click();
  await expect(page.getByRole("button", { name: "Make superadmin" })).toBeVisible();
  await page.getByRole("button", { name: "Lock profile" }).click();
  await expect(page.getByText("Profile locked", { exact: true })).toBeVisible();
  await app.accessible();

  await page.getByRole("link", { name: "Delete" }).click();
  await expect(page.getByText("Also deleted: access to 1 tenant.")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Delete user" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Users" })).toBeVisible();
  await page.getByLabel("Search users by name or email").fill(email);
  if (!app.js) await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByText(`No user matches “${email}”`)).toBeVisible();
});

test("superadmins cannot step down or delete themselves, and others see no users", async ({ app, page, context }) => {
  const user = { email: `${app.unique("dev")}@example.com`, password: "Plain!1234" };
  app.server.cli("auths", "users", "create", user.email, user.password);
  await app.signIn(undefined, "/administration/users?q=admin@example.com");
  await page.getByRole("link", { name: "admin@example.com" }).click();
  await expect(page.getByText("Only another superadmin can remove this.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Delete" })).toHaveCount(0);
  await app.open(new URL(page.url()).pathname + "/delete");
  await page.getByRole("button", { name: "Delete user" }).click();
  await expect(page.getByRole("alert")).toContainText("You cannot delete yourself.");

  await context.clearCookies();
  await app.signIn(user, "/ui");
  for (const path of ["/administration/users", "/administration/users/create", "/administration/instance"]) {
    const answer = await page.goto(app.server.url + path);
    expect(answer!.status()).toBe(403);
  }
  await expect(page.getByRole("link", { name: "Users" })).toHaveCount(0);
});

test("a token is shown once, works, and is revoked", async ({ app, page }) => {
  const user = { email: `${app.unique("dev")}@example.com`, password: "Plain!1234" };
  app.server.cli("auths", "users", "create", user.email, user.password);
  await app.signIn(user, "/account");
  await app.accessible();
  await page.getByText("Create a token").click();
  await page.getByLabel("Token name").fill("Not A Label");
  await page.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByText("A name has 1 to 63 lower-case letters")).toBeVisible();
  await expect(page.getByLabel("Token name")).toHaveValue("Not A Label");
  await page.getByLabel("Token name").fill("ci-deploy");
  await page.getByLabel("Expires after").selectOption({ label: "30 days" });
  await page.getByRole("button", { name: "Create token" }).click();
  const secret = page.getByRole("status").filter({ hasText: "Copy the token now." });
  await expect(secret).toBeVisible();
  const token = await secret.locator("code").textContent();
  await app.accessible();

  const me = () => fetch(`${app.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect((await me()).status).toBe(200);
  await app.open("/account");
  await expect(page.getByText("Copy the token now.")).toHaveCount(0);
  await expect(page.getByRole("row", { name: /ci-deploy/ })).toBeVisible();

  await page.getByRole("link", { name: "Revoke ci-deploy" }).click();
  await expect(page.getByText("Programs that use it are denied immediately")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByText("No tokens yet.")).toBeVisible();
  expect((await me()).status).toBe(401);
});

test("one's own profile, password and sessions", async ({ app, page, browser }) => {
  const user = { email: `${app.unique("dev")}@example.com`, password: "Plain!1234" };
  app.server.cli("auths", "users", "create", user.email, user.password);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  const signInElsewhere = async () => {
    await other.goto(`${app.server.url}/account`);
    await other.getByLabel("Email").fill(user.email);
    await other.getByLabel("Password").fill(user.password);
    await other.getByRole("button", { name: "Sign in" }).click();
    await expect(other.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
  };
  await signInElsewhere();
  await app.signIn(user, "/account");
  await page.getByLabel("First name").fill("Dora");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText("Saved your profile.");

  await expect(page.getByText("This one", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /^End the Console session/ }).click();
  await expect(page.getByRole("button", { name: /^End/ })).toHaveCount(0);
  await other.goto(`${app.server.url}/account`);
  await expect(other).toHaveURL(/login/);

  await signInElsewhere();
  await app.open("/account");
  await page.getByRole("button", { name: "End all other sessions" }).click();
  await expect(page.getByText("Ended all other sessions.")).toBeVisible();
  await other.goto(`${app.server.url}/account`);
  await expect(other).toHaveURL(/login/);

  await signInElsewhere();
  await app.open("/account");
  await page.getByLabel("Current password").fill("Wrong!1234");
  await page.getByLabel("New password").fill("Other!1234");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("This is not your password.")).toBeVisible();
  await page.getByLabel("Current password").fill(user.password);
  await page.getByLabel("New password").fill("Other!1234");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Changed your password.")).toBeVisible();
  await other.goto(`${app.server.url}/account`);
  await expect(other).toHaveURL(/login/);
  await app.open("/account");
  await expect(page.getByText("This one", { exact: true })).toBeVisible();
  await elsewhere.close();
});

test("the instance says what it is set to", async ({ app, page }) => {
  await app.signIn(undefined, "/administration/instance");
  await expect(page.getByText("after 1,000 failed sign-ins within 5 minutes, for 30 minutes")).toBeVisible();
  await expect(page.getByText("Tenant creators become Tenant Admin")).toBeVisible();
  await app.accessible();
});
