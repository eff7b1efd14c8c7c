// Who may enter a tenant, and who is invited to it.
import { expect, test } from "./support";

test("a user is let in, looked at, and shut out again", async ({ app, page }) => {
  const id = app.unique("team");
  const email = `${app.unique("dev")}@example.com`;
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  app.server.cli("auths", "users", "create", email, "Plain!1234");

  await app.signIn(undefined, `/ui/${id}/users`);
  await page.getByLabel("Email").fill("nobody@example.com");
  await page.getByRole("button", { name: "Add user" }).click();
  await expect(page.getByText("There is no user or service account “nobody@example.com”").first()).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Add user" }).click();
  await expect(page.getByRole("status")).toContainText(`${email} can access this tenant now.`);
  await app.accessible();
  await page.getByRole("link", { name: email }).click();
  await expect(page.getByRole("heading", { level: 1, name: email })).toBeVisible();
  await expect(page.getByText("No roles. They can't do anything in this tenant yet.")).toBeVisible();

  await page.getByRole("link", { name: "Assign role" }).click();
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Editor" });
  await page.getByRole("button", { name: "Assign role" }).click();
  await page.getByRole("link", { name: email, exact: true }).click();
  await expect(page.getByRole("row", { name: /Editor/ })).toContainText("directly");
  await app.accessible();
  await page.getByRole("link", { name: "Check access through Editor" }).click();
  await expect(page.getByText(`${email} has the role Editor in the whole tenant`)).toBeVisible();
  await page.goBack();

  await page.getByRole("link", { name: "Remove access" }).click();
  await expect(page.getByText("1 role and 0 group memberships are removed with the access to this tenant.")).toBeVisible();
  await expect(page.getByText("Editor in the whole tenant")).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Remove access" }).click();
  await expect(page.getByRole("status")).toContainText(`Removed ${email} from this tenant.`);
  await expect(page.getByRole("link", { name: email })).toHaveCount(0);
});

test("somebody is invited, becomes a user and is in", async ({ app, page, context }) => {
  const [id, name] = [app.unique("team"), app.unique("Team")];
  const email = `${app.unique("new")}@example.com`;
  app.server.cli("tenants", "create", "--tenant", id, "--name", name);

  await app.signIn(undefined, `/ui/${id}/invitations/create`);
  await expect(page.getByRole("heading", { level: 1, name: "Invite" })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Viewer" });
  await page.getByLabel(/Groups/).fill("absent");
  await page.getByRole("button", { name: "Invite" }).click();
  await expect(page.getByText("Group “absent” does not exist.").first()).toBeVisible();
  await page.getByLabel(/Groups/).fill("");
  await page.getByRole("button", { name: "Invite" }).click();
  const row = page.getByRole("row", { name: new RegExp(email) });
  await expect(row).toContainText("Pending");
  await expect(row).toContainText("Viewer");
  await row.getByText("Link", { exact: true }).click();
  await app.accessible();
  const link = await row.locator("code").textContent();
  await page.getByRole("link", { name: "Accepted" }).click();
  await expect(page.getByText("No invitations found")).toBeVisible();

  // Whoever has the link is not signed in.
  await context.clearCookies();
  const path = new URL(link!).pathname;
  await app.open(path);
  await expect(page.getByRole("heading", { level: 1, name: `Join ${name}` })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(email);
  await app.accessible();
  await page.getByLabel(/First name/).fill("Nea");
  await page.getByLabel("Password").fill("weak");
  await page.getByRole("button", { name: "Create account and accept" }).click();
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("At least 8 characters")).toBeVisible();
  await expect(page.getByLabel(/First name/)).toHaveValue("Nea");
  await page.getByLabel("Password").fill("Plain!1234");
  await page.getByRole("button", { name: "Create account and accept" }).click();
  await page.waitForURL(`${app.server.url}/ui/${id}`);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("definition").getByText("Viewer")).toBeVisible();

  await app.open(path);
  await expect(page.getByText("This invitation has already been accepted.")).toBeVisible();
  await context.clearCookies();
  await app.open("/ui/invitation/absent");
  await expect(page.getByText("Invitation not found")).toBeVisible();
});

test("an invitation is taken back, and one for a user that exists by now is accepted", async ({ app, page, context }) => {
  const id = app.unique("team");
  const [gone, user] = ["gone", "user"].map((one) => ({ email: `${app.unique(one)}@example.com`, password: "Plain!1234" }));
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  const welcome = { name: "Newcomer", isDefault: true, permissions: { FLOW: ["VIEW"] } };
  await app.server.api("POST", `/${id}/roles`, welcome);
  for (const one of [gone, user]) await app.server.api("POST", `/${id}/invitations`, { email: one.email });
  const sent = await app.server.api("GET", `/${id}/invitations/search`);
  const path = (email: string) => new URL(sent.results.find((one: any) => one.email === email).link).pathname;

  await app.signIn(undefined, `/ui/${id}/invitations?status=PENDING`);
  await page.getByRole("button", { name: `Delete the invitation for ${gone.email}` }).click();
  await expect(page.getByRole("row", { name: new RegExp(gone.email) })).toHaveCount(0);
  await app.open(path(gone.email));
  await expect(page.getByText("Invitation not found")).toBeVisible();

  app.server.cli("auths", "users", "create", user.email, user.password);
  await context.clearCookies();
  await app.open(path(user.email));
  await expect(page.getByRole("definition").getByText("Newcomer (default role)")).toBeVisible();
  await page.getByRole("button", { name: "Accept invitation" }).click();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await app.ready();
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${app.server.url}/ui/${id}`);
  await expect(page.getByRole("definition").getByText("Newcomer")).toBeVisible();
});
