// What was typed and not sent is not lost by leaving without a word.
import type { Page } from "@playwright/test";
import { admin, expect, test } from "./support";

// What the browser asked, and what is answered: whether to leave.
const answering = (page: Page, leave: boolean): string[] => {
  const asked: string[] = [];
  page.removeAllListeners("dialog");
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await (leave ? dialog.accept() : dialog.dismiss());
  });
  return asked;
};

test("leaving a half filled form asks first, by a link, by Back, by a search and by another address", async ({ app, page, server }) => {
  const tenant = app.unique("half");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/roles`);
  await page.getByRole("link", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Create role" })).toBeVisible();
  const here = page.url();
  const name = page.getByLabel("Name", { exact: true });
  await name.click();
  await name.fill("Half");
  await page.getByPlaceholder("Find a resource").fill("flow");

  let asked = answering(page, false);
  await page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name: "Groups" }).click();
  await expect.poll(() => asked).toEqual(["confirm"]);
  await page.evaluate(() => history.back());
  await expect.poll(() => asked).toEqual(["confirm", "confirm"]);
  await page.getByRole("button", { name: "Copy" }).click();
  await expect.poll(() => asked).toEqual(["confirm", "confirm", "confirm"]);
  await page.evaluate(() => location.reload());
  await expect.poll(() => asked).toEqual(["confirm", "confirm", "confirm", "beforeunload"]);
  await expect.poll(() => page.url()).toBe(here);
  await expect(page.getByRole("heading", { level: 1, name: "Create role" })).toBeVisible();
  await expect(name).toHaveValue("Half");

  // Cancel says itself that nothing is kept.
  asked = answering(page, false);
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();
  expect(asked).toEqual([]);

  await page.getByRole("link", { name: "Create" }).click();
  await name.fill("Half");
  asked = answering(page, true);
  await page.evaluate(() => history.back());
  await expect(page.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();
  expect(asked).toEqual(["confirm"]);
  await page.evaluate(() => history.forward());
  await expect(page.getByRole("heading", { level: 1, name: "Create role" })).toBeVisible();
  await expect(name).toHaveValue("");
  expect(asked).toEqual(["confirm"]);
});

test("nobody is asked about what was sent, sought, or put back as it was", async ({ app, page, server }) => {
  const tenant = app.unique("calm");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const role = await server.api("POST", `/${tenant}/roles`, { name: "Painter", permissions: { FLOW: ["VIEW"] } });
  await app.signIn(admin, `/ui/${tenant}/roles/${role.id}`);
  const asked = answering(page, false);
  const to = async (name: string) => {
    await page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  };
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("Artist");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Artist" })).toBeVisible();
  await to("Roles");
  await page.getByRole("searchbox", { name: "Search roles by name" }).fill("Art");
  await page.getByRole("searchbox", { name: "Find anything" }).fill("Art");
  await to("Groups");
  await app.open(`/ui/${tenant}/roles/${role.id}`);
  await name.fill("Other");
  await name.fill("Artist");
  await page.getByPlaceholder("Find a resource").fill("flow");
  await to("Roles");
  await app.open(`/ui/${tenant}/roles/${role.id}`);
  await page.getByRole("button", { name: "Dark theme" }).click();
  await to("Roles");

  // Also not where a form stays where it is when it was sent.
  const group = await server.api("POST", `/${tenant}/groups`, { name: "Painters" });
  await app.open(`/ui/${tenant}/groups/${group.id}`);
  await page.getByLabel("Add a member").fill(admin.email);
  await page.getByRole("button", { name: "Add to group" }).click();
  await expect(page.getByRole("row", { name: new RegExp(admin.email) })).toBeVisible();
  await to("Roles");
  expect(asked).toEqual([]);
});

test("what was refused, and what another form did meanwhile, stays and is asked about", async ({ app, page, server }) => {
  const tenant = app.unique("kept");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const group = await server.api("POST", `/${tenant}/groups`, { name: "Ops" });
  await app.signIn(admin, `/ui/${tenant}/groups/${group.id}`);
  const purpose = page.getByRole("textbox", { name: /^Description/ });
  await purpose.fill("runs things");
  await page.getByLabel("Add a member").fill("nobody@example.com");
  await page.getByRole("button", { name: "Add to group" }).click();
  await expect(page.getByText("There is no user or service account “nobody@example.com”").first()).toBeVisible();
  await expect(purpose).toHaveValue("runs things");
  await page.getByLabel("Add a member").fill(admin.email);
  await page.getByRole("button", { name: "Add to group" }).click();
  await expect(page.getByRole("row", { name: new RegExp(admin.email) })).toBeVisible();
  await expect(page.getByLabel("Add a member")).toHaveValue("");
  await expect(page.getByText("There is no user or service account")).toHaveCount(0);
  await expect(purpose).toHaveValue("runs things");
  const asked = answering(page, false);
  await page.getByRole("link", { name: "Delete" }).click();
  await expect.poll(() => asked).toEqual(["confirm"]);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".page-purpose")).toHaveText("runs things");
  await page.getByRole("link", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Delete Ops" })).toBeVisible();

  await app.open(`/ui/${tenant}/groups/create`);
  await page.getByLabel("Name").fill("Ops");
  await page.getByLabel(/^Description/).fill("twice");
  await page.getByRole("button", { name: "Create group" }).click();
  await expect(page.getByText("A group “Ops” exists already.")).toBeVisible();
  await page.getByRole("navigation", { name: "Tenant" }).getByRole("link", { name: "Roles" }).click();
  await expect.poll(() => asked).toEqual(["confirm", "confirm"]);
  await expect(page.getByLabel("Name")).toHaveValue("Ops");
});
