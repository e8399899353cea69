//! What the real kubectl said about YAML, case by case.

use serde_yaml::Value;
use statefulset_playground::yaml::{parse, print};

use super::manifests::{files, folder, load};

/// A manifest is unreadable exactly if kubectl said so, and for the same reason in the same words.
#[test]
fn unreadable_manifests_are_refused_in_kubectls_words() {
    let verdicts = load(&folder().join("verdicts.yaml"));
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for case in verdicts.as_sequence().unwrap() {
        let field = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default();
        let said = field("stderr")
            .lines()
            .find_map(|line| line.strip_prefix("error: error parsing manifest.yaml: "));
        let parsed = parse(field("manifest"));
        let ours = parsed
            .documents
            .iter()
            .find_map(|document| document.error.as_ref());
        refused += usize::from(said.is_some());
        let is_first = parsed
            .documents
            .first()
            .is_some_and(|document| document.error.is_some());
        if said.is_none() && !field("stderr").is_empty() && !is_first {
            // Another error in an earlier document made kubectl stop before it read so far.
            continue;
        }
        if ours.map(|error| error.message.as_str()) != said {
            wrong.push(format!("{}: {said:?}, not {ours:?}", field("name")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused >= 10, "only {refused} unreadable manifests");
}

/// What kubectl printed as YAML is read and printed again without a difference.
#[test]
fn printed_objects_survive_reading_and_printing() {
    let mut objects = 0;
    for path in files("console") {
        let session = load(&path);
        for step in session
            .get("steps")
            .and_then(Value::as_sequence)
            .unwrap_or(&Vec::new())
        {
            let field = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
            let Some(stdout) = step.get("stdout").and_then(Value::as_str) else {
                continue;
            };
            if !field("kubectl").contains("-o yaml") || !stdout.starts_with("apiVersion:") {
                continue;
            }
            let parsed = parse(stdout);
            let root = parsed.documents[0].root.as_ref().unwrap();
            assert_eq!(print(root), stdout, "{}: {}", path.display(), field("kubectl"));
            objects += 1;
        }
    }
    assert!(objects >= 4, "only {objects} printed objects");
}
