//! A tenant with something of everything in it, and the route table to call it by.

use crate::support::{Server, answer};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Everybody's password.
pub const PASSWORD: &str = "Plain!1234";

/// One operation of the API.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: String,
    /// Below `/api/v1`, with its parameters in braces.
    pub path: String,
}

impl Operation {
    /// Every operation that the document names.
    pub async fn all(server: &Server) -> Vec<Self> {
        let (status, document) = answer(server.anonymous("GET", "/openapi.json")).await;
        assert_eq!(status, 200);
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            let path = path.strip_prefix("/api/v1").unwrap().to_owned();
            let methods = item.as_object().unwrap().keys();
            let methods = methods.filter(|key| ["get", "put", "post", "patch", "delete"].contains(&key.as_str()));
            methods.map(move |method| Self { method: method.to_uppercase(), path: path.clone() })
        });
        operations.collect()
    }

    /// Whether it is about a tenant.
    pub fn of_tenant(&self) -> bool {
        self.path.starts_with("/{tenant}/")
    }

    /// The address with its parameters filled in.
    pub fn address(&self, tenant: &str, id: impl Fn(&str) -> String) -> String {
        let mut before = String::new();
        let parts = self.path.split('/').map(|part| {
            let filled = match part {
                "{tenant}" => tenant.to_owned(),
                "{id}" if before == "{namespace}" => id("flows"),
                "{id}" => id(&before),
                "{flow}" => id("flows"),
                "{namespace}" => id("namespaces"),
                "{token}" => id("tokens"),
                "{user}" => id("users"),
                "{email}" => id("email"),
                "{auth}" => "none".into(),
                literal => literal.to_owned(),
            };
            before = part.to_owned();
            filled
        });
        let mut address = parts.collect::<Vec<_>>().join("/");
        if self.path.ends_with("/access/explain") {
            address += &format!("?principal={}&resource=FLOW&action=VIEW", id("users"));
        }
        if self.path.ends_with("/access/who-can") {
            address += "?resource=FLOW&action=VIEW";
        }
        if self.path.ends_with("/change-status") {
            address += "?status=SUCCESS";
        }
        if self.path.ends_with("/members/membership/{user}") {
            address += "?membership=OWNER";
        }
        address
    }

    /// The type of its body, where that counts.
    pub fn content_type(&self) -> &'static str {
        if self.path.ends_with("/logo") { "multipart/form-data; boundary=x" } else { "application/json" }
    }

    /// A body that would do, for whoever may.
    pub fn body(&self, id: impl Fn(&str) -> String) -> Option<Vec<u8>> {
        let json = |value: Value| Some(value.to_string().into_bytes());
        let source = || {
            format!(
                "id: {}\nnamespace: {}\ntasks: [{{id: t, type: io.kestra.plugin.core.log.Log, message: hi}}]\n",
                id("flows"),
                id("namespaces")
            )
        };
        match (self.method.as_str(), self.path.rsplit("/{tenant}/").next().unwrap_or_default()) {
            ("GET" | "DELETE", _) => None,
            (_, "groups" | "groups/{id}") => json(json!({ "name": "probe" })),
            (_, "roles" | "roles/{id}") => json(json!({ "name": "probe", "permissions": { "FLOW": ["VIEW"] } })),
            (_, "bindings") => json(json!({ "type": "USER", "externalId": id("users"), "roleId": id("roles") })),
            (_, "bindings/bulk") => json(json!([{ "type": "USER", "externalId": id("users"), "roleId": id("roles") }])),
            (_, "groups/ids") => json(json!({ "ids": [id("groups")] })),
            (_, "roles/ids") => json(json!({ "ids": [id("roles")] })),
            (_, "users/{id}/groups") => json(json!({ "groupIds": [] })),
            (_, "tenant-access") => json(json!({ "email": id("email") })),
            (_, "invitations") => json(json!({ "email": "probe@example.com" })),
            (_, "security-integrations") => json(json!({ "name": "probe", "description": "x", "type": "SCIM" })),
            (_, "access/check") => json(json!({ "questions": [] })),
            (_, "namespaces" | "namespaces/{id}") => json(json!({ "id": id("namespaces") })),
            (_, "flows" | "flows/validate" | "flows/{namespace}/{id}") => Some(source().into_bytes()),
            (_, "executions/{id}/actions/labels" | "executions/{id}/labels") => {
                json(json!([{ "key": "a", "value": "b" }]))
            }
            (_, "service-accounts" | "service-accounts/{id}") => json(json!({ "name": "probe" })),
            (_, "service-accounts/{id}/api-tokens") => json(json!({ "name": "probe" })),
            (
                _,
                "executions/{namespace}/{flow}"
                | "executions/{id}/actions/change-status"
                | "executions/{id}/change-status",
            ) => None,
            (_, path) if path.ends_with("/logo") => Some(
                b"--x\r\nContent-Disposition: form-data; name=logo; filename=l\r\n\r\n\x89PNG\r\n\x1a\n\r\n--x--\r\n"
                    .to_vec(),
            ),
            (_, path) if path.ends_with("/password") => {
                json(json!({ "oldPassword": PASSWORD, "newPassword": PASSWORD, "password": PASSWORD }))
            }
            (_, path) if path.ends_with("/superadmin") || path.ends_with("/instanceowner") => {
                json(json!({ "superAdmin": true }))
            }
            (_, path) if path.ends_with("/restricted") => json(json!({ "restricted": true })),
            _ => json(json!({})),
        }
    }
}

