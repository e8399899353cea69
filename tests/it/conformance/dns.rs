//! Replays recorded DNS queries to CoreDNS while pods are created and deleted.

use serde_yaml::{Mapping, Value as Yaml};
use statefulset_playground::cluster::Sim;
use statefulset_playground::cluster::dns::{DnsAnswer, Forward, Record, RecordType, query_with};
use statefulset_playground::object::{Kind, Value, pod};

use super::replay::Replay;
use super::{Family, file_name, files, read, step_pairs, steps, write};

/// Addresses and the masks that the recordings have for them.
struct Masks(Vec<(String, String)>);

impl Masks {
    fn read(sim: &Sim) -> Masks {
        let world = sim.world();
        let mut masks = Vec::new();
        for object in world.list(Kind::Pod) {
            if let Some(ip) = pod::ip(object) {
                masks.push((format!("<{}>", object.meta.name), ip.to_string()));
                masks.push((format!("<dashed {}>", object.meta.name), ip.replace('.', "-")));
            }
        }
        for service in world.list(Kind::Service) {
            let ip = service.spec().get("clusterIP").and_then(Value::as_str);
            if let Some(ip) = ip.filter(|ip| ip.contains('.')) {
                masks.push((format!("<service {}>", service.meta.name), ip.to_owned()));
            }
        }
        // Longest first: no address may be mistaken for the prefix of another.
        masks.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
        Masks(masks)
    }

    fn put(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (mask, address)| {
            text.replace(mask, address)
        })
    }

    fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (mask, address)| {
            text.replace(address, mask)
        })
    }
}

#[test]
fn dns_agrees() {
    let mut family = Family::new("dns");
    for file in files("dns") {
        let result = read(&file).and_then(|recorded| {
            let produced = replay(&recorded)?;
            write("dns", &file, &produced);
            compare(&recorded, &produced)
        });
        family.count(file_name(&file), result);
    }
    family.print();
    family.check();
}

fn replay(recorded: &Yaml) -> Result<Yaml, String> {
    let mut replay = Replay::new();
    let mut produced = recorded.as_mapping().cloned().unwrap_or_default();
    let mut produced_steps = Vec::new();
    for step in steps(recorded)? {
        let Some(queries) = step.get("queries").and_then(Yaml::as_mapping) else {
            replay.step(step)?;
            produced_steps.push(step.clone());
            continue;
        };
        let masks = Masks::read(&replay.sim);
        let mut answers = Mapping::new();
        for question in queries.keys() {
            let text = question.as_str().unwrap_or_default();
            answers.insert(question.clone(), ask(&replay.sim, &masks, text)?.into());
        }
        let mut step = Mapping::new();
        step.insert("queries".into(), answers.into());
        produced_steps.push(step.into());
    }
    produced.insert("steps".into(), produced_steps.into());
    Ok(produced.into())
}

/// `NAME TYPE`, or `PTR of ADDRESS PTR`, with masks.
fn ask(sim: &Sim, masks: &Masks, question: &str) -> Result<String, String> {
    let question = masks.put(question);
    let (name, kind) = question.rsplit_once(' ').ok_or("a question is NAME TYPE")?;
    let kind = RecordType::parse(kind).ok_or_else(|| format!("no such type: {kind}"))?;
    let Some(address) = name.strip_prefix("PTR of ") else {
        return Ok(line(
            masks,
            &query_with(sim.world(), name, kind, Forward::Nowhere),
        ));
    };
    let labels: Vec<&str> = address.rsplit('.').collect();
    let reverse = format!("{}.in-addr.arpa.", labels.join("."));
    let answer = line(masks, &query_with(sim.world(), &reverse, kind, Forward::Nowhere));
    Ok(answer.replace(&reverse, "<reverse>"))
}

fn line(masks: &Masks, answer: &DnsAnswer) -> String {
    let list = |records: &[Record]| {
        let mut lines: Vec<String> = records
            .iter()
            .map(|record| masks.hide(&record.to_string()))
            .collect();
        lines.sort();
        lines.join(", ")
    };
    let mut parts = vec![answer.rcode.name().to_owned(), list(&answer.answers)];
    if answer.answers.is_empty() {
        parts[1] = "-".to_owned();
    }
    if !answer.additional.is_empty() {
        parts.push(format!("additional {}", list(&answer.additional)));
    }
    if answer.soa.is_some() {
        parts.push("SOA".to_owned());
    }
    parts.join(" | ")
}

fn compare(recorded: &Yaml, produced: &Yaml) -> Result<(), String> {
    let mut compared = 0;
    for (i, (recorded, produced)) in step_pairs(recorded, produced)?.into_iter().enumerate() {
        let Some(queries) = recorded.get("queries") else {
            continue;
        };
        let queries = queries.as_mapping().ok_or("queries that are no mapping")?;
        compared += queries.len();
        for (question, expected) in queries {
            let happened = produced.get("queries").and_then(|queries| queries.get(question));
            if happened != Some(expected) {
                return Err(format!(
                    "step {}: {}\n  expected {}\n  produced {}",
                    i + 1,
                    question.as_str().unwrap_or_default(),
                    expected.as_str().unwrap_or_default(),
                    happened.and_then(Yaml::as_str).unwrap_or_default()
                ));
            }
        }
    }
    if compared == 0 {
        return Err("a recording without queries".to_owned());
    }
    Ok(())
}
