//! Resource quantities: `500m`, `1Gi` (`apimachinery/pkg/api/resource/quantity.go`).

use std::cmp::Ordering;
use std::fmt;

/// A quantity in billionths, with the format that it was written in.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nanos: i128,
    format: Format,
}

/// The family of suffixes (`resource.Format`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `n u m "" k M G T P E`.
    Decimal,
    /// `Ki Mi Gi Ti Pi Ei`.
    Binary,
    /// `e3`.
    Exponent,
}

const NANO: i128 = 1_000_000_000;
/// The largest quantity: 2⁶³−1.
const MOST: i128 = i64::MAX as i128 * NANO;

/// Why a text cannot be parsed, worded as apimachinery words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// `ErrFormatWrong`.
    Format,
    /// `ErrNumeric`.
    Number,
    /// `ErrSuffix`.
    Suffix,
}

impl fmt::Display for QuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            QuantityError::Format => {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            QuantityError::Number => "unable to parse numeric part of quantity",
            QuantityError::Suffix => "unable to parse quantity's suffix",
        })
    }
}

impl Quantity {
    /// Zero.
    pub const ZERO: Quantity = Quantity {
        nanos: 0,
        format: Format::Decimal,
    };

    /// Parses a text (`ParseQuantity`): rounded up to a billionth and capped at the largest quantity.
    ///
    /// # Errors
    /// The first flaw of the text.
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        let (negative, unsigned) = match text.as_bytes().first() {
            None => return Err(QuantityError::Format),
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            Some(_) => (false, text),
        };
        let (whole, rest) = digits(unsigned);
        let (fraction, suffix) = match rest.strip_prefix('.') {
            Some(rest) => digits(rest),
            None => ("", rest),
        };
        check_suffix(suffix)?;
        let (base, exponent, format) = interpret(suffix).ok_or(QuantityError::Suffix)?;
        if whole.is_empty() && fraction.is_empty() && !suffix.is_empty() {
            return Err(QuantityError::Number);
        }
        let size = nanos(whole, fraction, base, exponent);
        let format = match format {
            Format::Binary if size > 0 && size < NANO => Format::Decimal,
            format => format,
        };
        Ok(Quantity {
            nanos: if negative { -size } else { size },
            format,
        })
    }

    /// Rounded up to a thousandth, as in resource lists (`RoundUp(-3)`).
    pub fn rounded_to_milli(self) -> Quantity {
        Quantity {
            nanos: round_away(self.nanos, 1_000_000) * 1_000_000,
            ..self
        }
    }

    /// Whole units, rounded up (`Value`).
    pub fn units(self) -> i64 {
        clamp(round_away(self.nanos, NANO))
    }

    /// Thousandths, rounded up (`MilliValue`).
    pub fn milli(self) -> i64 {
        clamp(round_away(self.nanos, 1_000_000))
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// Whether it is negative.
    pub fn is_negative(self) -> bool {
        self.nanos < 0
    }

    /// Whether it is an integer.
    pub fn is_whole(self) -> bool {
        self.nanos % NANO == 0
    }

    /// The difference, in the format of `self` (`Sub`).
    pub fn minus(self, other: Quantity) -> Quantity {
        Quantity {
            nanos: (self.nanos - other.nanos).clamp(-MOST, MOST),
            ..self
        }
    }

    /// The sum, in the format of `self` unless that is zero (`Add`).
    pub fn plus(self, other: Quantity) -> Quantity {
        Quantity {
            nanos: (self.nanos + other.nanos).clamp(-MOST, MOST),
            format: if self.is_zero() { other.format } else { self.format },
        }
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

/// The canonical form (`CanonicalizeBytes`): an integer with the largest possible suffix of its format.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let small = self.nanos.abs() < 1024 * NANO;
        if self.format == Format::Binary && !small && self.is_whole() {
            let (number, power) = strip(self.nanos / NANO, 1024, 6);
            return write!(
                f,
                "{number}{}",
                ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][power as usize]
            );
        }
        let (mut number, power) = strip(self.nanos, 10, 27);
        let mut exponent = power - 9;
        while exponent.rem_euclid(3) != 0 {
            number *= 10;
            exponent -= 1;
        }
        match (self.format, exponent) {
            (_, 0) => write!(f, "{number}"),
            (Format::Exponent, exponent) => write!(f, "{number}e{exponent}"),
            (_, exponent) => {
                let suffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
                write!(f, "{number}{}", suffixes[((exponent + 9) / 3) as usize % 10])
            }
        }
    }
}

