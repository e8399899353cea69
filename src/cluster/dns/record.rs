//! Questions and answers.

use std::fmt;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the record type of that name")]
pub enum RecordType {
    A,
    Aaaa,
    Srv,
    Ptr,
    Cname,
    Ns,
    Soa,
    Txt,
    Mx,
    Any,
}

const TYPES: [(RecordType, &str); 10] = [
    (RecordType::A, "A"),
    (RecordType::Aaaa, "AAAA"),
    (RecordType::Srv, "SRV"),
    (RecordType::Ptr, "PTR"),
    (RecordType::Cname, "CNAME"),
    (RecordType::Ns, "NS"),
    (RecordType::Soa, "SOA"),
    (RecordType::Txt, "TXT"),
    (RecordType::Mx, "MX"),
    (RecordType::Any, "ANY"),
];

impl RecordType {
    /// The type of that name, in any case.
    pub fn parse(name: &str) -> Option<RecordType> {
        TYPES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(kind, _)| *kind)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        TYPES
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, name)| name)
    }
}

/// Whether a name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    /// It is, though perhaps not with such a record.
    NoError,
    /// It is not: NXDOMAIN.
    NameError,
    /// It is not the cluster's, and nobody else can be asked: SERVFAIL.
    ServerFailure,
}

impl Rcode {
    /// As `dig` writes it.
    pub fn name(self) -> &'static str {
        match self {
            Rcode::NoError => "NOERROR",
            Rcode::NameError => "NXDOMAIN",
            Rcode::ServerFailure => "SERVFAIL",
        }
    }
}

/// One resource record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its owner.
    pub name: String,
    /// Seconds for which it may be kept.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a record says. Names end with a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(String),
    /// An IPv6 address.
    Aaaa(String),
    /// Another name for the same.
    Cname(String),
    /// Where a service is.
    Srv {
        /// Lower ones first.
        priority: u16,
        /// Share among those of one priority.
        weight: u16,
        /// The port.
        port: u16,
        /// The host.
        target: String,
    },
    /// The name of an address.
    Ptr(String),
    /// A name server.
    Ns(String),
    /// Some text.
    Txt(String),
    /// Start of authority.
    Soa {
        /// The zone's first name server.
        ns: String,
        /// Who answers for the zone.
        mbox: String,
        /// Version of the zone.
        serial: u32,
        /// Seconds for which a denial may be kept.
        minttl: u32,
    },
}

impl Data {
    /// The type of the record.
    pub fn kind(&self) -> RecordType {
        match self {
            Data::A(_) => RecordType::A,
            Data::Aaaa(_) => RecordType::Aaaa,
            Data::Cname(_) => RecordType::Cname,
            Data::Srv { .. } => RecordType::Srv,
            Data::Ptr(_) => RecordType::Ptr,
            Data::Ns(_) => RecordType::Ns,
            Data::Txt(_) => RecordType::Txt,
            Data::Soa { .. } => RecordType::Soa,
        }
    }
}

/// The part of a zone-file line after the type.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::A(text) | Data::Aaaa(text) | Data::Cname(text) | Data::Ptr(text) | Data::Ns(text) => {
                f.write_str(text)
            }
            Data::Txt(text) => write!(f, "\"{text}\""),
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => write!(f, "{priority} {weight} {port} {target}"),
            Data::Soa {
                ns,
                mbox,
                serial,
                minttl,
            } => write!(f, "{ns} {mbox} {serial} 7200 1800 86400 {minttl}"),
        }
    }
}

/// A zone-file line with single spaces.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, ttl, data) = (&self.name, self.ttl, &self.data);
        write!(f, "{name} {ttl} IN {} {data}", data.kind().name())
    }
}

/// What the resolver says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether the name is known.
    pub rcode: Rcode,
    /// The records asked for.
    pub answers: Vec<Record>,
    /// Records that will be asked for next.
    pub additional: Vec<Record>,
    /// With an empty answer: for how long that holds.
    pub soa: Option<Record>,
}

impl Answer {
    pub(super) fn empty(rcode: Rcode, soa: Option<Record>) -> Answer {
        Answer {
            rcode,
            answers: Vec::new(),
            additional: Vec::new(),
            soa,
        }
    }

    /// The IPv4 addresses in the answer.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().filter_map(|record| match &record.data {
            Data::A(address) => Some(address.as_str()),
            _ => None,
        })
    }
}
