//! Instants of the virtual clock.

use std::fmt;

/// Milliseconds of cluster time since the epoch of every run, 2026-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

/// Seconds from 1970-01-01T00:00:00Z to [`Time`]'s epoch.
const EPOCH_UNIX_SECONDS: u64 = 1_767_225_600;

impl Time {
    /// The instant `ms` milliseconds later.
    pub fn plus(self, ms: u64) -> Time {
        Time(self.0.saturating_add(ms))
    }

    /// Milliseconds since `earlier`; 0 if `earlier` is later.
    pub fn since(self, earlier: Time) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn unix_nanos(self) -> u64 {
        EPOCH_UNIX_SECONDS
            .saturating_mul(1_000)
            .saturating_add(self.0)
            .saturating_mul(1_000_000)
    }

    /// RFC 1123 with a numeric zone, in UTC and whole seconds, as `kubectl describe` prints times (Go's `RFC1123Z`).
    pub fn rfc1123(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let unix = EPOCH_UNIX_SECONDS + self.0 / 1000;
        let (days, second) = (unix / 86_400, unix % 86_400);
        let (year, month, day) = civil_from_days(days);
        format!(
            "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} +0000",
            DAYS[(days % 7) as usize],
            MONTHS[(month as usize - 1) % 12],
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }

    /// Parses RFC 3339 in UTC with whole seconds, as `metav1.Time` is encoded; `None` before the epoch.
    pub fn parse(text: &str) -> Option<Time> {
        let bytes = text.as_bytes();
        if bytes.len() != 20 || bytes[10] != b'T' || bytes[19] != b'Z' {
            return None;
        }
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let unix = (days_from_civil(year, month, day)? * 24 + hour) * 3600 + minute * 60 + second;
        Some(Time(unix.checked_sub(EPOCH_UNIX_SECONDS)?.checked_mul(1000)?))
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar from 1970 on.
fn days_from_civil(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let era = year / 400;
    let year_of_era = year % 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}

/// Year, month and day of the date `days` days after 1970-01-01.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// RFC 3339 in UTC with whole seconds, as `metav1.Time` is encoded.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unix = EPOCH_UNIX_SECONDS + self.0 / 1000;
        let (year, month, day) = civil_from_days(unix / 86_400);
        let second = unix % 86_400;
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[track_caller]
    fn check(ms: u64, text: &str, mail: &str) {
        assert_eq!(Time(ms).to_string(), text);
        assert_eq!(Time::parse(text), Some(Time(ms / 1000 * 1000)));
        assert_eq!(Time(ms).rfc1123(), mail);
    }

    #[test]
    fn times_are_printed_in_rfc_3339_and_rfc_1123() {
        check(0, "2026-01-01T00:00:00Z", "Thu, 01 Jan 2026 00:00:00 +0000");
        check(61_500, "2026-01-01T00:01:01Z", "Thu, 01 Jan 2026 00:01:01 +0000");
        check(
            59 * 86_400_000,
            "2026-03-01T00:00:00Z",
            "Sun, 01 Mar 2026 00:00:00 +0000",
        );
        check(
            326 * 86_400_000 + 34_352_000,
            "2026-11-23T09:32:32Z",
            "Mon, 23 Nov 2026 09:32:32 +0000",
        );
        check(
            789 * 86_400_000,
            "2028-02-29T00:00:00Z",
            "Tue, 29 Feb 2028 00:00:00 +0000",
        );
        check(
            790 * 86_400_000,
            "2028-03-01T00:00:00Z",
            "Wed, 01 Mar 2028 00:00:00 +0000",
        );
    }

    #[test]
    fn other_formats_are_rejected() {
        for text in [
            "",
            "2026-01-01",
            "2026-13-01T00:00:00Z",
            "1999-01-01T00:00:00Z",
            "2026-01-01T00:00:00+01",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }
}
