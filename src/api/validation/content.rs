//! Formats of names, labels, keys and ports (`apimachinery/pkg/util/validation`,
//! `apimachinery/pkg/api/validate/content`).
//!
//! A function named after a format returns the error messages for a text, none if the text is valid.

use super::field::{ErrorList, Path};

const LABEL_1123: (&str, &str) = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
);

const LABEL_1035: (&str, &str) = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    "[a-z]([-a-z0-9]*[a-z0-9])?",
);

const SUBDOMAIN_1123: (&str, &str) = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
);

const SUBDOMAIN_UNDERSCORE: (&str, &str) = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    r"[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*",
);

const LABEL_KEY: (&str, &str) = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]",
);

const LABEL_VALUE: (&str, &str) = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
);

/// Error messages, one for each rule that a text breaks.
pub type Messages = Vec<String>;

/// `RegexError`: a message with examples and the regular expression.
fn regex_error((message, expression): (&str, &str), examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}', ")).collect();
    format!(
        "{message} (e.g. {}regex used for validation is '{expression}')",
        examples.join(" or ")
    )
}

/// `MaxLenError`.
fn max_len_error(max: usize, unit: &str) -> String {
    format!("must be no more than {max} {unit}")
}

/// `InclusiveRangeError`.
pub fn inclusive_range_error(min: i64, max: i64) -> String {
    format!("must be between {min} and {max}, inclusive")
}

fn is_lower_alphanumeric(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

/// Whether a text is not empty, consists of bytes of `inside`, and starts and ends with one of `edge`.
fn is_word(text: &str, edge: fn(u8) -> bool, inside: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => edge(first) && edge(last) && bytes.iter().all(|&b| inside(b)),
        _ => false,
    }
}

fn is_dns_label(text: &str) -> bool {
    is_word(text, is_lower_alphanumeric, |b| {
        is_lower_alphanumeric(b) || b == b'-'
    })
}

fn is_dns_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
}

/// `IsDNS1123Label`.
pub fn dns_1123_label(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 63 {
        messages.push(max_len_error(63, "characters"));
    }
    if !is_dns_label(text) {
        messages.push(match is_dns_subdomain(text) {
            true => "must not contain dots".to_owned(),
            false => regex_error(LABEL_1123, &["my-name", "123-abc"]),
        });
    }
    messages
}

/// `IsDNS1035Label`.
pub fn dns_1035_label(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 63 {
        messages.push(max_len_error(63, "characters"));
    }
    if !is_dns_label(text) || text.starts_with(|first: char| first.is_ascii_digit()) {
        messages.push(regex_error(LABEL_1035, &["my-name", "abc-123"]));
    }
    messages
}

/// `IsDNS1123Subdomain`.
pub fn dns_1123_subdomain(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 253 {
        messages.push(max_len_error(253, "characters"));
    }
    if !is_dns_subdomain(text) {
        messages.push(regex_error(SUBDOMAIN_1123, &["example.com"]));
    }
    messages
}

/// `IsDNS1123SubdomainWithUnderscore`.
pub fn dns_1123_subdomain_with_underscore(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 253 {
        messages.push(max_len_error(253, "characters"));
    }
    let inside = |b: u8| is_lower_alphanumeric(b) || b == b'-' || b == b'_';
    if !text
        .split('.')
        .all(|part| is_word(part, is_lower_alphanumeric, inside))
    {
        messages.push(regex_error(SUBDOMAIN_UNDERSCORE, &["example.com"]));
    }
    messages
}

/// `IsWildcardDNS1123Subdomain`.
pub fn wildcard_dns_1123_subdomain(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 253 {
        messages.push(max_len_error(253, "characters"));
    }
    if !text.strip_prefix("*.").is_some_and(is_dns_subdomain) {
        let message = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
        let expression = format!(r"\*\.{}", SUBDOMAIN_1123.1);
        messages.push(regex_error((message, &expression), &["*.example.com"]));
    }
    messages
}

/// `maskTrailingDash`: replaces the last two characters of a prefix that ends with a dash, which a generated suffix
/// will follow.
pub fn mask_trailing_dash(text: &str) -> String {
    let dashed = text.len() > 1 && text.ends_with('-');
    match text.get(..text.len().saturating_sub(2)) {
        Some(head) if dashed => format!("{head}a"),
        _ => text.to_owned(),
    }
}

/// Go's `strings.ToLower`, for names. Only these two non-ASCII letters have an ASCII lower case; all others are invalid
/// in names, so the large Unicode tables are not needed.
pub fn to_lower(text: &str) -> String {
    let lower = |letter: char| match letter {
        '\u{130}' => 'i',
        '\u{212a}' => 'k',
        letter => letter.to_ascii_lowercase(),
    };
    text.chars().map(lower).collect()
}

/// `IsLabelKey`, which is `IsQualifiedName`.
pub fn qualified_name(text: &str) -> Messages {
    let mut messages = Messages::new();
    let explained = || regex_error(LABEL_KEY, &["MyName", "my.name", "123-abc"]);
    let mut parts = text.split('/');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        let tail = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        return vec![format!("a valid label key {}{tail}", explained())];
    }
    if second.is_some() {
        match first.is_empty() {
            true => messages.push("prefix part must be non-empty".to_owned()),
            false => messages.extend(
                dns_1123_subdomain(first)
                    .into_iter()
                    .map(|message| format!("prefix part {message}")),
            ),
        }
    }
    let name = second.unwrap_or(first);
    if name.is_empty() {
        messages.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        messages.push(format!("name part {}", max_len_error(63, "bytes")));
    }
    if !is_qualified_name_part(name) {
        messages.push(format!("name part {}", explained()));
    }
    messages
}