fn clamp(number: i128) -> i64 {
    number.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

fn round_away(number: i128, unit: i128) -> i128 {
    let whole = number / unit;
    whole + (number % unit).signum()
}

fn strip(mut number: i128, factor: i128, most: i32) -> (i128, i32) {
    let mut times = 0;
    while times < most && number % factor == 0 {
        number /= factor;
        times += 1;
    }
    (number, times)
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

/// `[eEinumkKMGTP]*[-+]?[0-9]*`
fn check_suffix(suffix: &str) -> Result<(), QuantityError> {
    let rest = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    if rest.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(QuantityError::Format)
    }
}

/// Base, exponent and format of a suffix (`suffix.go`).
fn interpret(suffix: &str) -> Option<(u32, i32, Format)> {
    let decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    if let Some(index) = decimal.iter().position(|&known| known == suffix) {
        return Some((10, index as i32 * 3 - 9, Format::Decimal));
    }
    let binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    if let Some(index) = binary.iter().position(|&known| known == suffix) {
        return Some((2, (index as i32 + 1) * 10, Format::Binary));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    Some((10, exponent, Format::Exponent))
}

/// The absolute value in billionths, rounded up and capped.
fn nanos(whole: &str, fraction: &str, base: u32, exponent: i32) -> i128 {
    let number: String = [whole, fraction].concat();
    let number = number.trim_start_matches('0');
    let (power_of_ten, factor) = match base {
        2 => (0, 1i128 << exponent.clamp(0, 60)),
        _ => (i64::from(exponent), 1),
    };
    let shift = power_of_ten - fraction.len() as i64 + 9;
    if number.is_empty() {
        return 0;
    }
    if number.len() as i64 + shift > 29 {
        return MOST;
    }
    // Further digits are below a billionth, and the product must not overflow.
    let kept = number.len().min(if factor > 1 { 19 } else { 36 });
    let lost = number.bytes().skip(kept).any(|b| b != b'0');
    let head: i128 = number.get(..kept).and_then(|head| head.parse().ok()).unwrap_or(0);
    let below = shift + (number.len() - kept) as i64;
    let product = head.saturating_mul(factor);
    let size = if below >= 0 {
        product.saturating_mul(10i128.saturating_pow(below as u32))
    } else {
        let unit = 10i128.saturating_pow(below.unsigned_abs() as u32);
        product / unit + i128::from(product % unit != 0)
    };
    size.saturating_add(i128::from(lost && size == 0)).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        assert_eq!(
            Quantity::parse(text).map(|q| q.to_string()),
            Ok(canonical.to_owned()),
            "{text}"
        );
    }

    #[test]
    fn quantities_are_printed_in_canonical_form() {
        for (text, canonical) in [
            ("0.5", "500m"),
            ("1024Mi", "1Gi"),
            ("1.5Gi", "1536Mi"),
            ("1000m", "1"),
            ("1000M", "1G"),
            ("2048Ki", "2Mi"),
            ("0.5Gi", "512Mi"),
            ("1.0", "1"),
            ("1e3", "1e3"),
            ("1500m", "1500m"),
            ("1000Ki", "1000Ki"),
            ("1048576", "1048576"),
            ("0", "0"),
            ("-0", "0"),
            ("0Gi", "0"),
            ("-1Gi", "-1Gi"),
            ("+5", "5"),
            ("100", "100"),
            ("1000", "1k"),
            ("512Ki", "512Ki"),
            ("0.5Ki", "512"),
            ("100n", "100n"),
            ("0.1n", "1n"),
            (".5", "500m"),
            ("5.", "5"),
            ("12E6", "12e6"),
            ("1E", "1E"),
            ("9223372036854775808", "9223372036854775807"),
            (
                "99999999999999999999999999999999999999999999",
                "9223372036854775807",
            ),
            ("1e-3", "1e-3"),
            ("0.0000000001Gi", "107374183n"),
            ("1.00000000000000000000000000000000000Gi", "1Gi"),
            (
                "1000000000000000000.0000000000000000000000000000000000000001",
                "1E",
            ),
            ("0.00000000000000000000000000000000000000000000000000000001", "1n"),
        ] {
            check(text, canonical);
        }
    }

    #[test]
    fn malformed_quantities_are_rejected() {
        for (text, error) in [
            ("", QuantityError::Format),
            ("10Gx", QuantityError::Format),
            ("abc", QuantityError::Format),
            ("10 Gi", QuantityError::Format),
            ("1Gib", QuantityError::Format),
            ("1kk", QuantityError::Suffix),
            ("1K", QuantityError::Suffix),
            ("1KiMi", QuantityError::Suffix),
        ] {
            assert_eq!(Quantity::parse(text).map(|q| q.to_string()), Err(error), "{text}");
        }
    }

    #[test]
    fn resource_quantities_round_up() {
        let amount = Quantity::parse("0.1m").expect("it is a quantity");
        assert_eq!(amount.rounded_to_milli().to_string(), "1m");
        assert_eq!((amount.units(), amount.milli()), (1, 1));
    }
}
