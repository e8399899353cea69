//! How a run is set up.

use super::durations::Profile;
use crate::store::AdmissionPlugins;

/// The inputs of a run other than the commands of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Seed of all random numbers.
    pub seed: u64,
    /// How long operations take.
    pub profile: Profile,
    /// The admission plugins of the API server.
    pub plugins: AdmissionPlugins,
}
