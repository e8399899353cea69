//! `metav1.Status`, the response to a rejected request (`apimachinery/pkg/api/errors/errors.go`).

use std::fmt;

use crate::object::{Key, Kind};

/// A rejected request.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Why, machine-readable.
    pub reason: Reason,
    /// The message that kubectl prints after `Error from server (…): `.
    pub message: String,
    /// `details.kind`.
    pub kind: Option<Kind>,
    /// `details.name`.
    pub name: String,
    /// `details.causes`: for `Invalid`, one for each field error, in the order of validation.
    pub causes: Vec<StatusCause>,
}

/// `metav1.StatusReason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the Kubernetes reason of that name")]
pub enum Reason {
    BadRequest,
    NotFound,
    AlreadyExists,
    Conflict,
    Invalid,
    Forbidden,
    MethodNotAllowed,
    RequestEntityTooLarge,
    TooManyRequests,
    /// `StatusReasonUnknown`, whose value is the empty string: an error that is not a status.
    Unknown,
}

/// `metav1.StatusCause`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusCause {
    /// Path of the field, such as `spec.template.spec.containers[0].image`.
    pub field: String,
    /// Error type, value and detail, without the path, such as
    /// `Invalid value: -1: must be greater than or equal to 0`.
    pub message: String,
}

impl Reason {
    /// The value in the API.
    pub fn name(self) -> &'static str {
        match self {
            Reason::BadRequest => "BadRequest",
            Reason::NotFound => "NotFound",
            Reason::AlreadyExists => "AlreadyExists",
            Reason::Conflict => "Conflict",
            Reason::Invalid => "Invalid",
            Reason::Forbidden => "Forbidden",
            Reason::MethodNotAllowed => "MethodNotAllowed",
            Reason::RequestEntityTooLarge => "RequestEntityTooLarge",
            Reason::TooManyRequests => "TooManyRequests",
            Reason::Unknown => "",
        }
    }
}

impl Status {
    /// `NewNotFound`.
    pub fn not_found(key: &Key) -> Status {
        Status::for_object(Reason::NotFound, key, "not found")
    }

    /// `NewAlreadyExists`.
    pub fn already_exists(key: &Key) -> Status {
        Status::for_object(Reason::AlreadyExists, key, "already exists")
    }

    /// `NewForbidden`.
    pub fn forbidden(key: &Key, why: &str) -> Status {
        Status::for_object(Reason::Forbidden, key, &format!("is forbidden: {why}"))
    }

    /// `NewConflict`.
    pub fn conflict(key: &Key, why: &str) -> Status {
        let mut status = Status::for_object(Reason::Conflict, key, "");
        status.message = format!(
            "Operation cannot be fulfilled on {} \"{}\": {why}",
            key.kind.qualified_plural(),
            key.name
        );
        status
    }

    /// `NewBadRequest`. Upstream has no causes here; these locate the error in the document.
    pub fn bad_request(message: String, causes: Vec<StatusCause>) -> Status {
        Status {
            reason: Reason::BadRequest,
            message,
            kind: None,
            name: String::new(),
            causes,
        }
    }

    /// `NewInvalid`: the message lists the causes, without duplicates (`Aggregate.Error`).
    pub fn invalid(kind: Option<Kind>, name: &str, causes: Vec<StatusCause>) -> Status {
        let mut texts: Vec<String> = Vec::new();
        for cause in &causes {
            let text = cause.to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let list = match texts.as_slice() {
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        let what = kind.map(Kind::qualified_name).unwrap_or_default();
        Status {
            reason: Reason::Invalid,
            message: format!("{what} \"{name}\" is invalid: {list}"),
            kind,
            name: name.to_owned(),
            causes,
        }
    }

    fn for_object(reason: Reason, key: &Key, predicate: &str) -> Status {
        Status {
            reason,
            message: format!("{} \"{}\" {predicate}", key.kind.qualified_plural(), key.name),
            kind: Some(key.kind),
            name: key.name.to_string(),
            causes: Vec::new(),
        }
    }
}

impl StatusCause {
    /// Creates a cause.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> StatusCause {
        StatusCause {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Formats path and message (`field.Error.Error`).
impl fmt::Display for StatusCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
