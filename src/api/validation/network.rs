//! Addresses (`apimachinery/pkg/util/validation/ip.go`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::field::{Errors, Path};

const NO_ADDRESS: &str = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const NO_BLOCK: &str = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

/// Reads an address as Go did before 1.17: leading zeros do not matter (`ParseIPSloppy`).
pub fn parse(text: &str) -> Option<IpAddr> {
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

/// `IsValidIP`, with the strict reading of 1.36 (`StrictIPCIDRValidation`). Whether the text is an address.
pub fn address(errors: &mut Errors, at: &Path<'_>, text: &str) -> bool {
    let before = errors.len();
    match parse(text) {
        None => errors.invalid(at, text, NO_ADDRESS),
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

/// `IsValidCIDR`.
pub fn block(errors: &mut Errors, at: &Path<'_>, text: &str) -> Option<(IpAddr, u8)> {
    let parsed = text.split_once('/').and_then(|(address, bits)| {
        let address = parse(address)?;
        let bits: u8 = bits.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        (bits <= most).then_some((address, bits))
    });
    if parsed.is_none() {
        errors.invalid(at, text, NO_BLOCK);
    }
    let (address, bits) = parsed?;
    if first_of(address, bits) != address {
        let detail = "must not have bits set beyond the prefix length";
        errors.invalid(at, text, detail);
    }
    Some((address, bits))
}

/// The address with all bits beyond the prefix cleared.
pub fn first_of(address: IpAddr, bits: u8) -> IpAddr {
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
pub fn non_special(errors: &mut Errors, at: &Path<'_>, text: &str) {
    let Some(address) = parse(text) else {
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

/// `GetWarningsForIP`.
pub fn warnings(out: &mut Vec<String>, at: &Path<'_>, text: &str) {
    let Some(address) = parse(text) else { return };
    let written = address.to_string();
    if address.is_ipv6() && written != text {
        out.push(format!(
            "{at}: IPv6 address {text:?} should be in RFC 5952 canonical format ({written:?})"
        ));
    }
}
