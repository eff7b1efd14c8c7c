// What is in a tenant's namespaces, to be read by whoever may.
import { expect, test } from "./support";

test("flows and executions are read, each only in the namespaces one reaches", async ({ app, page, context }) => {
  const id = app.unique("team");
  const [lead, part] = ["lead", "part"].map((one) => ({ email: `${app.unique(one)}@example.com`, password: "Plain!1234" }));
  app.server.cli("tenants", "create", "--tenant", id, "--name", "Team");
  const users: Record<string, string> = {};
  for (const one of [lead, part]) users[one.email] = (await app.server.api("POST", "/users", { ...one, tenants: [id] })).id;
  await app.server.api("POST", `/${id}/bindings`, { type: "USER", externalId: users[lead.email], roleId: `admin_${id}` });
  await app.server.api("POST", `/${id}/bindings`, { type: "USER", externalId: users[part.email], roleId: `viewer_${id}`, namespaceId: "shop" });
  const send = async (method: string, path: string, type: string, body: string) => {
    const authorization = "Basic " + Buffer.from(`${lead.email}:${lead.password}`).toString("base64");
    const answer = await fetch(`${app.server.url}/api/v1/${id}${path}`, { method, headers: { authorization, "content-type": type }, body });
    expect(answer.ok, await answer.clone().text()).toBe(true);
    return answer.json();
  };
  const flow = (namespace: string, message: string) =>
    `id: pay\nnamespace: ${namespace}\ntasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: ${message}\n`;
  await send("POST", "/flows", "application/x-yaml", flow("shop.orders", "first"));
  await send("PUT", "/flows/shop.orders/pay", "application/x-yaml", flow("shop.orders", "second"));
  await send("POST", "/flows", "application/x-yaml", flow("office", "other"));
  await send("POST", "/executions/shop.orders/pay", "application/x-www-form-urlencoded", "");

  await app.signIn(lead, `/ui/${id}/namespaces`);
  await expect(page.getByRole("cell", { name: "office", exact: true })).toBeVisible();
  await app.accessible();
  await page.getByRole("link", { name: "Flows in shop.orders" }).click();
  await expect(page.getByRole("row", { name: /office/ })).toHaveCount(0);
  await app.accessible();
  await page.getByRole("link", { name: "pay", exact: true }).click();
  await expect(page.getByText("message: second")).toBeVisible();
  await page.getByRole("row", { name: /^1 / }).getByRole("link").click();
  await expect(page.getByText("message: first")).toBeVisible();
  await app.accessible();
  await page.getByRole("main").getByRole("link", { name: "Executions" }).click();
  await page.getByRole("row", { name: /CREATED/ }).getByRole("link").click();
  await expect(page.getByRole("heading", { name: "States" })).toBeVisible();
  await app.accessible();
  await app.open(`/ui/${id}/executions?state=FAILED`);
  await expect(page.getByText("No matching executions")).toBeVisible();

  await context.clearCookies();
  await app.signIn(part, `/ui/${id}/flows`);
  await expect(page.getByRole("row", { name: /shop.orders/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /office/ })).toHaveCount(0);
  const hidden = await page.goto(`${app.server.url}/ui/${id}/flows/office/pay`);
  expect(hidden!.status()).toBe(403);
});
