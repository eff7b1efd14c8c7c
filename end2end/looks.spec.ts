// Light and dark, four widths: nothing overflows, and axe finds nothing.
import { everyPage } from "./every";
import { expect, test } from "./support";

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 800, 1280, 2560]) {
    test(`pages fit ${width} px, ${colorScheme}`, async ({ app, page, engine }) => {
      test.skip(engine === "postgres", "pages look the same on both databases");
      test.setTimeout(300_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await app.open("/login");
      await app.accessible();
      const pages = await everyPage(app.server, app.unique("a-rather-long-identifier-that-has-to-go-somewhere"));
      await app.signIn();
      for (const path of pages) {
        await app.open(path);
        await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${path} is no wider than the window`).toBeLessThanOrEqual(0);
        const covering = await page.evaluate(() => {
          const [nav, content] = [".nav-body", "main"].map((one) => document.querySelector(one)!.getBoundingClientRect());
          return Math.min(nav.right - content.left, nav.bottom - content.top);
        });
        expect(covering, `the navigation of ${path} covers nothing of it`).toBeLessThanOrEqual(0);
        // What axe looks at is the same at other widths, but for what folds.
        if (width === 1280 || (width === 360 && colorScheme === "light")) await app.accessible();
      }
    });
  }
}
