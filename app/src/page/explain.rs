//! Why somebody may do something, and who may: the complete path, as a picture and in words.

use super::{
    parts::{button, heading, list as part, none, pager, table},
    route::{Answer, Asked, Page, Tenant},
};
use crate::ui::{Badge, Empty, Icon, quote};
use leptos::prelude::*;
use model::{Action, Permission, Principal, PrincipalKind, Resource};
use service::access::{self, Explanation, Missing, Way};

/// The permission that the address names, if it names one that exists.
fn wanted(asked: &Asked) -> Option<Permission> {
    let (resource, action) = match asked.get("permission").split_once(':') {
        Some(both) => both,
        None => (asked.get("resource"), asked.get("action")),
    };
    Some(Permission::new(Resource::from_word(resource)?, Action::from_word(action)?))
}

/// Where one chooses what the question is about.
fn question(asked: &Asked, who: bool) -> AnyView {
    let chosen = wanted(asked).map(|one| one.to_string()).unwrap_or_default();
    let all = Resource::ALL.iter().map(|resource| {
        let actions = resource.actions().into_iter().map(|action| {
            let one = Permission::new(*resource, action).to_string();
            let selected = one == chosen;
            view! { <option value=one.clone() selected=selected>{one.clone()}</option> }
        });
        view! { <optgroup label=resource.as_str()>{actions.collect_view()}</optgroup> }
    });
    let principal = who.then(|| {
        view! {
            <div class="field">
                <label class="field-label" for="principal">"Who" <span class="field-optional">"you, if empty"</span></label>
                <input id="principal" class="input" name="principal" value=asked.get("principal").to_owned() placeholder="Email or id" autocomplete="off" />
            </div>
        }
    });
    let (path, namespace) = (asked.path().to_owned(), asked.get("namespace").to_owned());
    view! {
        <form class="question" action=path method="get">
            <div class="field-row">
                {principal}
                <div class="field">
                    <label class="field-label" for="permission">"Permission"</label>
                    <select id="permission" class="input" name="permission">{all.collect_view()}</select>
                </div>
                <div class="field">
                    <label class="field-label" for="namespace">"Namespace" <span class="field-optional">"optional"</span></label>
                    <input id="namespace" class="input mono" name="namespace" value=namespace placeholder="whole tenant" autocomplete="off" />
                </div>
            </div>
            <div class="form-actions">
                <button type="submit" class="button primary">{if who { "Explain" } else { "Find out" }}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Why somebody may do something, or what is missing.
pub(crate) async fn why(asked: &Asked, tenant: Tenant) -> Answer {
    let who = Some(asked.get("principal")).filter(|who| !who.is_empty());
    let namespace = Some(asked.get("namespace")).filter(|text| !text.is_empty());
    // Without a question there is nothing to refuse; but nobody learns of a tenant that is not theirs.
    let [] = access::allowed(&asked.cx, Some(&tenant.place), []).await?;
    let answer = match wanted(asked) {
        None => None,
        Some(wanted) => Some(access::explain(&asked.cx, &tenant.place, who, wanted, namespace).await),
    };
    let answer = match answer {
        Some(Err(service::Error::NoUser(who))) => Err(format!("There is no user or service account {who} here.")),
        Some(Err(service::Error::Invalid(wrong))) => {
            Err(wrong.into_iter().map(|one| one.message).collect::<Vec<_>>().join(" "))
        }
        Some(other) => Ok(Some(other?)),
        None => Ok(None),
    };
    let question = question(asked, true);
    Ok(Page::new("Why?", move || {
        let told = match answer {
            Ok(Some(answer)) => tell(&tenant, &answer),
            Ok(None) => ().into_any(),
            Err(wrong) => view! { <p class="form-summary" role="alert">{Icon::Alert.view()} {wrong}</p> }.into_any(),
        };
        let purpose =
            "Asks the function that decides: every way in which somebody may do something, or all that is missing.";
        let other = button(tenant.href("who-can"), Some(Icon::Users), "Who can?", "secondary");
        view! { {heading("Why?", purpose, other)} {question} {told} }.into_any()
    }))
}

fn tell(tenant: &Tenant, answer: &Explanation) -> AnyView {
    let (name, wanted) = (answer.principal.name.clone(), answer.wanted);
    let place =
        answer.namespace.as_ref().map_or_else(|| "the whole tenant".to_owned(), |one| format!("namespace {one}"));
    let (class, icon, verdict) = match answer.allowed {
        true => ("callout info", Icon::Check, "may"),
        false => ("callout danger", Icon::Alert, "may not"),
    };
    let locked = answer.locked.then(|| view! { <p>"Its password is locked for now: it cannot sign in."</p> });
    let ways = answer.ways.iter().map(|way| picture(tenant, answer, way)).collect_view();
    let missing = answer.missing.iter().map(|one| gap(tenant, answer, one)).collect_view();
    view! {
        <section class="section" aria-labelledby="verdict">
            <div class=class role="status">
                {icon.view()}
                <div>
                    <p id="verdict"><strong>{name}</strong> " " {verdict} " do " <code>{wanted.to_string()}</code> " in " {place} "."</p>
                    {locked}
                </div>
            </div>
            <ol class="paths">{ways} {missing}</ol>
        </section>
    }
    .into_any()
}

/// A step of a path: what kind of thing, which, and where one reads more of it.
fn node(kind: &'static str, name: String, href: Option<String>) -> AnyView {
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { <span>{name}</span> }.into_any(),
    };
    view! { <li class="node"><span class="node-kind">{kind}</span> " " {name}</li> }.into_any()
}

fn picture(tenant: &Tenant, answer: &Explanation, way: &Way) -> AnyView {
    let who = node(kind(&answer.principal), answer.principal.name.clone(), None);
    let what = node("may", answer.wanted.to_string(), None);
    let (steps, words) = match way {
        Way::Superadmin => {
            (vec![node("is", "Superadmin".into(), None)], "Superadmins administer this everywhere.".to_owned())
        }
        Way::Grant { grant, group, inherited } => {
            let place = grant.namespace.as_ref().map_or_else(|| "whole tenant".to_owned(), ToString::to_string);
            let role = tenant.href(&format!("roles/{}", quote(grant.role.id.as_str())));
            let mut steps = Vec::new();
            let mut words = answer.principal.name.clone();
            if let Some((id, name)) = group {
                steps.push(node(
                    "in group",
                    name.clone(),
                    Some(tenant.href(&format!("groups/{}", quote(id.as_str())))),
                ));
                words.push_str(&format!(" is in the group {name}, which"));
            }
            let below = if *inherited { " and below" } else { "" };
            steps.push(node(
                "binding",
                format!("{place}{below}"),
                Some(tenant.href(&format!("access?binding={}", quote(grant.binding.as_str())))),
            ));
            steps.push(node("role", grant.role.name.clone(), Some(role)));
            words.push_str(&format!(" holds {} in {place}", grant.role.name));
            if *inherited {
                words.push_str(", and so in the namespaces below it");
            }
            words.push_str(&format!("; that role allows {}.", answer.wanted));
            (steps, words)
        }
    };
    view! {
        <li class="path">
            <ol class="nodes">{who} {steps} {what}</ol>
            <p>{words}</p>
        </li>
    }
    .into_any()
}

/// What is missing, drawn dashed, with what would close it.
fn gap(tenant: &Tenant, answer: &Explanation, missing: &Missing) -> AnyView {
    let who = node(kind(&answer.principal), answer.principal.name.clone(), None);
    let has: Vec<_> = missing
        .roles()
        .iter()
        .map(|grant| {
            let place = grant.namespace.as_ref().map_or_else(|| "whole tenant".to_owned(), ToString::to_string);
            let href = tenant.href(&format!("roles/{}", quote(grant.role.id.as_str())));
            view! { <li><a href=href>{grant.role.name.clone()}</a> " in " {place}</li> }
        })
        .collect();
    let has = (!has.is_empty()).then(|| view! { <p>"It does hold:"</p> <ul>{has}</ul> });
    let namespace = answer.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
    let closes = tenant.href(&format!(
        "access/create?holder={}&namespace={}&permission={}",
        quote(&answer.principal.name),
        quote(&namespace),
        quote(&answer.wanted.to_string())
    ));
    view! {
        <li class="path broken">
            <ol class="nodes">{who} <li class="node lacking"><span class="node-kind">"missing"</span> <span>"a role that allows it"</span></li> {node("would be", answer.wanted.to_string(), None)}</ol>
            <p>{answer.sentence(missing)}</p>
            {has}
            <p><a class="button secondary small" href=closes>"Assign a role that allows it"</a></p>
        </li>
    }
    .into_any()
}

fn kind(principal: &Principal) -> &'static str {
    match principal.kind {
        PrincipalKind::User => "user",
        PrincipalKind::ServiceAccount => "service account",
    }
}

