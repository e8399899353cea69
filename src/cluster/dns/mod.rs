//! Cluster DNS: the answers of CoreDNS with its kubernetes plugin (`plugin/kubernetes`, `plugin/backend_lookup.go`),
//! zone `cluster.local`, TTL 30 and `pods insecure`, as kubeadm configures it.

mod lookup;
mod record;
mod resolv_conf;
mod reverse;

use std::collections::BTreeSet;

use lookup::{Host, NameError, ServiceRecord, find};
pub use record::{DnsAnswer, Rcode, Record, RecordData, RecordType};
pub use resolv_conf::{candidates, resolve};

use crate::cluster::faults::{Fault, FaultKind};
use crate::object::Time;
use crate::store::World;

/// The zone of the cluster.
pub const ZONE: &str = "cluster.local.";
/// TTL of positive and negative answers, in seconds.
pub const TTL: u32 = 30;
/// Address of the DNS server.
const RESOLVER_IP: &str = "10.96.0.10";

/// Maximum number of CNAMEs followed for one answer.
const MAX_CNAMES: usize = 8;
/// Version of the DNS specification, and the TTL of its record.
const SCHEMA_VERSION: (&str, u32) = ("1.1.0", 28_800);
/// Name of the name server of the zone.
const NAME_SERVER: &str = "ns.dns.cluster.local.";

/// Where the DNS server sends queries for names outside of the cluster (the plugin `forward`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forward {
    /// To a resolver that knows no names.
    ToEmptyResolver,
    /// Nowhere: an alias of a name outside of the cluster has no answer.
    Nowhere,
}

/// Answers a query. The name may lack its final dot; the answer repeats it as it was queried.
pub fn query(world: &World, name: &str, record_type: RecordType) -> DnsAnswer {
    query_with(world, name, record_type, Forward::ToEmptyResolver)
}

/// Answers a query of a DNS server with or without a resolver for other names.
pub fn query_with(world: &World, name: &str, record_type: RecordType, forward: Forward) -> DnsAnswer {
    let asked = if name.ends_with('.') {
        name.to_owned()
    } else {
        format!("{name}.")
    };
    let name = asked.to_ascii_lowercase();
    let Some(zone) = [ZONE, "in-addr.arpa.", "ip6.arpa."]
        .into_iter()
        .find(|zone| in_zone(&name, zone))
    else {
        return DnsAnswer::empty(
            match forward {
                Forward::ToEmptyResolver => Rcode::NameError,
                Forward::Nowhere => Rcode::ServerFailure,
            },
            None,
        );
    };
    let mut answer = DnsAnswer::empty(Rcode::NoError, None);
    let result = match (record_type, name == zone) {
        (RecordType::Soa, true) => {
            answer.answers.push(soa(world, zone));
            Ok(())
        }
        (RecordType::Ns, true) => {
            ns(&asked, &mut answer);
            Ok(())
        }
        (RecordType::Txt, _) => txt(&asked, &name, &mut answer),
        (RecordType::A | RecordType::Aaaa, _) => {
            let lookup = AddressLookup {
                world,
                record_type,
                forward,
            };
            lookup.find(&asked, &name, 0, &mut answer.answers)
        }
        (RecordType::Srv, _) => srv(world, &asked, &name, &mut answer),
        (RecordType::Ptr, _) => ptr(world, &asked, &name, &mut answer),
        (RecordType::Cname, _) => cname(world, &asked, &name, &mut answer),
        // There are no such records: only whether the name exists matters.
        _ => find(world, &name).map(drop),
    };
    match result {
        Err(NameError) => DnsAnswer::empty(Rcode::NameError, Some(soa(world, zone))),
        Ok(()) if answer.answers.is_empty() => DnsAnswer::empty(Rcode::NoError, Some(soa(world, zone))),
        Ok(()) => answer,
    }
}

/// When a client queried the answer that it uses at `now`: with the fault `dns-cached` it caches answers for the TTL.
/// The DNS server does not cache.
pub fn queried_at(world: &World, now: Time) -> Time {
    let fault = Fault::new(FaultKind::DnsCached, "").key();
    let Some(fault) = fault.and_then(|key| world.get(&key)) else {
        return now;
    };
    let since = fault.meta.created;
    let ttl_ms = u64::from(TTL) * 1000;
    since.plus(now.since(since) / ttl_ms * ttl_ms)
}

