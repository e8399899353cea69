//! DNS records and answers.

use std::fmt;

/// The type of a query or a record.
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
    /// The type with that name, in any case.
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

/// The response code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rcode {
    /// The name exists, possibly without such a record.
    NoError,
    /// The name does not exist: NXDOMAIN.
    NameError,
    /// The name is outside the cluster and cannot be resolved: SERVFAIL.
    ServerFailure,
}

impl Rcode {
    /// Its name in the output of `dig`.
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
    /// The owner name.
    pub name: String,
    /// Time to live, in seconds.
    pub ttl: u32,
    /// The data.
    pub data: RecordData,
}

/// The data of a record. Names end with a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordData {
    /// An IPv4 address.
    A(String),
    /// An IPv6 address.
    Aaaa(String),
    /// The canonical name.
    Cname(String),
    /// The location of a service.
    Srv {
        /// Priority; lower values first.
        priority: u16,
        /// Weight among records of the same priority.
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
    /// A text.
    Txt(String),
    /// Start of authority.
    Soa {
        /// The primary name server.
        ns: String,
        /// The mailbox of the person responsible.
        mbox: String,
        /// Serial number of the zone.
        serial: u32,
        /// TTL of negative answers, in seconds.
        minttl: u32,
    },
}

impl RecordData {
    /// The type of the record.
    pub fn kind(&self) -> RecordType {
        match self {
            RecordData::A(_) => RecordType::A,
            RecordData::Aaaa(_) => RecordType::Aaaa,
            RecordData::Cname(_) => RecordType::Cname,
            RecordData::Srv { .. } => RecordType::Srv,
            RecordData::Ptr(_) => RecordType::Ptr,
            RecordData::Ns(_) => RecordType::Ns,
            RecordData::Txt(_) => RecordType::Txt,
            RecordData::Soa { .. } => RecordType::Soa,
        }
    }
}

/// The data as in a zone file.
impl fmt::Display for RecordData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecordData::A(text)
            | RecordData::Aaaa(text)
            | RecordData::Cname(text)
            | RecordData::Ptr(text)
            | RecordData::Ns(text) => f.write_str(text),
            RecordData::Txt(text) => write!(f, "\"{text}\""),
            RecordData::Srv {
                priority,
                weight,
                port,
                target,
            } => write!(f, "{priority} {weight} {port} {target}"),
            RecordData::Soa {
                ns,
                mbox,
                serial,
                minttl,
            } => write!(f, "{ns} {mbox} {serial} 7200 1800 86400 {minttl}"),
        }
    }
}

/// A line of a zone file with single spaces.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, ttl, data) = (&self.name, self.ttl, &self.data);
        write!(f, "{name} {ttl} IN {} {data}", data.kind().name())
    }
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsAnswer {
    /// The response code.
    pub rcode: Rcode,
    /// The answer section.
    pub answers: Vec<Record>,
    /// The additional section.
    pub additional: Vec<Record>,
    /// The SOA record of a negative answer.
    pub soa: Option<Record>,
}

impl DnsAnswer {
    pub(super) fn empty(rcode: Rcode, soa: Option<Record>) -> DnsAnswer {
        DnsAnswer {
            rcode,
            answers: Vec::new(),
            additional: Vec::new(),
            soa,
        }
    }

    /// The IPv4 addresses in the answer.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().filter_map(|record| match &record.data {
            RecordData::A(address) => Some(address.as_str()),
            _ => None,
        })
    }
}
