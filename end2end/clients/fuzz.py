"""Lays out an instance for the fuzzing client and prints its configuration (schemathesis.toml).

Without it most addresses would lead nowhere: an id made up is an id absent.
"""

import base64
import json
import sys
import urllib.request

URL = sys.argv[1] + "/api/v1"
EMAIL, PASSWORD = "root@root.com", "Root!1234"
BASIC = "Basic " + base64.b64encode(f"{EMAIL}:{PASSWORD}".encode()).decode()


def post(path, body, signed=True):
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"}, method="POST")
    if signed:
        request.add_header("Authorization", BASIC)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


post("/setup", {"username": EMAIL, "password": PASSWORD, "tenant": {"id": "main", "name": "main"}}, signed=False)
ids = {
    "/users/{id}": post("/users", {"email": "fuzz@example.com", "password": PASSWORD})["id"],
    "/service-accounts/{id}": post("/main/service-accounts", {"name": "fuzz"})["id"],
    "/groups/{id}": post("/main/groups", {"name": "fuzz"})["id"],
    "/roles/{id}": post("/main/roles", {"name": "fuzz", "permissions": {"FLOW": ["VIEW"]}})["id"],
    "/security-integrations/{id}": post("/main/security-integrations", {"name": "fuzz", "description": "", "type": "SCIM"})["id"],
    "/worker-groups/{id}": post("/instance/worker-groups", {"id": "fuzz", "name": "fuzz", "subscriptions": []})["id"],
    "/tenants/{id}": post("/tenants", {"id": "fuzz", "name": "fuzz"})["id"],
    "/namespaces/{id}": post("/main/namespaces", {"id": "fuzz"})["id"],
}
ids["/tenant-access/{id}"] = ids["/users/{id}"]
binding = {"type": "USER", "externalId": ids["/users/{id}"], "roleId": ids["/roles/{id}"]}
ids["/bindings/{id}"] = post("/main/bindings", binding)["id"]
post("/main/flows", "id: fuzz\nnamespace: fuzz\ntasks: [{id: t, type: io.kestra.plugin.core.log.Log, message: hi}]\n")
ids["/executions/{id}"] = post("/main/executions/fuzz/fuzz", {})["id"]

print(f"""[parameters]
"path.tenant" = "main"
"path.namespace" = "fuzz"
"path.flow" = "fuzz"
"path.user" = {json.dumps(ids["/users/{id}"])}

[[operations]]
include-path-regex = "/flows/.namespace./.id."
parameters = {{ "path.id" = "fuzz" }}
""")
for path, value in ids.items():
    pattern = path.replace("{", ".").replace("}", ".")
    print(f"""[[operations]]
include-path-regex = {json.dumps(pattern)}
parameters = {{ "path.id" = {json.dumps(value)} }}
""")
