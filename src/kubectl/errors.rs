//! kubectl's errors and how it prints them (`checkErr` in `kubectl/pkg/cmd/util/helpers.go`).

use crate::api::{Reason, Status};

/// An error of a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// An error of kubectl itself.
    Plain(String),
    /// A message that is printed without the prefix `error: `.
    Raw(String),
    /// Errors that kubectl returns as one (`utilerrors.Aggregate`).
    Several(Vec<Error>),
    /// Ends a line with this exit code instead of 1, after the errors.
    Exit(i32, Vec<Error>),
    /// An error of the API server.
    Refused {
        /// kubectl's prefix of the message, such as `error when creating "manifest.yaml": `.
        while_doing: String,
        /// The API server's status.
        status: Status,
    },
}

impl Error {
    /// The message without the prefix `error: ` (`StandardErrorMessage`).
    pub fn message(&self) -> String {
        match self {
            Error::Plain(text) | Error::Raw(text) => text.clone(),
            Error::Several(errors) | Error::Exit(_, errors) => aggregate_message(errors),
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

/// The exit code of a command that ends with these errors.
pub fn exit_code(errors: &[Error]) -> i32 {
    match errors {
        [Error::Exit(code, _)] => *code,
        errors => i32::from(!errors.is_empty()),
    }
}

/// The text that kubectl writes to standard error before it exits with 1.
pub fn report(errors: &[Error]) -> String {
    match errors {
        [] => String::new(),
        // One level of nesting is removed; what is nested more deeply is printed without the prefix.
        [Error::Several(errors)] => match errors.as_slice() {
            [Error::Several(errors)] => lines(errors),
            errors => report(errors),
        },
        [Error::Exit(_, errors)] => report(errors),
        [Error::Raw(text)] => line(text),
        [Error::Plain(text)] if text.starts_with("error: ") => line(text),
        [Error::Plain(text)] => line(&format!("error: {text}")),
        [Error::Refused { status, .. }] if status.reason == Reason::Invalid => line(&invalid_message(status)),
        [one] => line(&one.message()),
        several => lines(several),
    }
}

/// `MultipleErrors`.
fn lines(errors: &[Error]) -> String {
    errors.iter().map(|error| line(&error.message())).collect()
}

/// `aggregate.Error`: every message once, in brackets if there are several.
fn aggregate_message(errors: &[Error]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for error in leaves(errors) {
        let text = error.message();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

fn leaves(errors: &[Error]) -> Vec<&Error> {
    let leaves = errors.iter().map(|error| match error {
        Error::Several(errors) | Error::Exit(_, errors) => leaves(errors),
        Error::Plain(_) | Error::Raw(_) | Error::Refused { .. } => vec![error],
    });
    leaves.flatten().collect()
}

fn line(text: &str) -> String {
    if text.ends_with('\n') {
        text.to_owned()
    } else {
        format!("{text}\n")
    }
}

/// The message of an `Invalid` status lists its causes.
fn invalid_message(status: &Status) -> String {
    let kind = status.kind.map(|kind| kind.info().name).unwrap_or_default();
    let subject = if kind.is_empty() && status.name.is_empty() {
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
        [] if kind.is_empty() && status.name.is_empty() => format!("{subject}: {}", status.message),
        [] => subject,
        // `MultilineError` ends the line even if the text does.
        [one] => format!("{subject}: {one}\n"),
        several => {
            let lines: String = several.iter().map(|text| format!("* {text}\n")).collect();
            format!("{subject}: \n{lines}")
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
    fn a_single_invalid_status_lists_its_causes() {
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
        let plain = |text: &str| Error::Plain(text.to_owned());
        let several = |errors: &[Error]| Error::Several(errors.to_vec());
        check(&[several(&[plain("a")])], "error: a\n");
        check(&[several(&[several(&[plain("a")])])], "a\n");
        check(&[several(&[plain("a"), plain("b")])], "a\nb\n");
        check(
            &[
                several(&[plain("a"), several(&[plain("b"), plain("b")])]),
                plain("c"),
            ],
            "[a, b]\nc\n",
        );
        check(
            &[Error::Plain("no objects passed to apply".to_owned())],
            "error: no objects passed to apply\n",
        );
    }
}
