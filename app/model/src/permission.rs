//! Permissions: resources × actions (contract 4.1), the four legacy verbs and what they mean
//! (contract 4.2).
//!
//! A role keeps the words it was given, in their order, because clients compare what they read with
//! what they sent. What the words mean is worked out when a decision is made.

use crate::Invalid;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $(#[doc = $text] #[serde(rename = $text)] $variant),*
        }

        impl $name {
            /// All of them, in the contract's order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// From the wire.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What a permission is about.
    Resource {
        Flow = "FLOW", Execution = "EXECUTION", Trigger = "TRIGGER", Namespace = "NAMESPACE", KvStore = "KVSTORE",
        ReusableInputs = "REUSABLE_INPUTS", Dashboard = "DASHBOARD", Secret = "SECRET", Credential = "CREDENTIAL",
        Blueprint = "BLUEPRINT", App = "APP", AuditLog = "AUDITLOG", SystemSettings = "SYSTEM_SETTINGS",
        TenantSettings = "TENANT_SETTINGS", TestSuite = "TESTSUITE", Asset = "ASSET", User = "USER", Group = "GROUP",
        Role = "ROLE", Binding = "BINDING", ServiceAccount = "SERVICE_ACCOUNT", Invitation = "INVITATION",
        Copilot = "COPILOT", McpServer = "MCP_SERVER", Support = "SUPPORT", Policy = "POLICY", Case = "CASE",
        PromotionTarget = "PROMOTION_TARGET", Tenant = "TENANT", Instance = "INSTANCE",
    }
}

words! {
    /// What may be done to it.
    Action {
        View = "VIEW", List = "LIST", Create = "CREATE", Update = "UPDATE", Delete = "DELETE", Execute = "EXECUTE",
        Restart = "RESTART", Kill = "KILL", Replay = "REPLAY", Pause = "PAUSE", Resume = "RESUME",
        Unqueue = "UNQUEUE", ForceRun = "FORCE_RUN", Follow = "FOLLOW", Template = "TEMPLATE",
        ChangeLabels = "CHANGE_LABELS", AccessLogs = "ACCESS_LOGS", AccessOutputs = "ACCESS_OUTPUTS",
        AccessFiles = "ACCESS_FILES", Export = "EXPORT", Import = "IMPORT", Disable = "DISABLE", Enable = "ENABLE",
        Validate = "VALIDATE", Unlock = "UNLOCK", Lock = "LOCK", Backfill = "BACKFILL", Promote = "PROMOTE",
        ManageFiles = "MANAGE_FILES", ManageMembers = "MANAGE_MEMBERS",
        ManageGroupMembership = "MANAGE_GROUP_MEMBERSHIP", Use = "USE", Impersonate = "IMPERSONATE",
        ExportPluginDefaults = "EXPORT_PLUGIN_DEFAULTS", ImportPluginDefaults = "IMPORT_PLUGIN_DEFAULTS",
    }
}

impl Resource {
    /// Resources a namespace-limited binding reaches. All others belong to the whole tenant, and such a
    /// binding does not grant them (contract 4.1).
    pub fn in_namespace(self) -> bool {
        matches!(
            self,
            Self::Flow
                | Self::Execution
                | Self::Trigger
                | Self::Namespace
                | Self::KvStore
                | Self::Secret
                | Self::Credential
        )
    }

    /// Resources of the instance, not of a tenant: no tenant's managed role holds them.
    pub fn of_instance(self) -> bool {
        matches!(self, Self::Tenant | Self::Instance)
    }

    /// What a superadmin administers in every tenant without holding a role there (contract 4.6). Flows,
    /// executions and other data of a tenant are not among it.
    pub fn of_superadmin(self) -> bool {
        matches!(
            self,
            Self::Tenant
                | Self::Instance
                | Self::User
                | Self::Group
                | Self::Role
                | Self::Binding
                | Self::ServiceAccount
                | Self::Invitation
                | Self::AuditLog
        )
    }

    /// The actions that exist for it (contract 4.1).
    pub fn actions(self) -> Vec<Action> {
        use Action::*;
        let more: &[Action] = match self {
            Self::AuditLog => return vec![View, List, Export],
            Self::Copilot => return vec![Use],
            Self::SystemSettings | Self::TenantSettings | Self::Instance => return vec![View, Update],
            Self::Binding => return vec![View, List, Create, Delete],
            Self::Flow => &[Execute, Disable, Enable, Validate, Export, Import],
            Self::Execution => &[
                Restart,
                Kill,
                Replay,
                Pause,
                Resume,
                ChangeLabels,
                AccessLogs,
                AccessOutputs,
                AccessFiles,
                Follow,
                Export,
                Unqueue,
                ForceRun,
            ],
            Self::Trigger => &[Unlock, Restart, Disable, Enable, Export, Backfill],
            Self::Namespace => &[ManageFiles, ExportPluginDefaults, ImportPluginDefaults],
            Self::App => &[Execute, AccessFiles, AccessLogs],
            Self::TestSuite => &[Execute],
            Self::User => &[ManageGroupMembership, Impersonate],
            Self::Group => &[ManageMembers],
            _ => &[],
        };
        [View, List, Create, Update, Delete].into_iter().chain(more.iter().copied()).collect()
    }

