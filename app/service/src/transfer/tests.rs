//! Documents read onto all kinds of instances, without a database.

use super::{
    loses::loses,
    plan::plan,
    read::read,
    resolve::{Rules, resolve},
    snapshot::{Bound, Named, Person, Rights, Snapshot, Team},
};
use crate::clock::id_of;
use model::{
    Access, BindingId, GroupId, Namespace, Permissions, PrincipalId, PrincipalKind, RoleId, TenantId, TenantSettings,
    transfer::{Lost, Place},
};
use proptest::{prelude::*, sample::subsequence};
use serde_json::json;

const PLACES: [Option<&str>; 4] = [None, Some("a"), Some("b"), Some("c")];

fn place(number: usize) -> Place {
    PLACES[number % 4].map(|id| TenantId::parse(id).unwrap())
}

fn person(number: usize, superadmin: bool, first_name: &str) -> (PrincipalId, Person) {
    let kind = if number < 4 { PrincipalKind::User } else { PrincipalKind::ServiceAccount };
    let name = if number < 4 { format!("u{number}@x.y") } else { format!("s{number}") };
    let person = Person {
        kind,
        name,
        first_name: if number < 4 { first_name.to_owned() } else { String::new() },
        last_name: String::new(),
        description: String::new(),
        superadmin,
        restricted: false,
    };
    (PrincipalId::new(format!("p{number}")), person)
}

fn rights(name: &str, words: &str, is_default: bool) -> Rights {
    let permissions = serde_json::from_str::<Permissions>(words).unwrap();
    Rights { name: name.to_owned(), description: None, permissions, is_default }
}

/// A binding that hangs on what is there, under the id its content has.
fn bound(state: &Snapshot, seed: (usize, usize, usize, bool)) -> Option<(BindingId, Bound)> {
    let (who, role, limit, to_group) = seed;
    let (holder, place) = if to_group {
        let (id, team) = state.groups.iter().nth(who % state.groups.len().max(1))?;
        (Access::Group(id.clone()), team.place.clone())
    } else {
        let id = state.people.keys().nth(who % state.people.len().max(1))?;
        (Access::Principal(id.clone()), state.tenants.keys().nth(role % state.tenants.len()).cloned()?)
    };
    let own = state.roles.keys().find(|(of, id)| *of == place && id.as_str() == format!("r{}", role % 2));
    let suffix = place.as_ref().map_or("main", TenantId::as_str);
    let role = own.map_or_else(|| RoleId::new(format!("viewer_{suffix}")), |(_, id)| id.clone());
    let namespace = ["", "shop", "shop.a"][limit % 3];
    let id = BindingId::new(id_of(&[&format!("{holder:?}{place:?}{role}{namespace}")]));
    let namespace = Some(namespace).filter(|text| !text.is_empty()).map(|text| Namespace::stored(text.into()));
    Some((id, Bound { place, holder, role, namespace }))
}

