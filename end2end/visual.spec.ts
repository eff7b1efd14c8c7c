// Key pages look as they did: compared with committed images, light and dark. After a change that is meant:
// npx playwright test visual.spec.ts --project="sqlite, JavaScript on" --update-snapshots
import { everyPage } from "./every";
import { App, expect, test } from "./support";

/** Widths of texts in the fonts the images were made with: where others are installed there is nothing to compare. */
const FONTS = [219, 260];

for (const colorScheme of ["light", "dark"] as const) {
  test(`key pages look as they did, ${colorScheme}`, async ({ page, launch, engine, javaScriptEnabled }) => {
    test.skip(engine === "postgres" || javaScriptEnabled === false, "pages look the same");
    const server = await launch({ tenants: true });
    const app = new App(page, server, true);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await app.open("/login");
    const fonts = await page.evaluate(() =>
      ["16px system-ui", "16px ui-monospace, monospace"].map((font) => {
        const canvas = document.createElement("canvas").getContext("2d")!;
        canvas.font = font;
        return Math.round(canvas.measureText("Tenants, roles and bindings").width);
      }),
    );
    test.skip(String(fonts) !== String(FONTS), `this machine has other fonts (${fonts})`);
    const same = async (name: string) =>
      expect(page).toHaveScreenshot(`${name}-${colorScheme}.png`, {
        maxDiffPixelRatio: 0.005,
        // Times and ids differ from run to run.
        mask: ["main time", "main .id", "main td code"].map((masked) => page.locator(masked)),
        maskColor: "#808080",
      });
    await same("login");
    await everyPage(server, "acme");
    await app.signIn();
    const { results } = await server.api("GET", "/users?q=a.rather.long");
    const pages = {
      tenants: "/administration/tenants",
      overview: "/ui/acme",
      roles: "/ui/acme/roles",
      matrix: "/ui/acme/roles/viewer_acme",
      access: "/ui/acme/access",
      user: `/administration/users/${results[0].id}`,
      why: `/ui/acme/explain?principal=${results[0].id}&permission=FLOW:VIEW`,
    };
    for (const [name, path] of Object.entries(pages)) {
      await app.open(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await same(name);
    }
  });
}
