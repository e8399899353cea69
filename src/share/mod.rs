//! Links: the inputs of a run in the fragment of an address.
//!
//! A link is `#<codec>.<payload>`. Codec `0`: the fields of [`Shared`] in the tagged form of `wire`, checked by a sum,
//! deflated with a frozen dictionary, in base64url. Every codec that was ever published stays readable.

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

/// This simulator's version, as links carry it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a link holds: inputs, never states.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The version of the simulator that made it.
    pub version: String,
    /// The run's seed.
    pub seed: u64,
    /// How long things take.
    pub profile: Profile,
    /// The editor's text.
    pub text: String,
    /// What was done.
    pub steps: Vec<Step>,
    /// Cluster time of the play head.
    pub at: Time,
    /// How many entries of that instant the play head has passed; 0 means all.
    pub entries: u64,
}

/// The codec that links are written in.
const CODEC: &str = "0";

/// The fragment of a link, without `#`.
pub fn encode(shared: &Shared) -> String {
    let packed = dictionary::deflate(&wire::write(shared));
    format!("{CODEC}.{}", URL_SAFE_NO_PAD.encode(packed))
}

/// Opens a link's fragment, with or without `#`.
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
