//! `metav1.Status`: how the API server says no.

use std::fmt;

use crate::object::{Key, Kind};

/// A refused request.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Machine-readable word.
    pub reason: Reason,
    /// The whole message, as kubectl shows it after `Error from server (…): `.
    pub message: String,
    /// Kind of the object that the message is about.
    pub kind: Option<Kind>,
    /// Its name.
    pub name: String,
    /// For `Invalid`: one for each faulty field, in the order of validation.
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
    /// An error that is no status: `StatusReasonUnknown`, which has no word.
    Unknown,
}

/// `metav1.StatusCause`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusCause {
    /// Path of the field, such as `spec.template.spec.containers[0].image`.
    pub field: String,
    /// Type, value and detail, without the path: `Invalid value: -1: must be greater than or equal to 0`.
    pub message: String,
}

impl Reason {
    /// Its name in the API.
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
            Reason::Unknown => "",
        }
    }
}

impl Status {
    /// `NewNotFound`.
    pub fn not_found(key: &Key) -> Status {
        Status::about(Reason::NotFound, key, "not found")
    }

    /// `NewAlreadyExists`.
    pub fn already_exists(key: &Key) -> Status {
        Status::about(Reason::AlreadyExists, key, "already exists")
    }

    /// `NewForbidden`.
    pub fn forbidden(key: &Key, why: &str) -> Status {
        Status::about(Reason::Forbidden, key, &format!("is forbidden: {why}"))
    }

    /// `NewConflict`.
    pub fn conflict(key: &Key, why: &str) -> Status {
        let mut status = Status::about(Reason::Conflict, key, "");
        status.message = format!(
            "Operation cannot be fulfilled on {} \"{}\": {why}",
            key.kind.qualified_plural(),
            key.name
        );
        status
    }

    /// `NewBadRequest`; `causes` only say where the fault is.
    pub fn bad_request(message: String, causes: Vec<StatusCause>) -> Status {
        Status {
            reason: Reason::BadRequest,
            message,
            kind: None,
            name: String::new(),
            causes,
        }
    }

    /// `NewInvalid`: the message joins the causes, each text once.
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

    fn about(reason: Reason, key: &Key, what: &str) -> Status {
        Status {
            reason,
            message: format!("{} \"{}\" {what}", key.kind.qualified_plural(), key.name),
            kind: Some(key.kind),
            name: key.name.to_string(),
            causes: Vec::new(),
        }
    }
}

impl StatusCause {
    /// A cause at a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> StatusCause {
        StatusCause {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Path and message, as the API server and kubectl join them.
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
