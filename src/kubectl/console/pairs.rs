//! `KEY=VALUE` and `KEY-` arguments after the names of objects (`kubectl/pkg/cmd/util/helpers.go`).

/// The keys that a line sets and removes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Keys with their values, in order; the last value of a key counts.
    pub set: Vec<(String, String)>,
    /// Keys to remove.
    pub removed: Vec<String>,
}

/// Splits the words that name objects from those that are pairs (`GetResourcesAndPairs`).
///
/// # Errors
/// An error for a name after a pair.
pub fn split<'a>(words: &'a [String], pair_type: &str) -> Result<(&'a [String], &'a [String]), String> {
    let is_pair =
        |word: &&String| word.find('=').is_some_and(|at| at > 0) || word.ends_with('-') && *word != "-";
    let first = words
        .iter()
        .position(|word| is_pair(&word))
        .unwrap_or(words.len());
    let (names, pairs) = words.split_at(first);
    match pairs.iter().find(|word| !is_pair(word)) {
        Some(word) => Err(format!(
            "all resources must be specified before {pair_type} changes: {word}"
        )),
        None => Ok((names, pairs)),
    }
}

impl Pairs {
    /// Parses pairs (`ParsePairs`); `label` is stricter (`parseLabels`).
    ///
    /// # Errors
    /// An error that lists the invalid pairs.
    pub fn parse(words: &[String], pair_type: &str, removable: bool) -> Result<Pairs, String> {
        let mut pairs = Pairs::default();
        let mut invalid = Vec::new();
        for word in words {
            match (word.split_once('='), word.strip_suffix('-')) {
                (Some((key, value)), _) if !key.is_empty() => pairs.set(key, value),
                (None, Some(key)) if removable => pairs.removed.push(key.to_owned()),
                _ => invalid.push(word.as_str()),
            }
        }
        match invalid.is_empty() {
            true => Ok(pairs),
            false => Err(format!("invalid {pair_type} format: {}", invalid.join(", "))),
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        self.set.retain(|(known, _)| known != key);
        self.set.push((key.to_owned(), value.to_owned()));
    }

    /// Keys that are both set and removed.
    pub fn set_and_removed(&self) -> Vec<&str> {
        let keys = self.removed.iter().map(String::as_str);
        keys.filter(|key| self.set.iter().any(|(set, _)| set == key))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, names: &str, set: &[(&str, &str)], removed: &[&str]) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let (have, pairs) = split(&words, "image").expect("names and pairs");
        let pairs = Pairs::parse(pairs, "image", true).expect("pairs");
        let have_set: Vec<(&str, &str)> = pairs
            .set
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!((have.join(" ").as_str(), &have_set[..]), (names, set));
        assert_eq!(pairs.removed, removed);
    }

    #[test]
    fn names_precede_pairs() {
        check("sts/web a=b", "sts/web", &[("a", "b")], &[]);
        check("sts web a=b=c d-", "sts web", &[("a", "b=c")], &["d"]);
        check("pod a=b a=c", "pod", &[("a", "c")], &[]);
        check("pod =x -", "pod =x -", &[], &[]);
        let words = ["pod", "a=b", "c"].map(str::to_owned);
        assert_eq!(
            split(&words, "image"),
            Err("all resources must be specified before image changes: c".to_owned())
        );
    }

    #[test]
    fn invalid_pairs_are_refused() {
        let words = ["a-", "b=c", "=d"].map(str::to_owned);
        assert_eq!(
            Pairs::parse(&words, "image", false),
            Err("invalid image format: a-, =d".to_owned())
        );
    }
}
