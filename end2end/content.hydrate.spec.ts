// Lists that the address narrows stay what they are while something comes in, and show what the address asks.
import { admin, expect, test } from "./support";
import type { Server } from "./support";

const soon = { timeout: 2_000 };

async function source(server: Server, tenant: string, namespace: string, id: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/${tenant}/flows`, {
    method: "POST",
    headers: { authorization: server.authorization, "content-type": "application/x-yaml" },
    body: `id: ${id}\nnamespace: ${namespace}\ntasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: hello\n`,
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

test("a flow that is created elsewhere appears, and filters follow the address", async ({ app, page, server }) => {
  const tenant = app.unique("flows");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await source(server, tenant, "shop", "pay");
  await app.signIn(admin, `/ui/${tenant}/flows`);
  await page.evaluate(() => ((window as any).mark = "same document"));
  const [rows, namespace] = [page.locator("td .row-link"), page.getByRole("textbox", { name: "Namespace" })];
  await expect(rows).toHaveText(["pay"]);
  await rows.first().evaluate((row) => ((row as any).mark = "same row"));
  await namespace.pressSequentially("off");
  await source(server, tenant, "office", "clean");
  await expect(rows).toHaveText(["clean", "pay"], soon);
  expect(await rows.last().evaluate((row) => (row as any).mark)).toBe("same row");
  await expect(namespace).toHaveValue("off");
  await expect(namespace).toBeFocused();

  // What is chosen is part of the address, and what is taken out of the address is chosen no more.
  await namespace.pressSequentially("ice");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(/\/flows\?namespace=office$/);
  await expect(rows).toHaveText(["clean"]);
  await page.getByRole("link", { name: "Remove the filter Namespace office" }).click();
  await expect(page).toHaveURL(/\/flows$/);
  await expect(rows).toHaveText(["clean", "pay"]);
  await expect(namespace).toHaveValue("");
  await page.goBack();
  await expect(rows).toHaveText(["clean"]);
  await expect(namespace).toHaveValue("office");
  expect(await page.evaluate(() => (window as any).mark)).toBe("same document");
});

test("a row of another tenant leads to that tenant", async ({ app, page, server }) => {
  const [here, there] = [app.unique("here"), app.unique("there")];
  for (const tenant of [here, there]) {
    await server.api("POST", "/tenants", { id: tenant, name: tenant });
    await source(server, tenant, "shop", "pay");
  }
  await app.signIn(admin, `/ui/${here}/flows`);
  const flow = page.locator("td .row-link");
  await expect(flow).toHaveAttribute("href", `/ui/${here}/flows/shop/pay`);
  // Whatever leads there, as a link that somebody keeps.
  await page.evaluate((to) => {
    const link = Object.assign(document.createElement("a"), { href: to, textContent: "There" });
    document.getElementById("content")!.append(link);
  }, `/ui/${there}/flows`);
  await page.getByRole("link", { name: "There", exact: true }).click();
  await expect(flow).toHaveAttribute("href", `/ui/${there}/flows/shop/pay`);
});

test("an execution that goes on shows its state in the list and on its page", async ({ app, page, server }) => {
  const tenant = app.unique("runs");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  await source(server, tenant, "shop", "pay");
  const answer = await fetch(`${server.url}/api/v1/${tenant}/executions/shop/pay`, {
    method: "POST",
    headers: { authorization: server.authorization, "content-type": "application/x-www-form-urlencoded" },
    body: "",
  });
  const { id } = await answer.json();
  const state = (state: string) => server.api("POST", `/${tenant}/executions/${id}/actions/change-status?status=${state}`);
  await app.signIn(admin, `/ui/${tenant}/executions`);
  await expect(page.getByRole("row", { name: /CREATED/ })).toBeVisible();
  await state("RUNNING");
  await expect(page.getByRole("row", { name: /RUNNING/ })).toBeVisible(soon);
  await page.getByLabel("State").selectOption("RUNNING");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("link", { name: "Remove the filter State RUNNING" })).toBeVisible();
  await page.locator("td .row-link").click();
  const states = page.getByRole("region", { name: "States it went through" }).locator("tbody tr");
  await expect(states).toHaveCount(2);
  await state("SUCCESS");
  await expect(states).toHaveCount(3, soon);
  await expect(page.getByText("not yet")).toHaveCount(0);
});

test("what is denied again is counted in the log, and a filter stays as it is chosen", async ({ app, page, server }) => {
  const tenant = app.unique("log");
  await server.api("POST", "/tenants", { id: tenant, name: tenant });
  const who = { email: `${app.unique("viewer")}@example.com`, password: "Passw0rd!" };
  const user = await server.api("POST", "/users", who);
  await server.api("POST", `/${tenant}/bindings`, { type: "USER", externalId: user.id, roleId: `viewer_${tenant}` });
  const tries = () => server.api("POST", `/${tenant}/groups`, { name: "Mine" }, who).catch(() => undefined);
  await tries();
  const listens = page.waitForResponse(/\/live\?at=.*audit/);
  await app.signIn(admin, `/ui/${tenant}/audit?type=DENIED`);
  await listens;
  const denied = page.getByRole("row", { name: /DENIED.*GROUP:CREATE/ });
  await expect(denied).toBeVisible();
  await page.getByLabel("Resource", { exact: true }).selectOption("GROUP");
  await page.getByLabel("Target (ID)").fill("GROUP:CREATE");
  await tries();
  await expect(denied).toContainText("×2", soon);
  await expect(page.getByLabel("Resource", { exact: true })).toHaveValue("GROUP");
  await expect(page.getByLabel("Target (ID)")).toHaveValue("GROUP:CREATE");
  await page.getByRole("link", { name: /Details of DENIED/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "DENIED GROUP" })).toBeVisible();
  await expect(page.getByText("2 times, last")).toBeVisible();
  await page.getByRole("link", { name: "All events for this target" }).click();
  await expect(page.getByRole("link", { name: "Remove the filter Target GROUP:CREATE" })).toBeVisible();
  await expect(denied).toBeVisible();
});
