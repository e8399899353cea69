//! What a pod's resolver asks for a short name: its `resolv.conf` has the search path of its namespace and `ndots:5`
//! (`getClusterDNS` and `GenerateDNSConfig` in `pkg/kubelet/network/dns/dns.go`).

use super::{DnsAnswer, Rcode, RecordType, ZONE, query};
use crate::store::World;

/// A name with fewer dots is first asked with the search path (`defaultDNSOptions`).
const NDOTS: usize = 5;

/// The names that the resolver of a pod in a namespace asks for a name, in this order.
pub fn candidates(name: &str, namespace: &str) -> Vec<String> {
    if name.ends_with('.') {
        return vec![name.to_owned()];
    }
    let searched = [
        format!("{namespace}.svc.{ZONE}"),
        format!("svc.{ZONE}"),
        ZONE.to_owned(),
    ];
    let searched = searched.iter().map(|domain| format!("{name}.{domain}"));
    let absolute = format!("{name}.");
    if name.matches('.').count() >= NDOTS {
        return [absolute].into_iter().chain(searched).collect();
    }
    searched.chain([absolute]).collect()
}

/// Asks for a name as the resolver of a pod in a namespace does: the first candidate that exists and has such a record,
/// else the answer for the last one.
pub fn resolve(world: &World, namespace: &str, name: &str, record_type: RecordType) -> (String, DnsAnswer) {
    let mut last = (name.to_owned(), DnsAnswer::empty(Rcode::NameError, None));
    for candidate in candidates(name, namespace) {
        let answer = query(world, &candidate, record_type);
        let is_found = !answer.answers.is_empty();
        last = (candidate, answer);
        if is_found {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[track_caller]
    fn check(name: &str, expected: &[&str]) {
        assert_eq!(candidates(name, "db"), expected, "{name}");
    }

    #[test]
    fn short_names_are_searched_and_long_ones_asked_first() {
        check(
            "web",
            &[
                "web.db.svc.cluster.local.",
                "web.svc.cluster.local.",
                "web.cluster.local.",
                "web.",
            ],
        );
        check(
            "web-0.web.default.svc",
            &[
                "web-0.web.default.svc.db.svc.cluster.local.",
                "web-0.web.default.svc.svc.cluster.local.",
                "web-0.web.default.svc.cluster.local.",
                "web-0.web.default.svc.",
            ],
        );
        check(
            "a.b.c.d.e.f",
            &[
                "a.b.c.d.e.f.",
                "a.b.c.d.e.f.db.svc.cluster.local.",
                "a.b.c.d.e.f.svc.cluster.local.",
                "a.b.c.d.e.f.cluster.local.",
            ],
        );
        check("web.", &["web."]);
    }
}
