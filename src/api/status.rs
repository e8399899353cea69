//! `metav1.Status`: how the API server says no.

use std::fmt;

use crate::object::Kind;

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
    pub causes: Vec<Cause>,
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
}

/// `metav1.StatusCause`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
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
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
