//! The cluster's resolver: what CoreDNS' kubernetes plugin answers (`plugin/kubernetes`, `plugin/backend_lookup.go`),
//! with zone `cluster.local`, TTL 30, and `pods insecure`, as kubeadm sets it up.

mod lookup;
mod record;

use std::collections::BTreeSet;

use lookup::{Found, Host, NameError, find, reverse};
pub use record::{Answer, Data, Rcode, Record, RecordType};

use crate::cluster::fault::Fault;
use crate::object::{Object, Time};
use crate::store::World;

/// The zone of the cluster's names.
pub const ZONE: &str = "cluster.local.";
/// Seconds for which an answer may be kept, yes or no.
pub const TTL: u32 = 30;
/// Where the resolver itself is reached.
pub const RESOLVER_IP: &str = "10.96.0.10";

/// CNAMEs followed for one answer.
const MAX_CNAMES: usize = 8;
/// The version of the DNS specification that is spoken, and its TTL.
const SCHEMA_VERSION: (&str, u32) = ("1.1.0", 28_800);
/// The name of the zone's own name server.
const NAME_SERVER: &str = "ns.dns.cluster.local.";

/// Answers a question. The name may lack its final dot; answers repeat it as it was asked.
pub fn query(world: &World, name: &str, kind: RecordType) -> Answer {
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
        // Nothing outside the cluster can be reached from here.
        return Answer::empty(Rcode::ServerFailure, None);
    };
    let mut answer = Answer::empty(Rcode::NoError, None);
    let found = match (kind, name == zone) {
        (RecordType::Soa, true) => {
            answer.answers.push(soa(world, zone));
            Ok(())
        }
        (RecordType::Ns, true) => {
            name_server(&asked, &mut answer);
            Ok(())
        }
        (RecordType::Txt, _) => text(&asked, &name, &mut answer),
        (RecordType::Aaaa, _) => six(world, &asked, &name, &mut answer),
        (RecordType::A, _) => addresses(world, &asked, &name, 0, &mut answer.answers),
        (RecordType::Srv, _) => services(world, &asked, &name, &mut answer),
        (RecordType::Ptr, _) => pointers(world, &asked, &name, &mut answer),
        (RecordType::Cname, _) => alias(world, &asked, &name, &mut answer),
        // Only whether the name exists matters: there are no such records.
        _ => find(world, &name).map(drop),
    };
    match found {
        Err(NameError) => Answer::empty(Rcode::NameError, Some(soa(world, zone))),
        Ok(()) if answer.answers.is_empty() => Answer::empty(Rcode::NoError, Some(soa(world, zone))),
        Ok(()) => answer,
    }
}

/// When a client asked for the answer that it uses now. The resolver keeps no answers of the cluster; a client that does
/// asks again when an answer's time is over, whatever has changed meanwhile.
pub fn asked_at(world: &World, now: Time) -> Time {
    let cached = Fault::DnsCached.key().and_then(|key| world.get(&key).cloned());
    let Some(cached) = cached else { return now };
    let since = cached.meta.created;
    let ttl_ms = u64::from(TTL) * 1000;
    since.plus(now.since(since) / ttl_ms * ttl_ms)
}

/// The addresses of a Service's ready endpoints.
pub fn ready_addresses_of(world: &World, service: &Object) -> Vec<String> {
    lookup::slices(world, service)
        .flat_map(|slice| lookup::ready_addresses(slice))
        .map(|(address, _)| address)
        .collect()
}

