// What is changed anywhere shows in every open page within a second, without a reload and without losing what is typed.
import { admin, App, expect, test } from "./support";

const soon = { timeout: 2_000 };

test("a role that is made elsewhere appears, and what is being typed stays", async ({ app, page, server }) => {
  const tenant = app.unique("live");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/roles`);
  await page.getByRole("searchbox", { name: "Search roles by name" }).pressSequentially("Pain");
  await server.api("POST", `/${tenant}/roles`, { name: "Painter", permissions: { FLOW: ["VIEW"] } });
  await expect(page.getByRole("row", { name: /Painter/ })).toBeVisible(soon);
  await expect(page.getByRole("searchbox", { name: "Search roles by name" })).toHaveValue("Pain");
  await expect(page.getByRole("searchbox", { name: "Search roles by name" })).toBeFocused();

  // From the terminal, while a form is half filled.
  await app.open(`/ui/${tenant}/roles/create`);
  await page.getByLabel("Name", { exact: true }).fill("Half");
  await page.getByRole("group", { name: "SECRET" }).getByLabel("view").check();
  server.cli("roles", "create", "--tenant", tenant, "Terminal", "--permission", "FLOW:VIEW");
  await expect(page.getByLabel("Start from").getByRole("option", { name: "Terminal" })).toBeAttached(soon);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Half");
  await expect(page.getByRole("group", { name: "SECRET" }).getByLabel("view")).toBeChecked();
});

test("who loses access sees the page close, and who gets it sees the tenant appear", async ({ app, browser, server }) => {
  const tenant = app.unique("close");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const who = { email: `${app.unique("user")}@example.com`, password: "Passw0rd!" };
  const user = await server.api("POST", "/users", who);
  const context = await browser.newContext();
  const page = await context.newPage();
  const theirs = new App(page, server, true);
  await theirs.signIn(who, "/ui");
  await expect(page.getByText("You don't have a tenant yet")).toBeVisible();
  const binding = await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `admin_${tenant}` });
  await page.getByRole("main").getByRole("link", { name: tenant }).click(soon);
  await theirs.open(`/ui/${tenant}/roles`);
  await expect(page.getByRole("row", { name: /Tenant Admin/ })).toBeVisible();
  await server.api("DELETE", `/${tenant}/bindings/${binding.id}`);
  await expect(page.getByRole("alert")).toBeVisible(soon);
  await expect(page.getByRole("row", { name: /Tenant Admin/ })).toHaveCount(0);
  await context.close();
});

test("a tenant that is made elsewhere appears in the list, and a row's open menu stays open", async ({ app, page, server }) => {
  const prefix = app.unique("row");
  for (const name of ["a", "c"]) await server.api("POST", "/tenants", { id: `${prefix}-${name}`, name });
  await app.signIn(admin, `/administration/tenants?q=${prefix}`);
  const rows = page.locator("td .row-link");
  await expect(rows).toHaveText([`${prefix}-a`, `${prefix}-c`]);
  await page.locator(`summary[aria-label="Actions for ${prefix}-c"]`).click();
  const edit = page.getByRole("link", { name: `Edit ${prefix}-c` });
  await expect(edit).toBeVisible();
  await edit.focus();
  await server.api("POST", "/tenants", { id: `${prefix}-b`, name: "b" });
  await expect(rows).toHaveText([`${prefix}-a`, `${prefix}-b`, `${prefix}-c`], { timeout: 1_500 });
  await expect(edit).toBeVisible();
  await expect(edit).toBeFocused();
  // Still so two seconds and a rename of another row later.
  await server.api("PUT", `/tenants/${prefix}-a`, { id: `${prefix}-a`, name: "renamed" });
  await expect(page.getByRole("cell", { name: "renamed" })).toBeVisible();
  await page.waitForTimeout(2_000);
  await expect(edit).toBeVisible();
  await expect(edit).toBeFocused();
  // What is being typed into the search is not taken away by what comes in meanwhile.
  await page.keyboard.press("Escape");
  const search = page.getByRole("main").getByRole("searchbox");
  await search.click();
  await search.press("End");
  await search.pressSequentially("-");
  await server.api("POST", "/tenants", { id: `${prefix}-d`, name: "d" });
  await search.pressSequentially("d");
  await expect(rows).toHaveText([`${prefix}-d`]);
  await expect(search).toHaveValue(`${prefix}-d`);
  await expect(search).toBeFocused();
  expect(page.url()).toContain(`q=${prefix}-d`);
});

test("a tenant's first page counts anew what is made elsewhere", async ({ app, page, server }) => {
  const tenant = app.unique("count");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}`);
  const main = page.getByRole("main");
  await server.api("POST", `/${tenant}/groups`, { name: "Ops" });
  await expect(main.getByRole("link", { name: "Groups 1" })).toBeVisible(soon);
  await server.api("POST", `/${tenant}/namespaces`, { id: "shop" });
  await expect(main.getByRole("link", { name: "Namespaces 1" })).toBeVisible(soon);
});

