// Every list and search of the API at two sizes, a thousandfold apart, in one run: how much longer the large one takes.
//
//   node .ci/bench-lists.mjs BINARY FOLDER POSTGRES_URL ENGINE …
import { address, robot, seed, team } from "./bench-seed.mjs";
import { basic, bench, request, start } from "./bench-support.mjs";

const { binary, engines, instance } = bench();
const sizes = { small: { users: 1_000, groups: 100, roles: 10, tenants: 10, audit: 1_000 }, large: { users: 1_000_000, groups: 100_000, roles: 1_000, tenants: 10_000, audit: 1_000_000 } };
const MOST = 2;

const last = (rows, size = 10) => Math.ceil(rows / size);
/** Method, path, body; `size` is how much there is. */
const lists = (size) => [
  ["GET", "/tenants/search"],
  ["GET", `/tenants/search?page=${last(size.tenants)}`],
  ["GET", "/tenants/search?q=0000007"],
  ["GET", "/users"],
  ["GET", `/users?page=${last(size.users)}`],
  ["GET", `/users?q=${address(842).split("@")[0]}`],
  ["GET", `/users?filters[q][EQUALS]=${address(842)}&size=100`],
  ["GET", "/users?sort=username:desc"],
  ["GET", "/service-accounts"],
  ["GET", `/service-accounts?q=${robot(42)}`],
  ["GET", "/big/service-accounts"],
  ["GET", "/big/tenant-access"],
  ["GET", `/big/tenant-access?q=${address(842).split("@")[0]}`],
  ["POST", "/big/tenant-access/autocomplete", { q: address(842).split("@")[0] }],
  ["GET", "/big/groups/search"],
  ["GET", `/big/groups/search?filters[name][EQUALS]=${team(42)}`],
  ["POST", "/big/groups/autocomplete", { q: team(42) }],
  ["GET", "/big/groups/g0000001/members"],
  ["GET", `/big/groups/g0000001/members?page=${last(size.users)}`],
  ["GET", `/big/groups/g0000001/members?filters[username][EQUALS]=${address(842)}`],
  ["GET", "/big/groups/g0000042/members"],
  ["GET", "/big/roles/search"],
  ["GET", "/big/roles/search?filters[name][EQUALS]=Role 0000007"],
  ["GET", "/big/bindings/search"],
  ["GET", "/big/bindings/search?type=USER&id=p0000042"],
  ["GET", "/big/bindings/search?sort=id:asc"],
  ["GET", "/big/invitations/search"],
  ["GET", "/big/invitations/search?email=new0000042@example.com"],
  ["GET", "/big/namespaces/search?existing=true"],
  ["GET", "/big/namespaces/search"],
  ["GET", "/big/flows/search"],
  ["GET", "/big/flows/search?filters[namespace][EQUALS]=team0000042"],
  ["GET", "/big/access/who-can?resource=FLOW&action=VIEW"],
  ["GET", "/big/auditlogs/search"],
  ["GET", "/big/auditlogs/search?filters[resources][EQUALS]=GROUP"],
  ["GET", "/auditlogs/search"],
];

/** The median of many calls over a kept connection, in milliseconds. */
async function time(url, [method, path, body]) {
  const headers = { authorization: basic, ...(body && { "content-type": "application/json" }) };
  const once = async () => {
    const began = performance.now();
    const answer = await request(`${url}/api/v1${encodeURI(path)}`, { method, headers }, body && JSON.stringify(body));
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return performance.now() - began;
  };
  for (let warm = 0; warm < 5; warm++) await once();
  const all = [];
  for (let count = 0; count < 40; count++) all.push(await once());
  return all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
}

let slow = 0;
for (const engine of engines) {
  console.log(`\nlists and searches on ${engine}: ${sizes.small.users.toLocaleString("en")} users, then ${sizes.large.users.toLocaleString("en")}`);
  const took = {};
  for (const [name, size] of Object.entries(sizes)) {
    const one = instance(engine);
    let server = await start(binary, one);
    const headers = { authorization: basic, "content-type": "application/json" };
    await request(`${server.url}/api/v1/tenants`, { method: "POST", headers }, '{"id":"big","name":"Big"}');
    await server.stop();
    const began = performance.now();
    seed(one, size);
    console.log(`  ${name}: laid out in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    server = await start(binary, one);
    took[name] = [];
    for (const one of lists(size)) took[name].push(await time(server.url, one));
    await server.stop();
  }
  lists(sizes.large).forEach(([method, path], at) => {
    const ratio = took.large[at] / took.small[at];
    if (ratio > MOST) slow++;
    console.log(`  ${took.small[at].toFixed(2).padStart(7)} ms ${took.large[at].toFixed(2).padStart(8)} ms  ${ratio.toFixed(2).padStart(7)} × ${ratio > MOST ? "TOO SLOW " : ""}${method} ${path}`);
  });
}
console.log(slow === 0 ? `\nevery list within ${MOST} ×` : `\n${slow} lists above ${MOST} ×`);
