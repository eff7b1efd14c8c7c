//! `kestra access …`

use super::{
    Common, Failure,
    args::{Format, Paging, Place, Wanted},
    output::{Output, say, show, show_page, tick},
    transfer::{Export, Import},
};
use crate::rest::{ExplanationOut, PrincipalOut};
use clap::{Args, Subcommand};
use model::{Grant, Principal, PrincipalKind};
use service::{
    Context,
    access::{self, Explanation, Missing, Way},
};

#[derive(Debug, Subcommand)]
pub(super) enum Access {
    /// Explain why someone can do something, or what is missing
    Explain(Explain),
    /// List everybody who may do something
    WhoCan(WhoCan),
    /// Write all access of the instance as a document, without passwords and tokens
    Export(Export),
    /// Bring the instance to a document of access, or show what that takes
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Email address of a user, or id of a user or service account
    #[arg(long, value_name = "USER")]
    principal: String,
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct WhoCan {
    #[command(flatten)]
    wanted: Wanted,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    format: Format,
}

impl Access {
    pub(super) async fn run(self, common: &Common) -> Result<(), Failure> {
        match self {
            Self::Explain(command) => command.run(&common.open().await?).await,
            Self::WhoCan(command) => command.run(&common.open().await?).await,
            Self::Export(command) => command.run(common).await,
            Self::Import(command) => command.run(common).await,
        }
    }
}

impl Explain {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (tenant, namespace) = (self.place.find(cx)?, self.wanted.namespace.as_deref());
        let who = Some(self.principal.as_str());
        let explained = access::explain(cx, &tenant, who, self.wanted.permission(), namespace).await?;
        if self.format.output == Output::Table {
            told(&explained).iter().for_each(|line| say(line));
            return Ok(());
        }
        show(Output::Json, &[], Vec::new(), &ExplanationOut::from(explained))
    }
}

impl WhoCan {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (tenant, namespace) = (self.place.find(cx)?, self.wanted.namespace.as_deref());
        let page = access::who_can(cx, &tenant, self.wanted.permission(), namespace, &self.paging.list()).await?;
        show_page(self.format, &["ID", "User", "Name", "Type", "Superadmin"], page, row, PrincipalOut::from)
    }
}

fn row(one: &Principal) -> Vec<String> {
    let kind = if one.kind == PrincipalKind::User { "user" } else { "service account" };
    vec![one.id.to_string(), one.name.clone(), one.display_name(), kind.into(), tick(one.superadmin)]
}

/// The answer, line by line: every way, or everything that is missing.
fn told(one: &Explanation) -> Vec<String> {
    let tenant = one.tenant.id.as_ref().map_or_else(|| one.tenant.name.clone(), ToString::to_string);
    let namespace = one.namespace.as_ref().map(|namespace| format!("namespace {namespace} of ")).unwrap_or_default();
    let verdict = if one.allowed { "Allowed" } else { "Denied" };
    let mut lines = vec![format!("{verdict}: {}, {} in {namespace}{tenant}", one.principal.name, one.wanted)];
    lines.extend(one.ways.iter().map(|way| format!("  {}", path(one, way))));
    for missing in &one.missing {
        lines.push(format!("  {}", one.sentence(missing)));
        lines.extend(near(missing));
    }
    if one.locked {
        lines.push("  Its password is locked for now: it cannot sign in with it.".into());
    }
    lines
}

/// From the principal to the action.
fn path(one: &Explanation, way: &Way) -> String {
    let mut steps = vec![one.principal.name.clone()];
    match way {
        Way::Superadmin => steps.push("superadmin".into()),
        Way::Grant { grant, group, .. } => {
            steps.extend(group.iter().map(|(_, name)| format!("group {name}")));
            steps.push(format!("binding {} ({})", grant.binding, place(grant)));
            steps.push(format!("role {}", grant.role.name));
        }
    }
    steps.push(one.wanted.to_string());
    steps.join(" → ")
}

fn near(missing: &Missing) -> Option<String> {
    let held = missing.roles().iter().map(|grant| format!("{} ({})", grant.role.name, place(grant)));
    let held = held.collect::<Vec<_>>().join(", ");
    (!held.is_empty()).then(|| format!("  It holds: {held}"))
}

fn place(grant: &Grant) -> String {
    grant.namespace.as_ref().map_or_else(|| "whole tenant".into(), ToString::to_string)
}
