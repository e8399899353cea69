//! Warnings about quantities of resources.

use crate::api::validation::access::{FieldAccess, parse_quantity};
use crate::api::validation::field::Path;
use crate::object::Value;

/// `GetWarningsForPersistentVolumeClaimSpec` in `pkg/api/persistentvolumeclaim/util.go`.
pub fn warn_claim_spec(warnings: &mut Vec<String>, spec: &Value, at: &Path<'_>) {
    let at = at.child("resources");
    for list in ["requests", "limits"] {
        warn_fractional_bytes(
            warnings,
            spec.field("resources").field(list),
            "storage",
            &at.child(list),
        );
    }
}

/// Warns about a quantity of bytes that is not an integer.
pub fn warn_fractional_bytes(warnings: &mut Vec<String>, amounts: &Value, resource: &str, at: &Path<'_>) {
    if let Some(amount) = parse_quantity(amounts.field(resource)).filter(|amount| !amount.is_whole()) {
        warnings.push(format!(
            "{}: fractional byte value \"{amount}\" is invalid, must be an integer",
            at.key(resource)
        ));
    }
}
