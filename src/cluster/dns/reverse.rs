//! Reverse lookup: the names of addresses (`plugin/kubernetes/reverse.go`).

use std::net::Ipv6Addr;

use super::ZONE;
use super::lookup::{ready_addresses, slices};
use crate::object::{Kind, Object, Value};
use crate::store::World;

/// The address of a reverse name such as `5.1.244.10.in-addr.arpa.`.
pub fn address(name: &str) -> Option<String> {
    if let Some(labels) = name.strip_suffix(".in-addr.arpa.") {
        let parts: Vec<&str> = labels.rsplit('.').collect();
        let text = parts.join(".");
        return text
            .parse::<std::net::Ipv4Addr>()
            .ok()
            .map(|address| address.to_string());
    }
    let nibbles: String = name.strip_suffix(".ip6.arpa.")?.rsplit('.').collect();
    if nibbles.len() != 32 {
        return None;
    }
    let bits = u128::from_str_radix(&nibbles, 16).ok()?;
    Some(Ipv6Addr::from(bits).to_string())
}

/// The names of an address: that of the Service with this cluster IP, otherwise one for each Service with such an
/// endpoint (`serviceRecordForIP`).
pub fn names(world: &World, address: &str) -> Vec<String> {
    let domain = |service: &Object| format!("{}.{}.svc.{ZONE}", service.meta.name, service.meta.namespace);
    let has = |service: &Object, field: &str| {
        let list = service.spec().get(field).and_then(Value::as_array);
        list.unwrap_or_default()
            .iter()
            .any(|ip| ip.as_str() == Some(address))
    };
    let own = world
        .list(Kind::Service)
        .find(|service| has(service, "clusterIPs") || has(service, "externalIPs"));
    if let Some(service) = own {
        return vec![domain(service)];
    }
    let mut names = Vec::new();
    for service in world.list(Kind::Service) {
        for slice in slices(world, service) {
            for (_, label) in ready_addresses(slice).filter(|(ip, _)| ip == address) {
                names.push(format!("{label}.{}", domain(service)));
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn reverse_names_are_reversed_addresses() {
        assert_eq!(address("5.1.244.10.in-addr.arpa.").as_deref(), Some("10.244.1.5"));
        assert_eq!(address("244.10.in-addr.arpa."), None);
        let six = format!("1.{}8.b.d.0.1.0.0.2.ip6.arpa.", "0.".repeat(23));
        assert_eq!(address(&six).as_deref(), Some("2001:db8::1"));
    }
}
