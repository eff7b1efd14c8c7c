//! Which user or service account here each one of a document is.

use super::{read::PersonDraft, resolve::Resolver, snapshot::Person};
use crate::{clock::id_of, user};
use model::{Email, PrincipalId, PrincipalKind, label};

impl Resolver<'_> {
    pub(super) fn people(&mut self, drafts: Vec<PersonDraft>) {
        // Whoever the document gives another address leaves the one they have.
        for draft in drafts.iter().filter(|draft| draft.kind == PrincipalKind::User) {
            let Some(id) = draft.id.as_ref().map(PrincipalId::new) else { continue };
            if let Some(known) = self.current.people.get(&id)
                && !known.name.eq_ignore_ascii_case(&draft.name)
            {
                self.named.remove(&known.name);
            }
        }
        for draft in drafts {
            let person = self.person(draft);
            self.persons.push(person);
        }
    }

    /// Takes a person in, and says who it is.
    fn person(&mut self, draft: PersonDraft) -> Option<PrincipalId> {
        let before = draft.id.as_ref().and_then(|id| self.current.people.get(&PrincipalId::new(id)));
        let called = match (draft.kind, before) {
            (_, Some(before)) if before.name == draft.name => Ok(draft.name.clone()),
            (PrincipalKind::User, _) => Email::parse(&draft.name).map(|email| email.to_string()),
            (PrincipalKind::ServiceAccount, _) => label(&draft.name),
        };
        let called = match called {
            Ok(called) => called,
            Err(invalid) => {
                self.people.note(draft.id, Some(draft.name.to_lowercase()), None);
                self.lose(&draft.path, format!("it is left behind. {invalid}"));
                return None;
            }
        };
        let identity = self.identity(&draft, &called);
        for name in [&draft.name, &called] {
            self.people.note(draft.id.clone(), Some(name.clone()), identity.as_ref());
        }
        let id = identity?;
        if draft.kind == PrincipalKind::User {
            self.named.insert(called.clone(), id.clone());
        }
        let before = self.current.people.get(&id).filter(|_| !self.rules.prune);
        let was = |text: fn(&Person) -> &String| before.map(|one| text(one).clone());
        let person = Person {
            kind: draft.kind,
            name: called,
            first_name: self.line(&draft.path, draft.first_name, was(|one| &one.first_name)),
            last_name: self.line(&draft.path, draft.last_name, was(|one| &one.last_name)),
            description: self
                .description(&draft.path, draft.description, was(|one| &one.description))
                .unwrap_or_default(),
            superadmin: draft.superadmin.or(before.map(|one| one.superadmin)).unwrap_or_default(),
            restricted: draft.restricted.or(before.map(|one| one.restricted)).unwrap_or_default(),
        };
        // Where it has another id than the one before, that was said.
        let own = draft.id.is_none_or(|own| own == id.as_str());
        if !self.came.insert(id.clone()) && own {
            self.twice(&draft.path);
        }
        self.target.people.insert(id.clone(), person);
        Some(id)
    }

    /// A first or last name that can be kept; where the document has none, the one there was.
    fn line(&mut self, path: &str, new: Option<String>, before: Option<String>) -> String {
        let before = before.unwrap_or_default();
        match new {
            Some(text) if user::odd_name(&text) && text != before => {
                self.lose(path, "a name of it is too long or not one line, and is left behind");
                before
            }
            new => new.unwrap_or(before),
        }
    }

    /// Who of here the document means: whoever has the id, or else the address.
    fn identity(&mut self, draft: &PersonDraft, called: &str) -> Option<PrincipalId> {
        let id = draft.id.as_ref().map(PrincipalId::new);
        let owner = if draft.kind == PrincipalKind::User { self.named.get(called).cloned() } else { None };
        match (id, owner) {
            (Some(id), Some(owner)) if id != owner => {
                let (known, twice) = (self.current.people.contains_key(&id), self.people.names.contains_key(called));
                if known {
                    self.lose(&draft.path, format!("another user has its address; user {id} stays as it is"));
                    return None;
                }
                let why = if twice { "the document has its address twice" } else { "its address is in use here" };
                self.lose(&draft.path, format!("{why}: user {owner} gets what it has, and its id {id} is left behind"));
                Some(owner)
            }
            (Some(id), _) => {
                let kind = self.current.people.get(&id).or_else(|| self.target.people.get(&id)).map(|one| one.kind);
                if kind.is_some_and(|kind| kind != draft.kind) {
                    self.lose(
                        &draft.path,
                        format!("{id} is a user in one place and a service account in the other; it is left behind"),
                    );
                    return None;
                }
                Some(id)
            }
            (None, Some(owner)) => Some(owner),
            (None, None) => Some(self.account(draft.kind, called)),
        }
    }

    /// The only service account of that name, or a new one.
    fn account(&self, kind: PrincipalKind, called: &str) -> PrincipalId {
        let known = self.accounts.get(called).filter(|_| kind == PrincipalKind::ServiceAccount).cloned().flatten();
        known.unwrap_or_else(|| PrincipalId::new(id_of(&[kind.as_str(), called])))
    }
}
