//! Time zones of CronJobs (`validateTimeZone` in `pkg/apis/batch/validation/validation.go`).

use crate::api::validation::field::{ErrorList, Path};

/// The zones of the IANA time zone database by area; `-` stands for zones without an area.
const ZONES: &str = include_str!("time_zones.txt");

/// `validateTimeZone`.
pub fn validate(errors: &mut ErrorList, zone: &str, at: &Path<'_>) {
    if zone.is_empty() {
        return errors.invalid(at, zone, "timeZone must be nil or non-empty string");
    }
    if zone.eq_ignore_ascii_case("Local") {
        let detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        errors.invalid(at, zone, detail);
    }
    if zone != "Local" && !is_known(zone) {
        errors.invalid(at, zone, format!("unknown time zone {zone}"));
    }
}

/// Whether `time.LoadLocation` finds a zone; names are case-sensitive.
fn is_known(zone: &str) -> bool {
    if zone.starts_with('-') {
        return false;
    }
    let (area, name) = zone.split_once('/').unwrap_or(("-", zone));
    let mut lines = ZONES
        .lines()
        .map(|line| line.split_once(' ').unwrap_or((line, "")));
    lines.any(|(known, names)| known == area && names.split(' ').any(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_their_whole_name() {
        for known in ["UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Ushuaia"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in [
            "Mars/Olympus",
            "Europe/Berln",
            "europe/berlin",
            "Berlin",
            "-/UTC",
            "Europe",
        ] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}
