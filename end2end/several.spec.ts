// Several rows of a list at once: chosen, named on a page of their own, and done together.
import { admin, expect, test } from "./support";

test("several users leave a group, a tenant and the instance", async ({ app, page, server }) => {
  const [mark, id] = [app.unique("crowd"), app.unique("team")];
  await server.api("POST", "/tenants", { id, name: "Team" });
  const users: { id: string; email: string }[] = [];
  for (const name of ["anna", "bert", "carl"]) {
    const made = await server.api("POST", "/users", { email: `${name}.${mark}@example.com`, tenants: [id] });
    users.push({ id: made.id, email: `${name}.${mark}@example.com` });
  }
  const group = await server.api("POST", `/${id}/groups`, { name: "Crew" });
  for (const one of users) await server.api("PUT", `/${id}/groups/${group.id}/members/${one.id}`);
  const [anna, bert, carl] = users;
  const choose = async (...emails: string[]) => {
    for (const email of emails) await page.getByRole("checkbox", { name: `Select ${email}` }).check();
  };

  await app.signIn(admin, `/ui/${id}/groups/${group.id}`);
  await choose(anna.email, bert.email);
  await page.getByRole("button", { name: "Remove selected" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Remove 2 members from Crew" })).toBeVisible();
  await app.accessible();
  await page.getByRole("button", { name: "Remove members" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Removed 2 members from the group." })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(carl.email) })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(anna.email) })).toHaveCount(0);

  await app.open(`/ui/${id}/users`);
  await choose(anna.email, carl.email);
  await app.accessible();
  await page.getByRole("button", { name: "Remove selected" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Remove access of 2 users" })).toBeVisible();
  // What goes with it: Carl is still in the group.
  await expect(page.getByRole("row", { name: new RegExp(carl.email) }).getByRole("cell").last()).toHaveText("1");
  await page.getByRole("button", { name: "Remove access" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Removed 2 users from this tenant." })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(bert.email) })).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(carl.email) })).toHaveCount(0);

  await app.open(`/administration/users?q=${mark}`);
  await choose(...users.map((one) => one.email));
  await page.getByRole("button", { name: "Delete selected" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Delete 3 users" })).toBeVisible();
  await app.accessible();
  // One of them goes meanwhile: then none of them does, and it is said which.
  await server.api("DELETE", `/users/${bert.id}`);
  await page.getByRole("button", { name: "Delete users" }).click();
  await expect(page.getByText(bert.id).first()).toBeVisible();
  expect((await server.api("GET", `/users?q=${mark}`)).total).toBe(2);
  await app.open(`/administration/users?q=${mark}`);
  await choose(anna.email, carl.email);
  await page.getByRole("button", { name: "Delete selected" }).click();
  await page.getByRole("button", { name: "Delete users" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Deleted 2 users." })).toBeVisible();
  expect((await server.api("GET", `/users?q=${mark}`)).total).toBe(0);

  // Nothing chosen.
  await app.open("/administration/users");
  await page.getByRole("button", { name: "Delete selected" }).click();
  await expect(page.getByText("Nothing selected")).toBeVisible();
  await expect(page.getByRole("main").getByRole("link", { name: "Users" })).toHaveAttribute("href", "/administration/users");
});
