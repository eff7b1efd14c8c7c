// A tour of the official JavaScript client through what this product serves: success, then refusal.
import assert from "node:assert/strict";
import { test, before } from "node:test";
import { createRequire } from "node:module";

// The package's own entry cannot be loaded: it names a model, SLALabels, that was not published. Its parts can.
const require = createRequire(import.meta.url);
const part = (path) => require(`@kestra-io/kestra-sdk/dist/${path}.js`).default;
const ApiClient = part("ApiClient");

const host = process.env.KESTRA_URL;
const tenant = "main";
const [username, password] = ["root@root.com", "Root!1234"];
let token;
const name = () => `t${Math.random().toString(36).slice(2, 12)}`;

/** An API of the client, signed in as somebody; its calls promise the body of the answer. */
function api(which, user = username, secret = password) {
  const client = new ApiClient(host);
  Object.assign(client.authentications.basicAuth, { username: user, password: secret });
  // Its calls about tenants do not sign in by themselves: they send what is set as a header.
  if (user === username && secret === password) client.defaultHeaders.Authorization = `Bearer ${token}`;
  const calls = new (part(`api/${which}`))(client);
  const call = (key) => (...given) =>
    new Promise((done, failed) => {
      calls[key](...given, (error, data, response) => (error ? failed(error) : done(response.body ?? data)));
    });
  return new Proxy(calls, { get: (_, key) => call(key) });
}
const refused = (promise, status) => assert.rejects(promise, (error) => error.status === status);

before(async () => {
  const body = JSON.stringify({ username, password, tenant: { id: tenant, name: tenant } });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${host}/api/v1/setup`, { method: "POST", headers, body });
  assert.ok([200, 405].includes(answer.status), `${answer.status} ${await answer.text()}`);
  const Authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const tokens = `${host}/api/v1/me/api-tokens`;
  const made = await fetch(tokens, { method: "POST", headers: { ...headers, Authorization }, body: `{"name":"${name()}"}` });
  token = (await made.json()).fullToken;
});

test("tenants", async () => {
  const tenants = api("TenantsApi");
  const id = name();
  assert.equal((await tenants.create({ id, name: "One" })).id, id);
  await refused(tenants.create({ id, name: "One" }), 409);
  await refused(tenants.create({ id: "-", name: "One" }), 422);
  assert.equal((await tenants.update(id, { id, name: "Two" })).name, "Two");
  assert.equal((await tenants.get(id)).name, "Two");
  assert.equal((await tenants.find(1, 10, { q: id })).total, 1);
  await tenants.callDelete(id);
  await refused(tenants.get(id), 404);
});

test("users, groups and roles", async () => {
  const [users, groups, roles] = [api("UsersApi"), api("GroupsApi"), api("RolesApi")];
  const email = `${name()}@example.com`;
  const user = await users.createUser({ email, password: "Plain!1234" });
  await refused(users.createUser({ email, password: "Plain!1234" }), 409);
  const group = await groups.createGroup(tenant, { name: name() });
  await groups.addUserToGroup(group.id, user.id, tenant);
  assert.equal((await groups.searchGroupMembers(group.id, 1, 10, tenant, {})).total, 1);
  await groups.setUserMembershipForGroup(group.id, user.id, "OWNER", tenant);
  const role = await roles.createRole(tenant, { name: name(), permissions: { FLOW: ["READ"] } });
  assert.deepEqual((await roles.getRole(role.id, tenant)).permissions, { FLOW: ["READ"] });
  const bindings = api("BindingsApi");
  const binding = await bindings.createBinding(tenant, { type: "GROUP", externalId: group.id, roleId: role.id });
  assert.equal((await bindings.getBinding(binding.id, tenant)).role.id, role.id);
  // A member may not give what the role does not have.
  const member = api("RolesApi", email, "Plain!1234");
  await refused(member.createRole(tenant, { name: name(), permissions: { FLOW: ["READ"] } }), 403);
  await bindings.deleteBinding(binding.id, tenant);
  await groups.deleteUserFromGroup(group.id, user.id, tenant);
  await groups.deleteGroup(group.id, tenant);
  await refused(groups.getGroup(group.id, tenant), 404);
  await roles.deleteRole(role.id, tenant);
  await users.deleteUser(user.id);
  await refused(users.getUser(user.id), 404);
});

test("service accounts and their tokens", async () => {
  const accounts = api("ServiceAccountApi");
  const account = await accounts.createServiceAccount(tenant, { name: name(), superAdmin: false });
  assert.equal((await accounts.getServiceAccount(account.id, tenant)).name, account.name);
  const token = await api("UsersApi").createApiTokensForUser1(account.id, tenant, { name: name() });
  const answer = await fetch(`${host}/api/v1/me`, { headers: { Authorization: `Bearer ${token.fullToken}` } });
  assert.equal((await answer.json()).id, account.id);
  await accounts.deleteServiceAccount(account.id, tenant);
  await refused(accounts.getServiceAccount(account.id, tenant), 404);
});

test("invitations", async () => {
  const invitations = api("InvitationsApi");
  const email = `${name()}@example.com`;
  await invitations.createInvitation(tenant, { email });
  await refused(invitations.createInvitation(tenant, { email }), 409);
  const [found] = await invitations.listInvitationsByEmail(email, tenant);
  await invitations.deleteInvitation(found.id, tenant);
  await refused(invitations.getInvitation(found.id, tenant), 404);
});

test("namespaces", async () => {
  const namespaces = api("NamespacesApi");
  const namespace = name();
  await namespaces.createNamespace(tenant, { id: namespace, description: "one", deleted: false });
  assert.equal((await namespaces.getNamespace(namespace, tenant)).description, "one");
  await namespaces.deleteNamespace(namespace, tenant);
  await refused(namespaces.getNamespace(namespace, tenant), 404);
});

test("who is not known gets nowhere", async () => {
  await refused(api("UsersApi", username, "wrong").listUsers(1, 10, {}), 401);
});
