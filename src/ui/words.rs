//! Times and counts in words.

use crate::object::Time;

/// A cluster time as a clock shows it: `01:02.4`, from an hour on `1:02:03`.
pub fn clock(time: Time) -> String {
    let tenths = time.0 / 100;
    let (seconds, minutes) = (tenths / 10 % 60, tenths / 600);
    match minutes {
        0..60 => format!("{minutes:02}:{seconds:02}.{}", tenths % 10),
        _ => format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60),
    }
}

/// `CrashLoopBackOff` with a place to break before every capital, so that a narrow card can hold it.
pub fn breakable(word: &str) -> String {
    let mut broken = String::with_capacity(word.len() + 8);
    let mut before = None::<char>;
    for c in word.chars() {
        if c.is_ascii_uppercase() && before.is_some_and(|before| before.is_ascii_lowercase()) {
            // ZERO WIDTH SPACE: a place to break that is no letter.
            broken.push('\u{200b}');
        }
        broken.push(c);
        before = Some(c);
    }
    broken
}
