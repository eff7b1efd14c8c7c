//! Creating a tenant and changing it.

use super::{
    PATH,
    setting::{Further, settings},
};
use crate::{
    api::tenant::{CreateTenant, EditedTenant, TenantAsSaved, TenantToEdit, UpdateTenant},
    form::{Field, Form, FormSummary, Submit, arrive},
    page::differences::{Contested, Difference, Typed, typed_into},
    place::{address, segment},
    reading::{reading, shown},
    ui::{Icon, LinkButton, PageHead, Section, Title},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Code, Error, settings::SettingsForm};

/// What a tenant's settings are for.
const SETTINGS: &str = "The tenant's name and how its flows run. The ID can't be changed because addresses and roles \
                        depend on it.";
/// What deleting it does.
const DELETE: &str =
    "Deletes the tenant with its flows, roles, groups and role assignments. You'll review the list first.";

/// Creates a tenant.
#[component]
pub(crate) fn CreateTenantPage() -> impl IntoView {
    let help =
        "Lower-case letters, digits, hyphens and underscores. It's part of every address and can't be changed later.";
    let address = address();
    arrive(move || Some(address.get()));
    view! {
        <Title text="Create tenant" />
        <PageHead title="Create tenant" purpose="You'll be its Tenant Admin. Five managed roles are created with it." />
        <Form to=CreateTenant::PATH leads=true>
            <FormSummary />
            <Field name="id" label="Tenant ID" help placeholder="dev" mono=true first=true />
            <Field name="name" label="Name" help="What people see." placeholder="Development environment" />
            <Further form=SettingsForm::default() />
            <div class="form-actions">
                <Submit label="Save" />
                <a class="button secondary" href=PATH>"Cancel"</a>
            </div>
        </Form>
    }
}

/// Edits a tenant.
#[component]
pub(crate) fn EditTenantPage() -> impl IntoView {
    let data = reading(address(), |address, again| TenantToEdit { id: segment(&address, 2), again });
    let refusal = RwSignal::new(None);
    shown(
        data,
        |tenant| format!("Edit {}", tenant.id),
        move |tenant| {
            let (title, back) = (format!("Edit {}", tenant.id), format!("{PATH}/{}", tenant.id));
            view! {
                <PageHead title purpose="The ID can't be changed because addresses and roles depend on it." />
                <Edit tenant refusal back />
            }
            .into_any()
        },
    )
}

/// A tenant's own settings, for whoever may change it.
#[component]
pub(crate) fn TenantSettingsPage() -> impl IntoView {
    let data = reading(address(), |address, again| TenantToEdit { id: segment(&address, 1), again });
    let refusal = RwSignal::new(None);
    shown(
        data,
        |_| "Settings".to_owned(),
        move |tenant| {
            let delete = tenant.deletable.then(|| {
                let href = format!("{PATH}/{}/delete", tenant.id);
                view! {
                    <Section id="delete" title="Delete">
                        <p class="muted">{DELETE}</p>
                        <div class="form-actions">
                            <LinkButton href icon=Icon::Trash label="Delete this tenant" kind="secondary" />
                        </div>
                    </Section>
                }
            });
            view! {
                <PageHead title="Settings" purpose=SETTINGS />
                <Edit tenant refusal />
                {delete}
            }
            .into_any()
        },
    )
}

/// The form; without a way back it stays on its page.
#[component]
fn Edit(
    tenant: EditedTenant,
    /// Why it was refused: kept while the tenant is read again.
    refusal: RwSignal<Option<Error>>,
    #[prop(optional, into)] back: Option<String>,
) -> impl IntoView {
    let EditedTenant { id, name, settings, version, .. } = tenant;
    let here = back.is_none().then(|| view! { <input type="hidden" name="here" value="true" /> });
    let leads = back.is_some();
    let cancel = back.map(|back| view! { <a class="button secondary" href=back>"Cancel"</a> });
    view! {
        <Form to=UpdateTenant::PATH leads refusal>
            <input type="hidden" name="id" value=id.clone() />
            {here}
            <Contested
                field="version"
                from=version.to_string()
                code=Code::Conflict
                read=move || TenantAsSaved { id: id.clone() }
                compared
            />
            <Field name="name" label="Name" help="What people see." value=name first=true />
            <Further form=settings />
            <div class="form-actions">
                // The way to save mine stands with what it would write over.
                {move || (!refusal.get().as_ref().is_some_and(contested)).then(|| view! { <Submit label="Save" /> })}
                {cancel}
            </div>
        </Form>
    }
}

/// Whether somebody else has saved since the form was filled.
fn contested(refusal: &Error) -> bool {
    refusal.code == Code::Conflict
}

/// Where what is there differs from what was typed, field by field.
fn compared(there: &EditedTenant, typed: &Typed) -> Vec<Difference> {
    let typed = |name: &str| typed_into(typed, name);
    let name = ("Name".to_owned(), there.name.clone(), typed("name").trim().to_owned());
    let further =
        settings().map(|one| (one.label.to_owned(), one.read(&(one.of)(&there.settings)), one.read(typed(one.name))));
    std::iter::once(name).chain(further).filter(|(_, there, yours)| there != yours).collect()
}
