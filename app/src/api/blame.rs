//! Which field of a form is to blame for a refusal.

use super::{Refusal, refuse};
use model::{Code, FieldError};
use service::Error;

/// A refusal at the fields of a form. `who` is where one says who is meant; `names` are fields that the form calls
/// otherwise than the service.
pub(crate) fn blame(error: Error, who: &str, names: &[(&str, &str)]) -> Refusal {
    let nobody = match &error {
        Error::NoUser(text) => {
            Some(format!("There is no user or service account “{text}”. Check it for typing errors."))
        }
        _ => None,
    };
    let mut error = model::Error::from(error);
    if let Some(message) = nobody {
        error.code = Code::Invalid;
        error.fields = vec![FieldError { field: who.to_owned(), message: message.clone() }];
        error.message = message;
    }
    for wrong in &mut error.fields {
        if let Some((_, name)) = names.iter().find(|(from, _)| *from == wrong.field) {
            wrong.field = (*name).to_owned();
        }
    }
    refuse(error)
}

/// What was named is not there or could be several, at the field that names it.
pub(crate) fn unmeant(error: Error, field: &'static str) -> Refusal {
    match error {
        Error::NotFound { .. } | Error::Conflict { .. } => {
            let message = error.to_string();
            blame(Error::Conflict { field: Some(field), message }, field, &[])
        }
        other => blame(other, field, &[]),
    }
}

/// Things typed one per line, or with commas between them.
pub(crate) fn each(text: &str) -> Vec<String> {
    text.split([',', '\n']).map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_lines_or_commas() {
        assert_eq!(each("a@x.org, b@x.org\r\n\nc@x.org "), ["a@x.org", "b@x.org", "c@x.org"]);
        assert!(each(" \n,").is_empty());
    }
}
