// The first run: no user yet, so every page leads to the setup page.
import { App, admin, expect, test } from "./support";

test("the first superadmin and tenant are made on the setup page", async ({ page, launch, javaScriptEnabled }) => {
  const server = await launch({ superAdmin: false });
  const app = new App(page, server, javaScriptEnabled !== false);
  await app.open("/administration/tenants");
  await expect(page).toHaveURL(/\/setup$/);
  await app.accessible();

  await page.getByLabel("Email").fill("nobody");
  await page.getByLabel("Password").fill("weak");
  await page.getByLabel("Tenant ID").fill("Dev");
  await page.getByLabel("Name").fill("Development");
  await page.getByRole("button", { name: "Create superadmin" }).click();
  await expect(page.locator(".field-error")).toHaveCount(3);
  await expect(page.getByLabel("Email")).toHaveValue("nobody");
  await expect(page.getByLabel("Name")).toHaveValue("Development");
  await app.accessible();

  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByLabel("Tenant ID").fill("dev");
  await page.getByRole("button", { name: "Create superadmin" }).click();
  await expect(page).toHaveURL(/\/administration\/tenants$/);
  await expect(page.getByRole("link", { name: "dev", exact: true })).toBeVisible();

  await page.goto(server.url + "/setup");
  await expect(page).toHaveURL(/\/ui$/);
  await expect(page.getByRole("main").getByRole("link", { name: /Development/ })).toBeVisible();
});

test("where tenants are disabled, the page says which setting enables them", async ({ page, launch, javaScriptEnabled }) => {
  const server = await launch({ tenants: false });
  const app = new App(page, server, javaScriptEnabled !== false);
  await app.signIn();
  await expect(page.getByText("Multi-tenancy is disabled.")).toBeVisible();
  await expect(page.getByText("KESTRA_EE_TENANTS_ENABLED=true")).toBeVisible();
  await expect(page.getByRole("link", { name: "Create" })).toHaveCount(0);
  await app.accessible();
});