fn in_zone(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn soa(world: &World, zone: &str) -> Record {
    Record {
        name: zone.to_owned(),
        ttl: TTL,
        data: RecordData::Soa {
            ns: format!("ns.dns.{zone}"),
            mbox: format!("hostmaster.{zone}"),
            serial: u32::try_from(world.seq() & 0xffff_ffff).unwrap_or(0),
            minttl: TTL,
        },
    }
}

fn ns(asked: &str, answer: &mut DnsAnswer) {
    answer.answers.push(Record {
        name: asked.to_owned(),
        ttl: TTL,
        data: RecordData::Ns(NAME_SERVER.to_owned()),
    });
    answer.additional.push(Record {
        name: NAME_SERVER.to_owned(),
        ttl: TTL,
        data: RecordData::A(RESOLVER_IP.to_owned()),
    });
}

fn txt(asked: &str, name: &str, answer: &mut DnsAnswer) -> Result<(), NameError> {
    if name == "dns-version.cluster.local." {
        let (version, ttl) = SCHEMA_VERSION;
        answer.answers.push(Record {
            name: asked.to_owned(),
            ttl,
            data: RecordData::Txt(version.to_owned()),
        });
    }
    // Upstream checks nothing else: any other name has no data instead of not existing.
    Ok(())
}

/// A lookup of addresses, through the CNAME of an ExternalName Service (`A` and `AAAA` in `backend_lookup.go`).
struct AddressLookup<'a> {
    world: &'a World,
    record_type: RecordType,
    forward: Forward,
}

impl AddressLookup<'_> {
    fn find(
        &self,
        asked: &str,
        name: &str,
        depth: usize,
        records: &mut Vec<Record>,
    ) -> Result<(), NameError> {
        let mut seen = BTreeSet::new();
        for service in find(self.world, name)? {
            let data = match service.host {
                Host::V4(address) => RecordData::A(address),
                Host::V6(address) => RecordData::Aaaa(address),
                Host::Name(target) => {
                    self.follow(asked, name, depth, target, records);
                    continue;
                }
            };
            if data.kind() == self.record_type && seen.insert(data.to_string()) {
                records.push(Record {
                    name: asked.to_owned(),
                    ttl: TTL,
                    data,
                });
            }
        }
        Ok(())
    }

    /// Appends the CNAME and what it leads to. One inside of the cluster without addresses is left out.
    fn follow(&self, asked: &str, name: &str, depth: usize, target: String, records: &mut Vec<Record>) {
        let lower = target.to_ascii_lowercase();
        if lower == name || depth >= MAX_CNAMES {
            return;
        }
        let mut next = Vec::new();
        let is_complete = if in_zone(&lower, ZONE) {
            self.find(&target, &lower, depth + 1, &mut next).is_ok() && !next.is_empty()
        } else {
            self.forward == Forward::ToEmptyResolver
        };
        if is_complete {
            records.push(Record {
                name: asked.to_owned(),
                ttl: TTL,
                data: RecordData::Cname(target),
            });
            records.append(&mut next);
        }
    }
}

/// SRV records with the addresses of their targets (`SRV` in `backend_lookup.go`).
fn srv(world: &World, asked: &str, name: &str, answer: &mut DnsAnswer) -> Result<(), NameError> {
    let services: Vec<ServiceRecord> = find(world, name)?
        .into_iter()
        .filter(|service| !matches!(service.host, Host::Name(_)))
        .collect();
    let weight = (100 / services.len().max(1)).max(1);
    let mut targets = BTreeSet::new();
    let mut additional = BTreeSet::new();
    for ServiceRecord { host, port, target } in services {
        let Some(port) = port else { continue };
        if targets.insert((target.clone(), port)) {
            answer.answers.push(Record {
                name: asked.to_owned(),
                ttl: TTL,
                data: RecordData::Srv {
                    priority: 0,
                    weight: u16::try_from(weight).unwrap_or(100),
                    port,
                    target: target.clone(),
                },
            });
        }
        let data = match host {
            Host::V4(address) => RecordData::A(address),
            Host::V6(address) => RecordData::Aaaa(address),
            Host::Name(_) => continue,
        };
        if additional.insert((target.clone(), data.to_string())) {
            answer.additional.push(Record {
                name: target,
                ttl: TTL,
                data,
            });
        }
    }
    Ok(())
}

fn ptr(world: &World, asked: &str, name: &str, answer: &mut DnsAnswer) -> Result<(), NameError> {
    let Some(address) = reverse::address(name) else {
        return find(world, name).map(drop);
    };
    let names = reverse::names(world, &address);
    if names.is_empty() {
        return Err(NameError);
    }
    let mut seen = BTreeSet::new();
    for target in names {
        if seen.insert(target.clone()) {
            answer.answers.push(Record {
                name: asked.to_owned(),
                ttl: TTL,
                data: RecordData::Ptr(target),
            });
        }
    }
    Ok(())
}

fn cname(world: &World, asked: &str, name: &str, answer: &mut DnsAnswer) -> Result<(), NameError> {
    if let Some(ServiceRecord {
        host: Host::Name(target),
        ..
    }) = find(world, name)?.into_iter().next()
    {
        answer.answers.push(Record {
            name: asked.to_owned(),
            ttl: TTL,
            data: RecordData::Cname(target),
        });
    }
    Ok(())
}
