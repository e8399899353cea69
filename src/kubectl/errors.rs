//! How kubectl prints what went wrong (`kubectl/pkg/cmd/util/helpers.go` `checkErr`).

use crate::api::{Reason, Status};

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// kubectl's own words.
    Plain(String),
    /// A text that stands for itself, without `error: ` in front.
    Raw(String),
    /// The API server's refusal, with what kubectl puts before its message.
    Refused {
        /// Such as `error when creating "manifest.yaml": `.
        while_doing: String,
        /// The refusal.
        status: Status,
    },
}

impl Error {
    /// The words without kubectl's `error: ` in front (`StandardErrorMessage`).
    pub fn message(&self) -> String {
        match self {
            Error::Plain(text) | Error::Raw(text) => text.clone(),
            Error::Refused { while_doing, status } => {
                let reason = match status.reason.name() {
                    "" => String::new(),
                    name => format!(" ({name})"),
                };
                format!("Error from server{reason}: {while_doing}{}", status.message)
            }
        }
    }
}

/// What kubectl writes to standard error before it exits with 1.
pub fn report(errors: &[Error]) -> String {
    match errors {
        [] => String::new(),
        [Error::Raw(text)] => line(text),
        [Error::Plain(text)] if text.starts_with("error: ") => line(text),
        [Error::Plain(text)] => line(&format!("error: {text}")),
        [Error::Refused { status, .. }] if status.reason == Reason::Invalid => line(&invalid(status)),
        [one] => line(&one.message()),
        several => several.iter().map(|error| line(&error.message())).collect(),
    }
}

fn line(text: &str) -> String {
    if text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}

/// A refusal as invalid is told by its causes.
fn invalid(status: &Status) -> String {
    let kind = status.kind.map(|kind| kind.info().name).unwrap_or_default();
    let what = if kind.is_empty() && status.name.is_empty() {
        "The request is invalid".to_owned()
    } else {
        format!("The {kind} {:?} is invalid", status.name)
    };
    let mut texts: Vec<String> = Vec::new();
    for cause in &status.causes {
        let text = cause.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [] if kind.is_empty() && status.name.is_empty() => format!("{what}: {}", status.message),
        [] => what,
        // A text that ends its line gets an empty one behind it (`MultilineError`).
        [one] => format!("{what}: {one}\n"),
        several => {
            let lines: String = several.iter().map(|text| format!("* {text}\n")).collect();
            format!("{what}: \n{lines}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::StatusCause;
    use crate::object::Kind;

    fn refused(causes: &[(&str, &str)]) -> Error {
        let causes = causes
            .iter()
            .map(|(field, message)| StatusCause::new(*field, *message))
            .collect();
        Error::Refused {
            while_doing: "error when creating \"f.yaml\": ".to_owned(),
            status: Status::invalid(Some(Kind::StatefulSet), "web", causes),
        }
    }

    #[track_caller]
    fn check(errors: &[Error], want: &str) {
        assert_eq!(report(errors), want);
    }

    #[test]
    fn one_error_is_told_by_its_causes_and_several_by_their_messages() {
        let one = refused(&[("spec.replicas", "Invalid value: -1")]);
        let two = refused(&[
            ("spec.a", "Required value"),
            ("spec.b", "Required value"),
            ("spec.a", "Required value"),
        ]);
        check(
            std::slice::from_ref(&one),
            "The StatefulSet \"web\" is invalid: spec.replicas: Invalid value: -1\n",
        );
        check(
            std::slice::from_ref(&two),
            "The StatefulSet \"web\" is invalid: \n* spec.a: Required value\n* spec.b: Required value\n",
        );
        let start = "Error from server (Invalid): error when creating \"f.yaml\": StatefulSet.apps \"web\" is invalid: ";
        check(
            &[one, two],
            &format!(
                "{start}spec.replicas: Invalid value: -1\n{start}[spec.a: Required value, spec.b: Required value]\n"
            ),
        );
        check(
            &[Error::Plain("no objects passed to apply".to_owned())],
            "error: no objects passed to apply\n",
        );
    }
}