fn is_qualified_name_part(text: &str) -> bool {
    is_word(
        text,
        |b| b.is_ascii_alphanumeric(),
        |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'),
    )
}

/// `IsValidLabelValue`.
pub fn label_value(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 63 {
        messages.push(max_len_error(63, "bytes"));
    }
    if !text.is_empty() && !is_qualified_name_part(text) {
        messages.push(regex_error(LABEL_VALUE, &["MyValue", "my_value", "12345"]));
    }
    messages
}

/// `IsValidPortNum`.
pub fn port_number(port: i64) -> Messages {
    match (1..=65535).contains(&port) {
        true => Messages::new(),
        false => vec![inclusive_range_error(1, 65535)],
    }
}

/// `IsValidPortName`.
pub fn port_name(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 15 {
        messages.push(max_len_error(15, "characters"));
    }
    if text.is_empty() || !text.bytes().all(|b| is_lower_alphanumeric(b) || b == b'-') {
        messages.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned());
    }
    if !text.bytes().any(|b| b.is_ascii_lowercase()) {
        messages.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        messages.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        messages.push("must not begin or end with a hyphen".to_owned());
    }
    messages
}

/// `IsValidUserID`, `IsValidGroupID`.
pub fn user_id(id: i64) -> Messages {
    match (0..=i64::from(i32::MAX)).contains(&id) {
        true => Messages::new(),
        false => vec![inclusive_range_error(0, i64::from(i32::MAX))],
    }
}

/// `IsRelaxedEnvVarName`.
pub fn env_var_name(text: &str) -> Messages {
    if text.is_empty() {
        return vec!["environment variable name must be non-empty".to_owned()];
    }
    match text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'=') {
        true => Messages::new(),
        false => vec![
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
                .to_owned(),
        ],
    }
}

/// `IsConfigMapKey`.
pub fn config_map_key(text: &str) -> Messages {
    let mut messages = Messages::new();
    if text.len() > 253 {
        messages.push(max_len_error(253, "characters"));
    }
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if text.is_empty() || !text.bytes().all(inside) {
        let message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
        messages.push(regex_error(
            (message, "[-._a-zA-Z0-9]+"),
            &["key.name", "KEY_NAME", "key-name"],
        ));
    }
    messages.extend(dot_prefix_error(text));
    messages
}

/// `hasChDirPrefix`.
fn dot_prefix_error(text: &str) -> Option<String> {
    let message = match text {
        "." => "must not be '.'",
        ".." => "must not be '..'",
        _ if text.starts_with("..") => "must not start with '..'",
        _ => return None,
    };
    Some(message.to_owned())
}

/// `IsEnvVarName`, which kubectl checks before it sends anything.
pub fn strict_env_var_name(text: &str) -> Messages {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let mut messages = Messages::new();
    if text.is_empty() || !text.bytes().all(allowed) || text.starts_with(|c: char| c.is_ascii_digit()) {
        let message = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or \
                       '.', and must not start with a digit";
        messages.push(regex_error(
            (message, "[-._a-zA-Z][-._a-zA-Z0-9]*"),
            &["my.env-name", "MY_ENV.NAME", "MyEnvName1"],
        ));
    }
    messages.extend(dot_prefix_error(text));
    messages
}

/// `IsHTTPHeaderName`.
pub fn http_header_name(text: &str) -> Messages {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Messages::new();
    }
    let message = "a valid HTTP header must consist of alphanumeric characters or '-'";
    vec![regex_error((message, "[-A-Za-z0-9]+"), &["X-Header-Name"])]
}

/// `IsValidPercent`.
pub fn percent(text: &str) -> Messages {
    let digits = text.strip_suffix('%').unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Messages::new();
    }
    let message = "a valid percent string must be a numeric string followed by an ending '%'";
    vec![regex_error((message, "[0-9]+%"), &["1%", "93%"])]
}

/// `IsPathSegmentName`.
pub fn path_segment_name(text: &str) -> Messages {
    match text {
        "." | ".." => vec![format!("may not be '{text}'")],
        _ => ["/", "%"]
            .into_iter()
            .filter(|part| text.contains(part))
            .map(|part| format!("may not contain '{part}'"))
            .collect(),
    }
}

/// `ValidateDNS1123Label`.
pub fn validate_dns_1123_label(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    errors.invalid_each(at, text, dns_1123_label(text));
}

/// `ValidateDNS1123Subdomain`.
pub fn validate_dns_1123_subdomain(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    errors.invalid_each(at, text, dns_1123_subdomain(text));
}

/// `IsDomainPrefixedPath`.
pub fn validate_domain_prefixed_path(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    match text.split_once('/') {
        _ if text.is_empty() => errors.required(at, ""),
        Some((domain, path)) if !path.is_empty() => {
            errors.invalid_each(at, domain, dns_1123_subdomain(domain));
        }
        _ => {
            let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            errors.invalid(at, text, detail);
        }
    }
}

/// `ValidateNonnegativeField`.
pub fn validate_non_negative(errors: &mut ErrorList, at: &Path<'_>, number: i64) {
    if number < 0 {
        errors.invalid(at, number, "must be greater than or equal to 0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_cased_as_in_go() {
        for (text, lowered) in [
            ("Example.COM/Disk-1", "example.com/disk-1"),
            ("\u{212a}\u{130}", "ki"),
            ("ÄÖ", "ÄÖ"),
        ] {
            assert_eq!(to_lower(text), lowered);
        }
    }
}
