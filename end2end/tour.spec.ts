// What somebody new does, from an empty database on, without a manual: three tenants with their teams, a role of their
// own, an invitation that is accepted, a denied action that is explained, and a role that is revoked while its holder
// looks on. After the first address everything is reached by what the pages offer.
import type { Page } from "@playwright/test";
import { admin, App, expect, test } from "./support";

const teams = [
  { id: "dev", name: "Development", team: "Developers" },
  { id: "ops", name: "Operations", team: "Operators" },
  { id: "shop", name: "Web shop", team: "Merchants" },
];
const anna = { email: "anna@example.com", password: "Plain!1234" };

const main = (page: Page) => page.getByRole("main");
const tenantMenu = (page: Page) => page.getByRole("navigation", { name: "Tenant" });

/** On narrow windows the menu is folded away; here it stands on the left. */
async function go(page: Page, name: string): Promise<void> {
  await tenantMenu(page).getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

test("a new admin finds their way", async ({ page, launch, browser, javaScriptEnabled }) => {
  const js = javaScriptEnabled !== false;
  const server = await launch({ superAdmin: false });
  const app = new App(page, server, js);

  await app.open("/");
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByLabel("Tenant ID").fill(teams[0].id);
  await page.getByLabel("Name").fill(teams[0].name);
  await page.getByRole("button", { name: "Create superadmin" }).click();
  for (const { id, name } of teams.slice(1)) {
    await page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name: "Tenants" }).click();
    await main(page).getByRole("link", { name: "Create", exact: true }).click();
    await page.getByLabel("Tenant ID").fill(id);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  // Each has a team, which may do what editors may.
  for (const { id, name, team } of teams) {
    await page.locator(".switcher summary").click();
    await page.locator(".switcher").getByRole("link", { name: id }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await go(page, "Groups");
    await main(page).getByRole("link", { name: "Create" }).click();
    await page.getByLabel("Name").fill(team);
    await page.getByRole("button", { name: "Create group" }).click();
    await expect(page.getByRole("heading", { level: 1, name: team })).toBeVisible();
    await main(page).getByRole("link", { name: "Assign role" }).click();
    await page.getByLabel("Role", { exact: true }).selectOption({ label: "Editor" });
    await page.getByRole("button", { name: "Assign role" }).click();
    await expect(page.getByRole("row", { name: new RegExp(team) })).toContainText("Editor");
  }

  // The shop has a role of its own.
  await go(page, "Roles");
  await main(page).getByRole("link", { name: "Create" }).click();
  await page.getByLabel("Start from").selectOption({ label: "Viewer" });
  await page.getByRole("button", { name: "Copy" }).click();
  const flows = page.getByRole("group", { name: "FLOW", exact: true });
  await expect(flows.getByLabel("view")).toBeChecked();
  await flows.getByLabel("execute").check();
  await page.getByLabel("Name", { exact: true }).fill("Runner");
  await page.getByRole("button", { name: "Create role" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Runner" })).toBeVisible();

  // Somebody is invited with it, and joins in a browser of her own.
  await go(page, "Invitations");
  await main(page).getByRole("link", { name: "Invite" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Invite" })).toBeVisible();
  await page.getByLabel("Email").fill(anna.email);
  await page.getByLabel("Role", { exact: true }).selectOption({ label: "Runner" });
  await page.getByRole("button", { name: "Invite" }).click();
  const invitation = page.getByRole("row", { name: new RegExp(anna.email) });
  await invitation.getByText("Link", { exact: true }).click();
  const link = new URL((await invitation.locator("code").textContent())!);
  const context = await browser.newContext({ javaScriptEnabled: js });
  const hers = await context.newPage();
  const her = new App(hers, server, js);
  await her.open(link.pathname);
  await hers.getByLabel(/First name/).fill("Anna");
  await hers.getByLabel("Password").fill(anna.password);
  await hers.getByRole("button", { name: "Create account and accept" }).click();
  await expect(hers.getByRole("heading", { level: 1, name: "Web shop" })).toBeVisible();
  await her.ready();

  // What she may not do is not offered. Told the address by a colleague, she learns what is missing.
  await expect(tenantMenu(hers).getByRole("link", { name: "Flows" })).toBeVisible();
  await expect(tenantMenu(hers).getByRole("link", { name: "Access", exact: true })).toHaveCount(0);
  await her.open("/ui/shop/access");
  await expect(hers.getByRole("alert")).toContainText("BINDING:LIST");
  await hers.getByRole("link", { name: "Why?" }).click();
  await expect(hers.getByText(`None of the roles of ${anna.email} allows BINDING:LIST.`)).toBeVisible();
  await her.accessible();

  // The admin asks the reverse, and takes the role away.
  await tenantMenu(hers).getByRole("link", { name: "Flows" }).click();
  await expect(hers.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await go(page, "Check access");
  await main(page).getByRole("link", { name: "Who has access" }).click();
  await page.getByLabel("Permission").selectOption("FLOW:EXECUTE");
  await page.getByRole("button", { name: "Show who has access" }).click();
  await expect(page.getByRole("row", { name: new RegExp(anna.email) })).toBeVisible();
  await app.accessible();
  await go(page, "Access");
  await page.getByRole("row", { name: new RegExp(anna.email) }).getByRole("button", { name: /Revoke Runner/ }).click();
  await expect(page.getByRole("row", { name: new RegExp(anna.email) })).toHaveCount(0);
  if (!js) await hers.reload();
  await expect(hers.getByRole("alert")).toBeVisible({ timeout: 2_000 });
  await expect(tenantMenu(hers).getByRole("link", { name: "Flows" })).toHaveCount(0);

  // All of it is in the log.
  await go(page, "Audit log");
  await expect(page.getByRole("row", { name: /DELETE.*BINDING/ }).first()).toBeVisible();
  await context.close();
});