    /// The resources a stored word stands for: itself, or what the 1.x name became (contract 4.2).
    fn meant_by(word: &str) -> &'static [Self] {
        match word {
            "SETTING" => &[Self::SystemSettings, Self::TenantSettings],
            "AI_COPILOT" => &[Self::Copilot],
            "TENANT_ACCESS" => &[Self::User],
            "APPEXECUTION" => &[Self::App],
            "GROUP_MEMBERSHIP" => &[Self::Group],
            "TEST" => &[Self::TestSuite],
            other => Self::ALL.iter().find(|one| one.as_str() == other).map_or(&[], std::slice::from_ref),
        }
    }
}

/// Names of 1.x that are accepted and kept, and grant nothing (contract 4.2).
const DROPPED: [&str; 6] = ["IMPERSONATE", "TEMPLATE", "UNKNOWN", "INFRASTRUCTURE", "WORKER", "ME"];

/// One thing that may be allowed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Permission {
    /// To what.
    pub resource: Resource,
    /// Doing what.
    pub action: Action,
}

impl Permission {
    /// `resource` and `action` together.
    pub const fn new(resource: Resource, action: Action) -> Self {
        Self { resource, action }
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.resource, self.action)
    }
}

/// A role's permissions: words verbatim, in the order they came, and beside them what they mean, so that a
/// decision looks at one bit and reads no text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions {
    words: Vec<(String, Vec<String>)>,
    /// A bit for each action, for each resource.
    allowed: [u64; Resource::ALL.len()],
}

impl Permissions {
    /// From words that were checked or stored before.
    pub fn of(list: impl IntoIterator<Item = (Resource, Vec<Action>)>) -> Self {
        let words = |actions: Vec<Action>| actions.into_iter().map(|one| one.as_str().to_owned()).collect();
        Self::new(list.into_iter().map(|(resource, actions)| (resource.as_str().to_owned(), words(actions))).collect())
    }

    /// From words as somebody wrote them; [`check`](Self::check) says whether there are such words.
    pub fn new(words: Vec<(String, Vec<String>)>) -> Self {
        let mut allowed = [0; Resource::ALL.len()];
        for (word, actions) in &words {
            for resource in Resource::meant_by(word) {
                for action in Action::ALL {
                    let wanted = Permission::new(*resource, *action);
                    if actions.iter().any(|word| means(word, wanted)) {
                        allowed[*resource as usize] |= 1 << *action as u64;
                    }
                }
            }
        }
        Self { words, allowed }
    }

    /// Refuses words that no generation of clients knows (contract 4.1, 4.2).
    pub fn check(&self) -> Result<(), Invalid> {
        for (resource, actions) in &self.words {
            if Resource::meant_by(resource).is_empty() && !DROPPED.contains(&resource.as_str()) {
                return Err(Invalid(format!("{resource} is not a resource that permissions exist for.")));
            }
            if let Some(word) = actions.iter().find(|word| Action::from_word(word).is_none() && *word != "READ") {
                return Err(Invalid(format!("{word} is not an action.")));
            }
        }
        Ok(())
    }

    /// The words that some generation of clients knows, and those that none does. A resource all of whose actions are
    /// unknown goes with them.
    pub fn sift(self) -> (Self, Vec<String>) {
        let (mut kept, mut unknown) = (Vec::with_capacity(self.words.len()), Vec::new());
        for (resource, actions) in self.words {
            if Resource::meant_by(&resource).is_empty() && !DROPPED.contains(&resource.as_str()) {
                unknown.push(resource);
                continue;
            }
            let known = |word: &String| Action::from_word(word).is_some() || word == "READ";
            let (good, bad): (Vec<_>, Vec<_>) = actions.into_iter().partition(known);
            if !good.is_empty() || bad.is_empty() {
                kept.push((resource.clone(), good));
            }
            unknown.extend(bad.into_iter().map(|word| format!("{resource}:{word}")));
        }
        (Self::new(kept), unknown)
    }

    /// From words as they came.
    pub fn from_words(words: Vec<(String, Vec<String>)>) -> Self {
        Self::new(words)
    }

    /// Whether these words allow `wanted`; where is not their concern.
    pub fn grant(&self, wanted: Permission) -> bool {
        self.allowed[wanted.resource as usize] & (1 << wanted.action as u64) != 0
    }

    /// Whether these words allow everything that the others do.
    pub fn include(&self, others: &Self) -> bool {
        self.allowed.iter().zip(&others.allowed).all(|(mine, theirs)| mine & theirs == *theirs)
    }

    /// Everything these words allow.
    pub fn granted(&self) -> impl Iterator<Item = Permission> {
        Resource::ALL
            .iter()
            .flat_map(|resource| Action::ALL.iter().map(|action| Permission::new(*resource, *action)))
            .filter(|permission| self.grant(*permission))
    }

