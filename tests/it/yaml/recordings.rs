//! Compares with kubectl's recorded errors and YAML output.

use serde_yaml::Value;
use statefulset_playground::yaml::{parse, print};

use super::manifests::{files, folder, load};

/// A manifest has an error exactly if kubectl reported one, with the same message.
#[test]
fn syntax_errors_are_kubectls() {
    let verdicts = load(&folder().join("verdicts.yaml"));
    let (mut wrong, mut broken) = (Vec::new(), 0);
    for case in verdicts.as_sequence().unwrap() {
        let field = |name: &str| case.get(name).and_then(Value::as_str).unwrap_or_default();
        let recorded = field("stderr")
            .lines()
            .find_map(|line| line.strip_prefix("error: error parsing manifest.yaml: "));
        let parsed = parse(field("manifest"));
        let ours = parsed
            .documents
            .iter()
            .find_map(|document| document.error.as_ref());
        broken += usize::from(recorded.is_some());
        let is_first = parsed
            .documents
            .first()
            .is_some_and(|document| document.error.is_some());
        if recorded.is_none() && !field("stderr").is_empty() && !is_first {
            // kubectl stopped at another error in an earlier document.
            continue;
        }
        if ours.map(|error| error.message.as_str()) != recorded {
            wrong.push(format!("{}: {recorded:?}, not {ours:?}", field("name")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(broken >= 10, "only {broken} broken manifests");
}

/// YAML that kubectl printed is unchanged after parsing and printing.
#[test]
fn printed_objects_round_trip() {
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