/// What a tenant holds, by the name of its kind.
pub struct World {
    /// A user with Tenant Admin in it.
    pub admin: String,
    ids: HashMap<&'static str, String>,
    /// A word that stands in the names and descriptions of everything in it.
    pub marker: String,
}

impl World {
    /// A tenant with `size` of everything.
    pub async fn build(server: &Server, tenant: &str, size: usize) -> Self {
        let marker = format!("marker{tenant}");
        let admin = format!("lead-{tenant}@example.com");
        let post = async |path: &str, body: Value| {
            let (status, made) = server.json("POST", path, body).await;
            assert!((200..300).contains(&status), "POST {path}: {status} {made}");
            made
        };
        let text = |value: &Value, key: &str| value[key].as_str().expect(key).to_owned();
        post("/tenants", json!({ "id": tenant, "name": marker })).await;
        let mut ids = HashMap::new();
        for number in 0..size {
            let email = if number == 0 { admin.clone() } else { format!("{number}-{tenant}@example.com") };
            let user = post("/users", json!({ "email": email, "password": PASSWORD, "tenants": [tenant] })).await;
            let user = text(&user, "id");
            let role = json!({ "name": format!("{marker}{number}"), "permissions": { "FLOW": ["VIEW", "LIST"] } });
            let role = text(&post(&format!("/{tenant}/roles"), role).await, "id");
            let group = json!({ "name": format!("{marker}{number}"), "description": marker });
            let group = text(&post(&format!("/{tenant}/groups"), group).await, "id");
            let put = format!("/{tenant}/groups/{group}/members/{user}");
            assert_eq!(server.json("PUT", &put, Value::Null).await.0, 200);
            let to_group = json!({ "type": "GROUP", "externalId": group, "roleId": role });
            let binding = text(&post(&format!("/{tenant}/bindings"), to_group).await, "id");
            if number == 0 {
                let lead = json!({ "type": "USER", "externalId": user, "roleId": format!("admin_{tenant}") });
                post(&format!("/{tenant}/bindings"), lead).await;
            }
            let account = json!({ "name": format!("{marker}{number}"), "description": marker });
            let account = text(&post(&format!("/{tenant}/service-accounts"), account).await, "id");
            let token = format!("/{tenant}/service-accounts/{account}/api-tokens");
            let token = text(&post(&token, json!({ "name": format!("{marker}{number}") })).await, "id");
            let email = format!("{marker}{number}@example.com");
            let invitation = post(&format!("/{tenant}/invitations"), json!({ "email": email })).await;
            let integration = json!({ "name": format!("{marker}{number}"), "description": marker, "type": "SCIM" });
            let integration = text(&post(&format!("/{tenant}/security-integrations"), integration).await, "id");
            let namespace = format!("{marker}{number}.team");
            post(&format!("/{tenant}/namespaces"), json!({ "id": namespace, "description": marker })).await;
            let flow = format!("{marker}{number}");
            let source = format!(
                "id: {flow}\nnamespace: {namespace}\ndescription: {marker}\ntasks: [{{id: t, type: io.kestra.plugin.core.log.Log, message: hi}}]\n"
            );
            let made = answer(server.request("POST", &format!("/{tenant}/flows")).body(source)).await;
            assert_eq!(made.0, 200, "{}", made.1);
            let execution = post(&format!("/{tenant}/executions/{namespace}/{flow}"), json!(null)).await;
            let invitation = invitation["id"].as_str().or(invitation["invitationId"].as_str()).map(str::to_owned);
            let invitation = match invitation {
                Some(id) => id,
                None => {
                    let found = server.get(&format!("/{tenant}/invitations/search?size=1")).await.1;
                    text(&found["results"][0], "id")
                }
            };
            ids = HashMap::from([
                ("users", user),
                ("tenant-access", String::new()),
                ("roles", role),
                ("groups", group.clone()),
                ("bindings", binding),
                ("service-accounts", account),
                ("tokens", token),
                ("email", email),
                ("invitations", invitation),
                ("security-integrations", integration),
                ("namespaces", namespace),
                ("flows", flow),
                ("executions", text(&execution, "id")),
                ("history", group),
            ]);
        }
        let user = ids["users"].clone();
        ids.insert("tenant-access", user);
        let log = server.get(&format!("/{tenant}/auditlogs/search?size=1")).await.1;
        ids.insert("auditlogs", text(&log["results"][0]["auditLog"], "id"));
        Self { admin, ids, marker }
    }

    /// The id of something it holds.
    pub fn id(&self, kind: &str) -> String {
        self.ids.get(kind).expect(kind).clone()
    }
}
