//! Ordinals in the names of a StatefulSet's pods.

/// The trailing number of a name such as `web-12`, or -1 (`getParentNameAndOrdinal` in `stateful_set_utils.go`).
pub fn ordinal(name: &str) -> i64 {
    name.rsplit_once('-')
        .filter(|(_, digits)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|(_, digits)| digits.parse::<i32>().ok())
        .map_or(-1, i64::from)
}
