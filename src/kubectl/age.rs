//! Ages as kubectl prints them (`apimachinery/pkg/util/duration`).

use crate::object::Time;

const SECOND_MS: u64 = 1_000;
/// How far a timestamp may be ahead of the clock before its age is invalid.
const TOLERATED_MS: u64 = 2 * SECOND_MS;

/// Formats a duration in milliseconds with at most two units (`HumanDuration`).
pub fn human_duration(ms: u64) -> String {
    let seconds = ms / SECOND_MS;
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    if seconds < 120 {
        format!("{seconds}s")
    } else if minutes < 10 {
        two_units(minutes, "m", seconds % 60, "s")
    } else if minutes < 180 {
        format!("{minutes}m")
    } else if hours < 8 {
        two_units(hours, "h", minutes % 60, "m")
    } else if hours < 48 {
        format!("{hours}h")
    } else if days < 8 {
        two_units(days, "d", hours % 24, "h")
    } else if days < 2 * 365 {
        format!("{days}d")
    } else if days < 8 * 365 {
        two_units(days / 365, "y", days % 365, "d")
    } else {
        format!("{}y", days / 365)
    }
}

/// The age of `then` at `now` (`translateTimestampSince`). The API server stores whole seconds of `then`.
pub fn since(then: Time, now: Time) -> String {
    let then = Time(then.0 / SECOND_MS * SECOND_MS);
    if then.since(now) >= TOLERATED_MS {
        return "<invalid>".to_owned();
    }
    human_duration(now.since(then))
}

/// Formats two units; the smaller one is omitted if it is zero.
fn two_units(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large}{large_unit}")
    } else {
        format!("{large}{large_unit}{small}{small_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: u64 = 60 * SECOND_MS;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;

    #[test]
    fn longer_durations_have_coarser_units() {
        for (ms, text) in [
            (0, "0s"),
            (999, "0s"),
            (119_999, "119s"),
            (2 * MINUTE, "2m"),
            (2 * MINUTE + 3 * SECOND_MS, "2m3s"),
            (10 * MINUTE - 1, "9m59s"),
            (10 * MINUTE + 5 * SECOND_MS, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 5 * MINUTE, "3h5m"),
            (8 * HOUR + 5 * MINUTE, "8h"),
            (48 * HOUR - 1, "47h"),
            (2 * DAY, "2d"),
            (3 * DAY + 4 * HOUR, "3d4h"),
            (8 * DAY + HOUR, "8d"),
            (729 * DAY, "729d"),
            (730 * DAY, "2y"),
            (3 * 365 * DAY + 45 * DAY, "3y45d"),
            (8 * 365 * DAY + 45 * DAY, "8y"),
        ] {
            assert_eq!(human_duration(ms), text, "{ms} ms");
        }
    }

    #[test]
    fn an_age_counts_from_the_last_whole_second() {
        for (then, now, text) in [
            (1_900, 3_000, "2s"),
            (3_000, 3_000, "0s"),
            (3_900, 2_000, "0s"),
            (4_000, 2_000, "<invalid>"),
        ] {
            assert_eq!(since(Time(then), Time(now)), text, "{then} at {now}");
        }
    }
}