/// Everybody who may do something.
pub(crate) async fn who_can(asked: &Asked, tenant: Tenant) -> Answer {
    let namespace = Some(asked.get("namespace")).filter(|text| !text.is_empty());
    let [] = access::allowed(&asked.cx, Some(&tenant.place), []).await?;
    let wanted = wanted(asked);
    let found = match wanted {
        None => None,
        Some(wanted) => Some(access::who_can(&asked.cx, &tenant.place, wanted, namespace, &part(asked)).await?),
    };
    let question = question(asked, false);
    let pager = found.as_ref().map(|found| pager(asked, found));
    let place = asked.get("namespace").to_owned();
    Ok(Page::new("Who can?", move || {
        let list = found.zip(wanted).map(|(found, wanted)| {
            if found.results.is_empty() {
                let title = format!("Nobody can do {wanted} here");
                return view! { <Empty icon=Icon::Users title text="A role that allows it has to be assigned first." /> }.into_any();
            }
            let rows = found.results.into_iter().map(|one| {
                let why = tenant.href(&format!("explain?principal={}&permission={}&namespace={}", quote(&one.name), quote(&wanted.to_string()), quote(&place)));
                let label = format!("Why {} can", one.name);
                view! {
                    <tr>
                        <td class="wide">{one.name.clone()} " " {one.superadmin.then(|| view! { <Badge text="Superadmin" /> })}</td>
                        <td>{kind(&one)}</td>
                        <td class="row-actions"><a class="button ghost small" href=why aria-label=label>"Why?"</a></td>
                    </tr>
                }
                .into_any()
            });
            let rows = rows.collect();
            view! { {table("Who can", &[("Who", "wide"), ("Kind", ""), ("", "")], rows)} {pager} }.into_any()
        });
        let purpose = "Everybody who may do something here, directly, through groups, or as superadmin.";
        let other = button(tenant.href("explain"), Some(Icon::Info), "Why?", "secondary");
        let hint = list.is_none().then(|| none("Choose a permission."));
        view! { {heading("Who can?", purpose, other)} {question} {hint} {list} }.into_any()
    }))
}
