//! IP addresses and CIDR blocks (`apimachinery/pkg/util/validation/ip.go`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::field::{ErrorList, Path};

const INVALID_IP: &str = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

const INVALID_CIDR: &str = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

/// Parses an address as Go did before 1.17, which ignores leading zeros (`ParseIPSloppy`).
pub fn parse_ip_sloppy(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let mut octets = [0u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        let digits = !part.is_empty() && part.len() <= 16 && part.bytes().all(|b| b.is_ascii_digit());
        *octet = part.parse().ok().filter(|_| digits)?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets).into())
}

/// `IsValidIP` with `StrictIPCIDRValidation`, which is on in 1.36. Returns whether the address is valid.
pub fn validate_ip(errors: &mut ErrorList, at: &Path<'_>, text: &str) -> bool {
    let before = errors.len();
    match parse_ip_sloppy(text) {
        None => errors.invalid(at, text, INVALID_IP),
        Some(IpAddr::V4(_)) if text.parse::<IpAddr>().is_err() => {
            errors.invalid(at, text, "must not have leading 0s");
        }
        Some(IpAddr::V6(v6)) if v6.to_ipv4_mapped().is_some() => {
            errors.invalid(at, text, "must not be an IPv4-mapped IPv6 address");
        }
        Some(_) => {}
    }
    errors.len() == before
}

/// `IsValidCIDR`. Returns the address and the prefix length, if they can be parsed.
pub fn validate_cidr(errors: &mut ErrorList, at: &Path<'_>, text: &str) -> Option<(IpAddr, u8)> {
    let parsed = text.split_once('/').and_then(|(address, bits)| {
        let address = parse_ip_sloppy(address)?;
        let digits = bits.bytes().all(|b| b.is_ascii_digit());
        let bits: u8 = bits.parse().ok().filter(|_| digits)?;
        let max = if address.is_ipv4() { 32 } else { 128 };
        (bits <= max).then_some((address, bits))
    });
    if parsed.is_none() {
        errors.invalid(at, text, INVALID_CIDR);
    }
    let (address, bits) = parsed?;
    let (written, prefix) = text.split_once('/').unwrap_or((text, ""));
    let zeros = written.parse::<IpAddr>().is_err() || prefix.len() > 1 && prefix.starts_with('0');
    let mapped = matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    if zeros {
        let detail = "must not have leading 0s in IP or prefix length";
        errors.invalid(at, text, detail);
    } else if mapped {
        errors.invalid(at, text, "must not have an IPv4-mapped IPv6 address");
    } else if masked(address, bits) != address {
        let detail = "must not have bits set beyond the prefix length";
        errors.invalid(at, text, detail);
    }
    Some((address, bits))
}

/// The address with the bits beyond the prefix cleared.
pub fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            Ipv4Addr::from(u32::from(v4) & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            Ipv6Addr::from(u128::from(v6) & mask).into()
        }
    }
}

/// `ValidateNonSpecialIP`.
pub fn validate_non_special_ip(errors: &mut ErrorList, at: &Path<'_>, text: &str) {
    let Some(address) = parse_ip_sloppy(text) else {
        return errors.invalid(at, text, "must be a valid IP address");
    };
    let (link_local, link_multicast) = match address {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(v6) => (v6.is_unicast_link_local(), v6.segments()[0] == 0xff02),
    };
    if address.is_unspecified() {
        errors.invalid(at, text, format!("may not be unspecified ({text})"));
    }
    if address.is_loopback() {
        errors.invalid(
            at,
            text,
            "may not be in the loopback range (127.0.0.0/8, ::1/128)",
        );
    }
    if link_local {
        errors.invalid(
            at,
            text,
            "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
        );
    }
    if link_multicast {
        let detail = "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        errors.invalid(at, text, detail);
    }
}

/// `GetWarningsForCIDR`, for a valid block.
pub fn warn_cidr(warnings: &mut Vec<String>, at: &Path<'_>, text: &str) {
    let Some((address, bits)) = text.split_once('/') else {
        return;
    };
    let Some(IpAddr::V6(address)) = parse_ip_sloppy(address) else {
        return;
    };
    let written = format!("{address}/{bits}");
    if written != text {
        warnings.push(format!(
            "{at}: IPv6 CIDR value {text:?} should be in RFC 5952 canonical format ({written:?})"
        ));
    }
}

/// `GetWarningsForIP`.
pub fn warn_ip(warnings: &mut Vec<String>, at: &Path<'_>, text: &str) {
    let Some(address) = parse_ip_sloppy(text) else {
        return;
    };
    let written = address.to_string();
    if address.is_ipv6() && written != text {
        warnings.push(format!(
            "{at}: IPv6 address {text:?} should be in RFC 5952 canonical format ({written:?})"
        ));
    }
}