test("what is typed while a form is on its way stays when it is refused", async ({ app, page, server }) => {
  const tenant = app.unique("typed");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/invitations/create`);
  await expect(page.getByRole("heading", { level: 1, name: "Invite" })).toBeVisible();
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/serverfn/invite", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByLabel("Email").fill("nobody");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByLabel(/Namespace/).fill("shop");
  go();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Email")).toHaveValue("nobody");
  await expect(page.getByLabel(/Namespace/)).toHaveValue("shop");
});

test("a tenant that appears leaves the switcher open, and what is typed into it", async ({ app, page, server }) => {
  await app.signIn(admin, "/ui");
  const [first, second] = [app.unique("first"), app.unique("second")];
  const field = page.getByRole("searchbox", { name: "Find a tenant" });
  await page.locator(".switcher summary").click();
  await field.focus();
  await server.api("POST", "/tenants", { id: first, name: first });
  await expect(page.locator(".switcher").getByRole("link", { name: first })).toBeVisible(soon);
  await expect(field).toBeFocused();
  await field.pressSequentially(first);
  await expect(page.locator(".switcher-found").getByRole("link", { name: first })).toBeVisible();
  await server.api("POST", "/tenants", { id: second, name: second });
  await page.waitForTimeout(1_500);
  await expect(field).toHaveValue(first);
  await expect(field).toBeFocused();
});

test("ticks stay with their rows while others come and go", async ({ app, page, server }) => {
  const tenant = app.unique("ticks");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const people = ["anna", "bert", "carla"].map((one) => `${app.unique(one)}@example.com`);
  const bindings: string[] = [];
  for (const email of people) {
    const user = await server.api("POST", "/users", { email });
    const binding = await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${tenant}` });
    bindings.push(binding.id);
  }
  const box = (email: string) => page.getByLabel(`Select Viewer of ${email}`);
  await app.signIn(admin, `/ui/${tenant}/access`);
  await box(people[0]).check();
  await box(people[1]).check();
  const revoke = page.getByRole("button", { name: `Revoke Viewer from ${people[1]}` });
  await revoke.focus();
  // One that is not ticked goes, one that is ticked goes, and one appears: above or below, as the list has it.
  await server.api("DELETE", `/${tenant}/bindings/${bindings[2]}`);
  await server.api("DELETE", `/${tenant}/bindings/${bindings[0]}`);
  const late = `${app.unique("zoe")}@example.com`;
  const user = await server.api("POST", "/users", { email: late });
  await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${tenant}` });
  await expect(box(late)).toBeVisible(soon);
  await expect(box(people[0])).toHaveCount(0);
  await expect(box(people[2])).toHaveCount(0);
  await expect(box(people[1])).toBeChecked();
  await expect(page.getByRole("row", { name: new RegExp(people[1]) }).getByRole("checkbox")).toBeChecked();
  await expect(box(late)).not.toBeChecked();
  await expect(revoke).toBeFocused();
  await page.getByRole("button", { name: "Revoke selected" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Revoke 1 role" })).toBeVisible();
  await expect(page.getByRole("cell", { name: people[1] })).toBeVisible();
});

test("what comes in after signing out disturbs nothing", async ({ app, page, server }) => {
  const tenant = app.unique("late");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await app.signIn(admin, `/ui/${tenant}/roles`);
  // Something is heard from elsewhere, and what is read for it comes late.
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let held = 0;
  await page.route(/\/serverfn\/(frame|list_roles)/, async (route) => {
    held++;
    const answer = await route.fetch();
    await released;
    await route.fulfill({ response: answer }).catch(() => {});
  });
  await server.api("POST", `/${tenant}/roles`, { name: "Late", permissions: { FLOW: ["VIEW"] } });
  await expect.poll(() => held).toBeGreaterThanOrEqual(2);
  await page.getByText(admin.email).first().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await expect(page.getByLabel("Password")).toBeVisible();
  release();
  await page.waitForTimeout(500);
  await page.getByLabel("Email").fill("still@example.com");
  await expect(page.getByLabel("Email")).toHaveValue("still@example.com");
});

test("who goes on while a form is on its way stays where they are", async ({ app, page, server }) => {
  const tenant = app.unique("left");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  page.on("dialog", (dialog) => dialog.accept());
  const away = [
    { from: `/ui/${tenant}/groups/create`, to: "Tenants", title: "Tenants" },
    { from: `/ui/${tenant}/roles/create`, to: "Access", title: "Access" },
    { from: "/administration/create-tenant", to: "Instance", title: "Instance" },
  ];
  await app.signIn(admin, "/ui");
  for (const { from, to, title } of away) {
    await app.open(from);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    let answered = false;
    await page.route(/\/serverfn\/create_/, async (route) => {
      const answer = await route.fetch();
      await released;
      await route.fulfill({ response: answer });
      answered = true;
    });
    if (from.startsWith("/admin")) await page.getByLabel("Tenant ID").fill(app.unique("later"));
    await page.getByLabel("Name", { exact: true }).fill("Later");
    const sent = page.waitForRequest(/\/serverfn\/create_/);
    await page.getByRole("main").locator("form:not(.search) button[type=submit]").last().click();
    await sent;
    await page.getByRole("navigation").getByRole("link", { name: to, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    const address = page.url();
    release();
    await expect.poll(() => answered).toBe(true);
    await page.waitForTimeout(500);
    expect(page.url()).toBe(address);
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await page.unroute(/\/serverfn\/create_/);
  }
});

test("a page that is not allowed stays so without a word in the audit log", async ({ app, page, server }) => {
  const tenant = app.unique("idle");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const who = { email: `${app.unique("viewer")}@example.com`, password: "Passw0rd!" };
  const user = await server.api("POST", "/users", who);
  await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${tenant}` });
  await app.signIn(who, `/ui/${tenant}/groups/create`);
  await expect(page.getByRole("heading", { level: 1, name: "Not allowed" })).toBeVisible();
  let read = 0;
  await page.route("**/serverfn/group_to_create", (route) => ((read += 1), route.continue()));
  // What was changed until now, as by signing in, may be heard of only now.
  await expect
    .poll(async () => {
      const before = read;
      await page.waitForTimeout(1_500);
      return read - before;
    })
    .toBe(0);
  read = 0;
  for (const [index, name] of ["One", "Two", "Three"].entries()) {
    await server.api("POST", `/${tenant}/groups`, { name });
    await expect.poll(() => read).toBe(index + 1);
    await page.waitForTimeout(1_500);
  }
  // It was read again for each change, and for nothing else.
  expect(read).toBe(3);
  const log = await server.api("GET", `/${tenant}/auditlogs/search?q=denied&size=100`);
  expect(log.results.map((one: any) => [one.auditLog.detail.event, one.auditLog.count])).toEqual([["DENIED", 1]]);
});
