// A tenant with something of everything in it, with names as people have them, and every page that shows some of it.
import type { Server } from "./support";

const LONG = "Ein ziemlich langer Name mit 🏭 und عربى, der irgendwo hin muss";

/** Fills a tenant; answers with the addresses of all pages of the console. */
export async function everyPage(server: Server, tenant: string): Promise<string[]> {
  const post = (path: string, body: unknown) => server.api("POST", path, body);
  await post("/tenants", { id: tenant, name: LONG });
  const at = (path: string) => `/${tenant}/${path}`;
  const role = await post(at("roles"), { name: LONG, description: "word ".repeat(400), permissions: { FLOW: ["VIEW", "EXECUTE"], SECRET: ["READ"] } });
  const member = await post("/users", { email: `a.rather.long.address.that.goes.somewhere@${tenant}.example.com`, firstName: "Nea", lastName: "عربى" });
  const group = await post(at("groups"), { name: `${LONG} ${tenant}`, description: "Nights", membersId: [member.id] });
  await post(at("bindings"), { type: "USER", externalId: member.id, roleId: role.id, namespaceId: "shop.eu.orders" });
  await post(at("bindings"), { type: "GROUP", externalId: group.id, roleId: `viewer_${tenant}` });
  const account = await post(at("service-accounts"), { name: `robot-${tenant.slice(-8)}`, description: LONG });
  await post(at(`service-accounts/${account.id}/api-tokens`), { name: "ci-deploy", description: LONG });
  await post(at("invitations"), { email: `new@${tenant}.example.com` });
  const source = `id: hello\nnamespace: shop\ndescription: ${LONG}\ntasks:\n  - id: one\n    type: io.kestra.plugin.core.log.Log\n    message: ${"x".repeat(200)}\n`;
  await fetch(`${server.url}/api/v1${at("flows")}`, {
    method: "POST",
    headers: { authorization: server.authorization, "content-type": "application/x-yaml" },
    body: source,
  });
  const logged = await server.api("GET", `/${tenant}/auditlogs/search`);
  const inTenant = [
    "",
    "/settings",
    "/users",
    `/users/${member.id}`,
    `/users/${member.id}/remove`,
    `/users/remove?ids=${member.id}`,
    "/invitations",
    "/invitations/create",
    "/groups",
    "/groups/create",
    `/groups/${group.id}`,
    `/groups/${group.id}/delete`,
    `/groups/${group.id}/remove?ids=${member.id}`,
    "/roles",
    "/roles/create",
    `/roles/${role.id}`,
    `/roles/viewer_${tenant}`,
    `/roles/${role.id}/delete`,
    "/access",
    "/access/create",
    `/explain?principal=${member.id}&permission=FLOW:VIEW`,
    "/who-can?permission=FLOW:VIEW",
    "/service-accounts",
    "/service-accounts/create",
    `/service-accounts/${account.id}`,
    `/service-accounts/${account.id}/delete`,
    "/namespaces",
    "/flows",
    "/flows/shop/hello",
    "/executions",
    "/audit",
    `/audit/${logged.results[0].auditLog.id}`,
  ];
  return [
    "/ui",
    "/account",
    `/find?q=${tenant}&in=${tenant}`,
    "/administration/tenants",
    "/administration/create-tenant",
    `/administration/tenants/${tenant}`,
    `/administration/tenants/${tenant}/edit`,
    `/administration/tenants/${tenant}/delete`,
    "/administration/users",
    "/administration/users/create",
    `/administration/users/${member.id}`,
    `/administration/users/${member.id}/delete`,
    `/administration/users/delete?ids=${member.id}`,
    "/administration/service-accounts",
    "/administration/sync-access",
    "/administration/audit",
    "/administration/instance",
    ...inTenant.map((path) => `/ui/${tenant}${path}`),
  ];
}
