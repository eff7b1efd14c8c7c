// The page on which people read what the API offers.
import { expect, test } from "./support";

test("the API's page shows its operations", async ({ app }) => {
  test.skip(!app.js, "the viewer is a script");
  const asked: string[] = [];
  app.page.on("request", (request) => asked.push(request.url()));
  await app.page.goto(app.server.url + "/api/v1/openapi");
  await expect(app.page.getByRole("heading", { name: /Kestra multi-tenancy/ })).toBeVisible();
  const operation = app.page.getByText("Create a tenant", { exact: true });
  await expect(operation).toBeVisible();
  await operation.click();
  await expect(app.page.getByText("Request body").first()).toBeVisible();
  // Everything it needs comes from here.
  const elsewhere = asked.filter((url) => !url.startsWith(app.server.url) && !url.startsWith("data:"));
  expect(elsewhere).toEqual([]);
});
