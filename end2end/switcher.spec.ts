// The way between tenants where there are many, and how the console looks in one's browser.
import { admin, expect, test } from "./support";

test("tenants are found by typing, pinned, and remembered", async ({ app, page, server }) => {
  const mark = app.unique("many");
  const who = { email: `${mark}@example.com`, password: "Passw0rd!" };
  const user = await server.api("POST", "/users", who);
  const ids = Array.from({ length: 24 }, (_, number) => `${mark}-${String(number).padStart(2, "0")}`);
  for (const id of ids) {
    await server.api("POST", "/tenants", { id, name: `Team ${id}` });
    await server.api("POST", `/${id}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${id}` });
  }
  await app.signIn(who, "/ui");
  const switcher = page.locator(".switcher");
  await switcher.locator("summary").click();
  await expect(switcher.getByText("The 10 tenants you joined last.")).toBeVisible();
  await expect(switcher.getByRole("link", { name: ids[0] })).toHaveCount(0);
  await app.accessible();

  // One that is not listed.
  await switcher.getByRole("searchbox", { name: "Find a tenant" }).fill(ids[0]);
  if (!app.js) await switcher.getByRole("searchbox").press("Enter");
  await (app.js ? switcher : page.getByRole("main")).getByRole("link", { name: ids[0] }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Team ${ids[0]}` })).toBeVisible();
  // What is remembered comes with the frame, of which the trail is a part.
  await expect(page.getByRole("navigation", { name: "Breadcrumb" })).toContainText(ids[0]);

  // It is among the recent ones now, and can be pinned.
  await app.open("/ui");
  await switcher.locator("summary").click();
  await expect(switcher.getByRole("heading", { name: "Recent" })).toBeVisible();
  await switcher.getByRole("button", { name: `Pin Team ${ids[0]}`, exact: true }).click();
  // The page is loaded anew, at the same address.
  await expect(page.locator(".switcher:not([open])")).toBeVisible();
  await app.ready();
  await switcher.locator("summary").click();
  await expect(switcher.getByRole("heading", { name: "Pinned" })).toBeVisible();
  await expect(switcher.getByRole("link", { name: ids[0] })).toHaveCount(1);
  await app.accessible();

  // What one may not enter any more is not offered, pinned or not.
  await server.api("DELETE", `/tenants/${ids[0]}`);
  await app.open("/ui");
  await switcher.locator("summary").click();
  await expect(switcher.getByRole("heading", { name: "Pinned" })).toHaveCount(0);
});

test("the console looks as one likes in this browser", async ({ app, page }) => {
  await app.signIn(admin, "/account");
  await page.getByLabel("Density").selectOption("compact");
  await page.getByLabel("Theme", { exact: true }).selectOption("dark");
  await page.getByLabel("Dates").selectOption("fr");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-density", "compact");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await app.ready();
  await expect(page.getByLabel("Density")).toHaveValue("compact");
  await expect(page.locator("time[lang=fr]").first()).toHaveText(/^\d+ \S+ \d{4}, \d\d:\d\d UTC$/);
  await app.accessible();
});
