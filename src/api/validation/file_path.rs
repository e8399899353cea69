//! Paths of files and directories in volumes (`pkg/apis/core/validation/validation.go`).

use super::field::{ErrorList, Path};

/// `validatePathNoBacksteps`.
pub fn validate_no_backsteps(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    if text.split('/').any(|part| part == "..") {
        errors.invalid(at, text, "must not contain '..'");
    }
}

/// `validateLocalDescendingPath`.
pub fn validate_descending_path(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    if text.starts_with('/') {
        errors.invalid(at, text, "must be a relative path");
    }
    validate_no_backsteps(errors, at, text);
}

/// `ValidateLocalNonReservedPath`.
pub fn validate_local_path(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    validate_descending_path(errors, at, text);
    if text.starts_with("..") && !text.starts_with("../") {
        errors.invalid(at, text, "must not start with '..'");
    }
}
