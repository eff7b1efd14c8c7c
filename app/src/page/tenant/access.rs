//! Who holds which role in a tenant: the list, giving and taking.

use crate::{
    api::access::{AssignRole, RevokeRole, suggest_users},
    form::{Choice, Field, Form, FormSummary, Input, Submit},
    ui::{Badge, Empty, Icon, TableBox, When, number},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Binding, TenantRights, Timestamp};

/// The list of bindings and the form that makes one.
#[component]
pub(crate) fn Access(
    tenant: String,
    roles: Vec<(String, String)>,
    bindings: Vec<Binding>,
    total: i64,
    next: Option<String>,
    may: TenantRights,
    now: Timestamp,
) -> impl IntoView {
    let rows = bindings
        .into_iter()
        .map(|binding| {
            let label = format!("Revoke {} from {}", binding.role.name, binding.holder.name);
            let (tenant, id) = (tenant.clone(), binding.id.to_string());
            view! {
                <tr>
                    <td class="clip" title=binding.holder.name.clone()>
                        {binding.holder.name.clone()} " "
                        {binding.holder.kind.is_none().then(|| view! { <Badge text="Group" /> })}
                    </td>
                    <td class="nowrap">{binding.role.name}</td>
                    <td>
                        {match binding.namespace {
                            Some(namespace) => view! { <code>{namespace.to_string()}</code> }.into_any(),
                            None => view! { <span class="muted">"whole tenant"</span> }.into_any(),
                        }}
                    </td>
                    <td class="nowrap minor"><When at=binding.created_at now /></td>
                    <td class="row-actions">
                        {may.revoke
                            .then(|| {
                                view! {
                                    <Form to=RevokeRole::PATH class="plain">
                                        <input type="hidden" name="tenant" value=tenant />
                                        <input type="hidden" name="binding" value=id />
                                        <button type="submit" class="button ghost small" aria-label=label>
                                            "Revoke"
                                        </button>
                                    </Form>
                                }
                            })}
                    </td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let list = if rows.is_empty() {
        view! {
            <Empty icon=Icon::Users title="Nobody holds a role here" text="Assign one below to let somebody in." />
        }
        .into_any()
    } else {
        view! {
            <TableBox label="Access">
                <table class="table stack">
                    <thead>
                        <tr>
                            <th scope="col">"User or group"</th>
                            <th scope="col">"Role"</th>
                            <th scope="col">"Where"</th>
                            <th scope="col" class="minor">"Since"</th>
                            <th scope="col" class="row-actions"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableBox>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="access">
            <h2 id="access" class="section-title">"Access " <span class="count">{number(total)}</span></h2>
            {list}
            {next.map(|href| view! { <nav class="pager" aria-label="More access"><a class="button secondary small" href=href>"Older"</a></nav> })}
        </section>
        {may.assign.then(|| view! { <Assign tenant roles /> })}
    }
}

/// Gives a role to a user.
#[component]
fn Assign(tenant: String, roles: Vec<(String, String)>) -> impl IntoView {
    let asked = RwSignal::new(String::new());
    let place = tenant.clone();
    let offered = Resource::new(
        move || asked.get(),
        move |typed| {
            let tenant = place.clone();
            async move { if typed.is_empty() { Vec::new() } else { suggest_users(tenant, typed).await.unwrap_or_default() } }
        },
    );
    view! {
        <section class="section" aria-labelledby="assign">
            <h2 id="assign" class="section-title">"Assign role"</h2>
            <Form to=AssignRole::PATH class="form form-wide">
                <input type="hidden" name="tenant" value=tenant />
                <FormSummary />
                <div class="field-row">
                    <Field
                        name="email"
                        label="User"
                        input=Input::Line("email")
                        placeholder="dev@example.com"
                        list="users-offered"
                        typed=Callback::new(move |typed| asked.set(typed))
                    />
                    <Choice name="role" label="Role" options=roles />
                    <Field
                        name="namespace"
                        label="Namespace"
                        optional=true
                        mono=true
                        placeholder="whole tenant"
                        help="Limits the role to this namespace and those below it."
                    />
                </div>
                <datalist id="users-offered">
                    <Transition>
                        {move || {
                            offered
                                .get()
                                .unwrap_or_default()
                                .into_iter()
                                .map(|email| view! { <option value=email></option> })
                                .collect_view()
                        }}
                    </Transition>
                </datalist>
                <div class="form-actions">
                    <Submit label="Assign role" />
                </div>
            </Form>
        </section>
    }
}