    /// The words per resource.
    pub fn words(&self) -> &[(String, Vec<String>)] {
        &self.words
    }

    /// Whether any word is about the instance: only such roles matter outside a tenant.
    pub fn reach_instance(&self) -> bool {
        self.words.iter().any(|(word, _)| Resource::meant_by(word).iter().any(|one| one.of_instance()))
    }
}

/// Whether a stored word allows `wanted`: the action itself, or a legacy verb that expands to it.
fn means(word: &str, wanted: Permission) -> bool {
    if word == wanted.action.as_str() {
        return true;
    }
    use Action::*;
    let Permission { resource, action } = wanted;
    match word {
        "READ" => match resource {
            Resource::Flow | Resource::Trigger => matches!(action, View | List | Export),
            Resource::Execution => {
                matches!(action, View | List | AccessLogs | AccessOutputs | AccessFiles | Export | Follow)
            }
            Resource::Namespace => matches!(action, View | List | ExportPluginDefaults),
            Resource::AuditLog => matches!(action, View | List | Export),
            Resource::Copilot => action == Use,
            Resource::SystemSettings | Resource::TenantSettings => action == View,
            _ => matches!(action, View | List),
        },
        "CREATE" => resource == Resource::Flow && action == Import,
        "UPDATE" => match resource {
            Resource::Flow => matches!(action, Execute | Disable | Enable | Validate),
            Resource::Execution => {
                matches!(action, Restart | Kill | Replay | Pause | Resume | ChangeLabels | Unqueue | ForceRun)
            }
            Resource::Trigger => matches!(action, Unlock | Restart | Disable | Enable | Backfill),
            Resource::Namespace => matches!(action, ManageFiles | ImportPluginDefaults),
            Resource::App => matches!(action, Execute | AccessFiles | AccessLogs),
            Resource::User => action == ManageGroupMembership,
            Resource::Group => action == ManageMembers,
            _ => false,
        },
        _ => false,
    }
}

impl Serialize for Permissions {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.words.iter().map(|(resource, actions)| (resource, actions)))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Permissions {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Permissions".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Lists of actions by resource, verbatim.",
            "type": "object",
            "additionalProperties": { "type": ["array", "null"], "items": { "type": "string" } },
        })
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> serde::de::Visitor<'de> for Words {
            type Value = Permissions;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map of resources to lists of actions")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Permissions, A::Error> {
                let mut words = Vec::new();
                while let Some((resource, actions)) = map.next_entry::<String, Option<Vec<String>>>()? {
                    words.push((resource, actions.unwrap_or_default()));
                }
                Ok(Permissions::new(words))
            }
        }
        deserializer.deserialize_map(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Permissions {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn words_come_back_as_they_went_in() {
        let json = r#"{"FLOW":["READ","CREATE"],"AUDITLOG":["VIEW"],"EXECUTION":[]}"#;
        assert_eq!(serde_json::to_string(&parse(json)).unwrap(), json);
    }

    #[test]
    fn legacy_verbs_expand_when_deciding() {
        let role = parse(r#"{"FLOW":["READ","UPDATE"],"SETTING":["READ"],"AUDITLOG":["DELETE"]}"#);
        for allowed in [Action::View, Action::List, Action::Export, Action::Execute, Action::Validate, Action::Update] {
            assert!(role.grant(Permission::new(Resource::Flow, allowed)), "{allowed}");
        }
        assert!(!role.grant(Permission::new(Resource::Flow, Action::Create)));
        assert!(!role.grant(Permission::new(Resource::Flow, Action::Delete)));
        assert!(role.grant(Permission::new(Resource::TenantSettings, Action::View)));
        assert!(!role.grant(Permission::new(Resource::AuditLog, Action::View)));
    }

    #[test]
    fn unknown_words_are_refused_and_dropped_ones_are_not() {
        assert!(parse(r#"{"FLOW":["READ"],"TEMPLATE":["CREATE"]}"#).check().is_ok());
        assert!(parse(r#"{"FLOWS":["READ"]}"#).check().is_err());
        assert!(parse(r#"{"FLOW":["WRITE"]}"#).check().is_err());
    }

    #[test]
    fn unknown_words_are_sifted_out_and_named() {
        let (kept, unknown) = parse(r#"{"FLOW":["READ","WRITE"],"FLOWS":["READ"],"ROLE":["X"],"APP":[]}"#).sift();
        assert_eq!(serde_json::to_string(&kept).unwrap(), r#"{"FLOW":["READ"],"APP":[]}"#);
        assert_eq!(unknown, ["FLOW:WRITE", "FLOWS", "ROLE:X"]);
    }

    #[test]
    fn only_tenant_and_instance_words_reach_the_instance() {
        assert!(parse(r#"{"TENANT":["CREATE"]}"#).reach_instance());
        assert!(!parse(r#"{"TENANT_ACCESS":["CREATE"],"ROLE":["READ"]}"#).reach_instance());
    }
}
