//! Pod addresses, allocated from the range of the node: the next free one after the last (the CNI plugin `host-local`).

use std::net::Ipv4Addr;
use std::sync::Arc;

use imbl::OrdSet;

use crate::object::{Object, Value};

/// Length of the identifier of a sandbox.
const SANDBOX_ID_DIGITS: usize = 64;

/// The address range of one node.
#[derive(Clone, Debug)]
pub struct Addresses {
    first: u32,
    count: u32,
    last: u32,
    used: OrdSet<u32>,
}

impl Addresses {
    /// The range of `spec.podCIDR` without network, gateway and broadcast address.
    pub fn read(node: &Object) -> Addresses {
        let range = node
            .spec()
            .get("podCIDR")
            .and_then(Value::as_str)
            .and_then(|range| {
                let (address, bits) = range.split_once('/')?;
                let address: Ipv4Addr = address.parse().ok()?;
                let bits: u32 = bits.parse().ok().filter(|bits| (8..=29).contains(bits))?;
                Some((u32::from(address), 1u32 << (32 - bits)))
            });
        let (network, size) = range.unwrap_or((u32::from(Ipv4Addr::new(10, 244, 0, 0)), 1 << 16));
        Addresses {
            first: network + 2,
            count: size - 3,
            last: network + 1,
            used: OrdSet::new(),
        }
    }

    /// Allocates the next free address; `None` if all are in use.
    pub fn allocate(&mut self) -> Option<Arc<str>> {
        if self.used.len() >= self.count as usize {
            return None;
        }
        let mut next = self.last;
        loop {
            next = if next + 1 < self.first + self.count {
                next + 1
            } else {
                self.first
            };
            if self.used.insert(next).is_none() {
                break;
            }
        }
        self.last = next;
        Some(Ipv4Addr::from(next).to_string().into())
    }

    /// The message of a sandbox for which there is no address, with the words of containerd and the plugin. The identifier
    /// of a sandbox is random upstream.
    pub fn exhausted(&self, pod: &str) -> String {
        let digits: String = pod.chars().filter(char::is_ascii_hexdigit).collect();
        let sandbox: String = digits.chars().cycle().take(SANDBOX_ID_DIGITS).collect();
        let address = Ipv4Addr::from;
        format!(
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \
             \"{sandbox}\": plugin type=\"bridge\" failed (add): failed to allocate for range 0: no IP addresses available \
             in range set: {}-{}",
            address(self.first - 1),
            address(self.first + self.count - 1)
        )
    }

    /// Releases an address.
    pub fn release(&mut self, address: &str) {
        if let Ok(address) = address.parse::<Ipv4Addr>() {
            self.used.remove(&u32::from(address));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map};

    #[test]
    fn allocation_wraps_around_and_skips_used_addresses() {
        let spec = Map::from_iter([("podCIDR", "10.1.2.0/29")]);
        let node = Object::new(
            Kind::Node,
            Default::default(),
            Map::from_iter([("spec", spec)]),
            Default::default(),
        );
        let mut addresses = Addresses::read(&node);
        let taken: Vec<_> = std::iter::from_fn(|| addresses.allocate()).collect();
        assert_eq!(taken.len(), 5);
        assert_eq!(&*taken[0], "10.1.2.2");
        assert_eq!(&*taken[4], "10.1.2.6");
        addresses.release("10.1.2.4");
        assert_eq!(addresses.allocate().as_deref(), Some("10.1.2.4"));
        assert_eq!(addresses.allocate(), None);
        let message = addresses.exhausted("ab-12");
        let end = "no IP addresses available in range set: 10.1.2.1-10.1.2.6";
        assert!(
            message.contains("\"ab12ab12") && message.ends_with(end),
            "{message}"
        );
    }
}
