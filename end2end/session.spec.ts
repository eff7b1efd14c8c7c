// Signing in and out.
import { admin, expect, test } from "./support";

test("a wrong password gets one message, whoever it was for", async ({ app, page }) => {
  const messages: string[] = [];
  for (const email of [admin.email, "nobody@example.com", "not an address"]) {
    await app.open("/login");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill("Wrong!1234");
    await page.getByRole("button", { name: "Sign in" }).click();
    messages.push(await page.getByRole("alert").innerText());
    await expect(page.getByLabel("Email")).toHaveValue(email);
  }
  expect(new Set(messages).size).toBe(1);
  await app.accessible();
});

test("signing in leads to the page that was asked for, and signing out away from it", async ({ app, page }) => {
  await app.signIn(admin, "/administration/tenants?q=abc&sort=-name");
  await expect(page.getByRole("main").getByRole("searchbox")).toHaveValue("abc");
  await page.getByText(admin.email).first().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login$/);
  await page.goto(app.server.url + "/administration/tenants");
  await expect(page).toHaveURL(/\/login\?next=/);
});

test("signing in gives a new session and does not lead to other sites", async ({ app, page, context }) => {
  await app.open("/login?next=//evil.example");
  await page.getByLabel("Email").fill(admin.email);
  await page.getByLabel("Password").fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/ui$/);
  const session = async () => (await context.cookies()).find((cookie) => cookie.name === "kestra_session");
  const first = await session();
  expect(first).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  await context.clearCookies();
  await app.signIn();
  expect((await session())!.value).not.toBe(first!.value);
});

test("a page that does not exist is a 404", async ({ app, page }) => {
  await app.signIn();
  const answer = await page.goto(app.server.url + "/administration/nothing");
  expect(answer!.status()).toBe(404);
  await expect(page.getByText("There is no page at this address")).toBeVisible();
  const absent = await page.goto(app.server.url + "/administration/tenants/absent");
  expect(absent!.status()).toBe(404);
  await app.accessible();
});
