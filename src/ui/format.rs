//! Formatting of times and words.

use crate::object::Time;

/// A cluster time as a clock shows it: `01:02.4`, and `1:02:03` from one hour on.
pub fn clock(time: Time) -> String {
    let tenths = time.0 / 100;
    let (seconds, minutes) = (tenths / 10 % 60, tenths / 600);
    match minutes {
        0..60 => format!("{minutes:02}:{seconds:02}.{}", tenths % 10),
        _ => format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60),
    }
}

/// A word such as `CrashLoopBackOff` with a line break opportunity before each inner capital.
pub fn breakable(word: &str) -> String {
    let mut broken = String::with_capacity(word.len() + 8);
    let mut before = None::<char>;
    for c in word.chars() {
        if c.is_ascii_uppercase() && before.is_some_and(|before| before.is_ascii_lowercase()) {
            // ZERO WIDTH SPACE.
            broken.push('\u{200b}');
        }
        broken.push(c);
        before = Some(c);
    }
    broken
}
