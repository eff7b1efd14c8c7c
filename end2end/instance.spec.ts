// The Instance page: what is configured, and what happened on the last days.
import { expect, test } from "./support";

test("what happened on the last days is drawn and said", async ({ app, page }) => {
  await app.server.api("POST", "/tenants", { id: app.unique("plot"), name: "Plot" });
  await app.signIn(undefined, "/administration/instance");
  await expect(page.getByRole("heading", { level: 2, name: "Last 30 days" })).toBeVisible();
  for (const what of ["Sign-ins", "Changes"]) {
    const drawing = page.getByRole("img", { name: what, exact: true });
    await expect(drawing).toBeVisible();
    await expect(drawing).toHaveAccessibleDescription(new RegExp(`^${what} per day: [0-9,]+ from .+ to .+, most on .+: [0-9,]+\\.$`));
  }
  await app.accessible();

  await page.locator("summary", { hasText: "Figures" }).click();
  const rows = page.getByRole("region", { name: "Figures of each day" }).getByRole("row");
  await expect(rows).toHaveCount(31);
  await expect(rows.nth(30)).toContainText("0");
  await app.accessible();

  // The narrowest window: nothing sticks out, in the dark too.
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.getByRole("img", { name: "Sign-ins", exact: true })).toBeVisible();
  const wide = app.js ? await page.evaluate(() => document.documentElement.scrollWidth) : 360;
  expect(wide).toBeLessThanOrEqual(360);
  await app.accessible();
});