fn in_zone(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn soa(world: &World, zone: &str) -> Record {
    Record {
        name: zone.to_owned(),
        ttl: TTL,
        data: Data::Soa {
            ns: format!("ns.dns.{zone}"),
            mbox: format!("hostmaster.{zone}"),
            serial: u32::try_from(world.seq() & 0xffff_ffff).unwrap_or(0),
            minttl: TTL,
        },
    }
}

fn name_server(asked: &str, answer: &mut Answer) {
    answer.answers.push(Record {
        name: asked.to_owned(),
        ttl: TTL,
        data: Data::Ns(NAME_SERVER.to_owned()),
    });
    answer.additional.push(Record {
        name: NAME_SERVER.to_owned(),
        ttl: TTL,
        data: Data::A(RESOLVER_IP.to_owned()),
    });
}

fn text(asked: &str, name: &str, answer: &mut Answer) -> Result<(), NameError> {
    if name == "dns-version.cluster.local." {
        let (version, ttl) = SCHEMA_VERSION;
        answer.answers.push(Record {
            name: asked.to_owned(),
            ttl,
            data: Data::Txt(version.to_owned()),
        });
    }
    // Upstream looks no further, so any other name has no data rather than not existing.
    Ok(())
}

/// A records, through CNAMEs where a Service stands for another name (`A` in `backend_lookup.go`).
fn addresses(
    world: &World,
    asked: &str,
    name: &str,
    depth: usize,
    records: &mut Vec<Record>,
) -> Result<(), NameError> {
    let mut seen = BTreeSet::new();
    for found in find(world, name)? {
        match found.host {
            Host::V4(address) => {
                if seen.insert(address.clone()) {
                    records.push(Record {
                        name: asked.to_owned(),
                        ttl: TTL,
                        data: Data::A(address),
                    });
                }
            }
            Host::V6(_) => {}
            Host::Name(target) => {
                let lower = target.to_ascii_lowercase();
                if lower == name || depth >= MAX_CNAMES || !in_zone(&lower, ZONE) {
                    // A name outside the cluster would be asked of a resolver that cannot be reached.
                    continue;
                }
                let mut next = Vec::new();
                let known = addresses(world, &target, &lower, depth + 1, &mut next);
                if known.is_ok() && !next.is_empty() {
                    records.push(Record {
                        name: asked.to_owned(),
                        ttl: TTL,
                        data: Data::Cname(target),
                    });
                    records.append(&mut next);
                }
            }
        }
    }
    Ok(())
}

/// AAAA records: only names that read as IPv6 addresses have them in this cluster.
fn six(world: &World, asked: &str, name: &str, answer: &mut Answer) -> Result<(), NameError> {
    for found in find(world, name)? {
        if let Host::V6(address) = found.host {
            answer.answers.push(Record {
                name: asked.to_owned(),
                ttl: TTL,
                data: Data::Aaaa(address),
            });
        }
    }
    Ok(())
}

/// SRV records, and the addresses of their targets (`SRV` in `backend_lookup.go`).
fn services(world: &World, asked: &str, name: &str, answer: &mut Answer) -> Result<(), NameError> {
    let found: Vec<Found> = find(world, name)?
        .into_iter()
        .filter(|found| !matches!(found.host, Host::Name(_)))
        .collect();
    let weight = (100 / found.len().max(1)).max(1);
    let mut targets = BTreeSet::new();
    let mut additional = BTreeSet::new();
    for Found { host, port, target } in found {
        // Without ports there is nothing to say.
        let Some(port) = port else { continue };
        if targets.insert((target.clone(), port)) {
            answer.answers.push(Record {
                name: asked.to_owned(),
                ttl: TTL,
                data: Data::Srv {
                    priority: 0,
                    weight: u16::try_from(weight).unwrap_or(100),
                    port,
                    target: target.clone(),
                },
            });
        }
        let data = match host {
            Host::V4(address) => Data::A(address),
            Host::V6(address) => Data::Aaaa(address),
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

fn pointers(world: &World, asked: &str, name: &str, answer: &mut Answer) -> Result<(), NameError> {
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
                data: Data::Ptr(target),
            });
        }
    }
    Ok(())
}

fn alias(world: &World, asked: &str, name: &str, answer: &mut Answer) -> Result<(), NameError> {
    if let Some(Found {
        host: Host::Name(target),
        ..
    }) = find(world, name)?.into_iter().next()
    {
        answer.answers.push(Record {
            name: asked.to_owned(),
            ttl: TTL,
            data: Data::Cname(target),
        });
    }
    Ok(())
}
