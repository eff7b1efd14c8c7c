// Light and dark, three widths: nothing overflows, and axe finds nothing.
import { expect, test } from "./support";

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 800, 1280]) {
    test(`pages fit ${width} px, ${colorScheme}`, async ({ app, page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await app.open("/login");
      await app.accessible();
      await app.signIn();
      const id = app.unique("a-rather-long-identifier-that-has-to-go-somewhere");
      await app.createTenant(id, "Ein ziemlich langer Name mit 🏭 und عربى, der irgendwo hin muss");
      const pages = [
        "/ui",
        `/ui/${id}`,
        `/ui/${id}/settings`,
        "/administration/tenants",
        "/administration/create-tenant",
        `/administration/tenants/${id}`,
        `/administration/tenants/${id}/edit`,
        `/administration/tenants/${id}/delete`,
      ];
      for (const path of pages) {
        await app.open(path);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${path} is no wider than the window`).toBeLessThanOrEqual(0);
        await app.accessible();
      }
    });
  }
}