prop_compose! {
    fn states()(
        places in subsequence(vec![1_usize, 2, 3], 0..=3),
        people in subsequence((0..6_usize).collect::<Vec<_>>(), 0..=6),
        groups in subsequence((0..8_usize).collect::<Vec<_>>(), 0..=8),
        roles in subsequence((0..8_usize).collect::<Vec<_>>(), 0..=8),
        flags in proptest::collection::vec(any::<bool>(), 64),
        name in "[a-z ]{0,6}",
        seeds in proptest::collection::vec((0..6_usize, 0..8_usize, 0..3_usize, any::<bool>()), 0..6),
    ) -> Snapshot {
        let mut state = Snapshot::default();
        let named = |id: &Place| Named {
            name: id.as_ref().map_or("Default tenant".into(), |id| format!("Tenant {id}")),
            settings: TenantSettings::default(),
        };
        state.tenants = std::iter::once(0).chain(places).map(|number| (place(number), named(&place(number)))).collect();
        state.people = people.iter().map(|number| person(*number, flags[*number], name.trim())).collect();
        for number in groups.into_iter().filter(|number| state.tenants.contains_key(&place(*number))) {
            let team = Team { place: place(number), name: format!("G{number}"), description: None };
            state.groups.insert(GroupId::new(format!("g{number}")), team);
        }
        for number in roles.into_iter().filter(|number| state.tenants.contains_key(&place(*number))) {
            let is_default = number < 4 && flags[10 + number];
            let words = if flags[20 + number] { r#"{"FLOW":["READ","CREATE"],"TEMPLATE":["READ"]}"# } else { "{}" };
            let id = RoleId::new(format!("r{}", number / 4));
            state.roles.insert((place(number), id), rights(&format!("R{number}"), words, is_default));
        }
        let mut flags = flags.into_iter().skip(30).cycle();
        for group in state.groups.keys() {
            for who in state.people.keys() {
                if flags.next().unwrap() {
                    state.members.insert((group.clone(), who.clone()), flags.next().unwrap());
                }
            }
        }
        for of in state.tenants.keys() {
            let entered = state.people.keys().filter(|_| flags.next().unwrap());
            state.access.extend(entered.map(|who| ((of.clone(), who.clone()), ())));
        }
        state.bindings = seeds.into_iter().filter_map(|seed| bound(&state, seed)).collect();
        state
    }
}

/// What a document of `wanted` makes of `current`, and what it leaves behind.
fn onto(current: &Snapshot, wanted: Snapshot, prune: bool) -> (Snapshot, Vec<Lost>) {
    let mut lost = Vec::new();
    let draft = read(json!(wanted.document(true)), &mut lost).unwrap();
    let target = resolve(draft, current, Rules { prune, tenants: true }, &mut lost).unwrap();
    (target, lost)
}

fn bare() -> Snapshot {
    let named = Named { name: "Default tenant".into(), settings: TenantSettings::default() };
    Snapshot { tenants: [(None, named)].into(), ..Snapshot::default() }
}

proptest! {
    #[test]
    fn a_document_of_what_is_there_changes_nothing(state in states(), prune in any::<bool>()) {
        prop_assert_eq!(onto(&state, state.clone(), prune), (state, Vec::new()));
    }

    #[test]
    fn a_document_makes_the_same_of_an_empty_instance(state in states()) {
        prop_assert_eq!(onto(&bare(), state.clone(), false), (state, Vec::new()));
    }

    #[test]
    fn only_the_document_counts_when_pruning(current in states(), wanted in states()) {
        prop_assert_eq!(onto(&current, wanted.clone(), true), (wanted, Vec::new()));
    }

    #[test]
    fn nothing_goes_without_pruning(current in states(), wanted in states()) {
        let (target, _) = onto(&current, wanted, false);
        let gone = |change: &super::plan::Change| matches!(change, super::plan::Change::Removed(_));
        prop_assert!(!plan(&current, &target).iter().any(gone));
    }

    #[test]
    fn who_gets_more_loses_nothing(current in states(), wanted in states()) {
        let mut target = onto(&current, wanted, false).0;
        // A document may make a role allow less, and a superadmin an ordinary user.
        target.roles.extend(current.roles.clone());
        for (id, person) in &current.people {
            target.people.insert(id.clone(), person.clone());
        }
        prop_assert_eq!(loses(&current, &target, &plan(&current, &target)), Vec::new());
    }
}

#[test]
fn what_is_written_by_hand_needs_no_ids() {
    let mut lost = Vec::new();
    let document = json!({
        "tenants": [{
            "id": "dev",
            "groups": [{ "name": "Team", "members": ["P@x.y"] }],
            "roles": [{ "name": "See", "permissions": { "FLOW": ["VIEW"] } }],
            "bindings": [
                { "type": "GROUP", "externalId": "Team", "roleId": "See" },
                { "type": "USER", "externalId": "p@x.y", "roleId": "Viewer", "namespace": "shop" },
            ],
        }],
        "users": [{ "email": "p@x.y" }],
    });
    let rules = Rules { prune: false, tenants: true };
    let once = resolve(read(document.clone(), &mut lost).unwrap(), &bare(), rules, &mut lost).unwrap();
    assert_eq!((once.members.len(), once.bindings.len(), lost.len()), (1, 2, 0), "{lost:?}");
    // Asked again it means the same things.
    let twice = resolve(read(document, &mut lost).unwrap(), &once, rules, &mut lost).unwrap();
    assert_eq!((twice, lost), (once, Vec::new()));
}

#[test]
fn two_spellings_of_a_flag_that_disagree_grant_nothing() {
    let mut lost = Vec::new();
    let document = json!({ "users": [{ "id": "p", "email": "p@x.y", "superAdmin": true, "instanceOwner": false }] });
    let draft = read(document, &mut lost).unwrap();
    let target = resolve(draft, &bare(), Rules { prune: false, tenants: true }, &mut lost).unwrap();
    assert!(!target.people[&PrincipalId::new("p")].superadmin);
}
