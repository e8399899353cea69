//! Links: the inputs of a run in the fragment of an address.
//!
//! A link is `#<codec>.<payload>`. Codec `0`: the fields of [`Shared`] in the tagged form of `wire`, with a checksum,
//! deflated with a frozen dictionary, in base64url. Every published codec stays readable.

mod action;
mod bytes;
mod dictionary;
mod error;
mod fault;
mod wire;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cluster::Profile;
use crate::limits;
use crate::object::Time;
use crate::timeline::Step;

pub use error::LinkError;

/// The version of the simulation's behaviour. A link of another version opens with a notice.
///
/// Raise it with every change after which a published link could play differently: its log, or the output of its lines.
/// Links from before there was such a number carry the crate's version `0.1.0` and count as version 1.
pub const VERSION: u64 = 2;

/// The contents of a link: inputs, never states.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The version of the simulation that made it.
    pub version: u64,
    /// The run's seed.
    pub seed: u64,
    /// The durations of the cluster's work.
    pub profile: Profile,
    /// The editor's text.
    pub text: String,
    /// The steps of the run.
    pub steps: Vec<Step>,
    /// The cluster time of the play head.
    pub at: Time,
    /// Number of entries of that instant before the play head; 0 means all.
    pub entries: u64,
}

/// The codec that links are written in.
const CODEC: &str = "0";

/// The fragment of a link, without `#`.
pub fn encode(shared: &Shared) -> String {
    let packed = dictionary::deflate(&wire::write(shared));
    format!("{CODEC}.{}", URL_SAFE_NO_PAD.encode(packed))
}

/// Decodes a link's fragment, with or without `#`.
///
/// # Errors
/// Why the link cannot be opened.
pub fn decode(fragment: &str) -> Result<Shared, LinkError> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    if fragment.len() > limits::LINK_BYTES {
        return Err(LinkError::TooLarge);
    }
    let (codec, payload) = fragment.split_once('.').ok_or(LinkError::Foreign)?;
    match codec.parse::<u32>() {
        Ok(0) => {}
        Ok(newer) => {
            return Err(LinkError::TooNew {
                codec: newer.to_string(),
            });
        }
        Err(_) => return Err(LinkError::Foreign),
    }
    let packed = URL_SAFE_NO_PAD.decode(payload).map_err(|_| LinkError::Damaged)?;
    wire::read(&dictionary::inflate(&packed)?)
}
