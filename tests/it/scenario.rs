//! Scenarios as text: a manifest, timed commands, and the expected transcript.
//!
//! `tests/scenario/*.txt` has one file for each statement about Kubernetes. `UPDATE_EXPECT=1` writes the transcripts
//! into the files; review them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use statefulset_playground::cluster::dns::{RecordType, queried_at, query};
use statefulset_playground::cluster::{Fault, FaultKind, Profile, Settings, Sim};
use statefulset_playground::object::pod_status::summary;
use statefulset_playground::object::{Key, Kind, Object, Time, Value, pod};
use statefulset_playground::store::{Entry, EntryKind, World};

use crate::support::command::{CascadeWord, Command, Target, apply_manifest, perform};
use crate::support::settle;

/// A scenario file: `key: value` lines, then sections that begin with `--- NAME`.
struct Scenario {
    head: String,
    profile: Profile,
    show: Vec<String>,
    manifests: BTreeMap<String, String>,
    commands: Vec<(u64, String)>,
    until_ms: u64,
}

#[test]
fn scenarios() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenario");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "txt"))
        .collect();
    files.sort();
    let only = std::env::var("SCENARIO").unwrap_or_default();
    let mut failed = Vec::new();
    let (mut count, mut passed) = (0, 0);
    for path in files {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !name.contains(&only) {
            continue;
        }
        count += 1;
        let text = std::fs::read_to_string(&path).expect("a readable scenario");
        let (input, expected) = text.split_once("--- expect\n").unwrap_or((&text, ""));
        let transcript = run(&parse(&name, input));
        if transcript == expected {
            passed += 1;
        } else if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, format!("{input}--- expect\n{transcript}")).expect("a writable scenario");
        } else {
            failed.push(format!("{name}: {}", first_difference(expected, &transcript)));
        }
    }
    println!("scenarios: {passed} passed, {} failed", failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
    assert!(count > 0, "no scenario matches SCENARIO={only}");
    assert!(!only.is_empty() || count >= 70, "only {count} scenarios");
}

fn first_difference(expected: &str, transcript: &str) -> String {
    let mut pairs = expected.lines().zip(transcript.lines());
    let line = pairs.position(|(a, b)| a != b);
    let at = line.unwrap_or_else(|| expected.lines().count().min(transcript.lines().count()));
    format!(
        "line {}\n  expected {}\n  actual   {}",
        at + 1,
        expected.lines().nth(at).unwrap_or("the end"),
        transcript.lines().nth(at).unwrap_or("the end")
    )
}

#[track_caller]
fn parse(name: &str, text: &str) -> Scenario {
    let mut scenario = Scenario {
        head: String::new(),
        profile: Profile::Realistic,
        show: vec!["pod".into(), "event".into()],
        manifests: BTreeMap::new(),
        commands: Vec::new(),
        until_ms: 0,
    };
    let mut section = None;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("--- ") {
            section = Some(title.to_owned());
            continue;
        }
        match section.as_deref() {
            None if line.starts_with('#') => scenario.head.push_str(line),
            None => match line.split_once(": ") {
                Some(("show", words)) => {
                    scenario.show = words.split_whitespace().map(str::to_owned).collect();
                }
                Some(("profile", "quick")) => scenario.profile = Profile::Quick,
                Some(("profile", "slow disk")) => scenario.profile = Profile::SlowDisk,
                None if line.is_empty() => {}
                _ => panic!("{name}: what is {line:?}?"),
            },
            Some("do") => {
                let (time, command) = line.split_once(' ').expect("a time and a command");
                let at = milliseconds(time).unwrap_or_else(|| panic!("{name}: {time:?} is no time"));
                scenario.commands.push((at, command.trim().to_owned()));
            }
            Some(title) => {
                let manifest = scenario.manifests.entry(title.to_owned()).or_default();
                manifest.push_str(line);
                manifest.push('\n');
            }
        }
    }
    assert!(
        !scenario.head.is_empty(),
        "{name}: which statement does it prove?"
    );
    if let Some((at, _)) = scenario.commands.iter().find(|(_, command)| command == "end") {
        scenario.until_ms = *at;
    }
    scenario
}

fn milliseconds(text: &str) -> Option<u64> {
    if let Some(minutes) = text.strip_suffix('m') {
        return Some(minutes.parse::<u64>().ok()? * 60_000);
    }
    let seconds = text.strip_suffix('s')?;
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    Some(whole.parse::<u64>().ok()? * 1000 + format!("{fraction:0<3}").get(..3)?.parse::<u64>().ok()?)
}

/// Runs a scenario and returns the transcript.
fn run(scenario: &Scenario) -> String {
    let mut sim = Sim::new(Settings {
        profile: scenario.profile,
        ..Settings::default()
    });
    let mut transcript = Transcript {
        show: scenario.show.clone(),
        ..Transcript::default()
    };
    for entry in sim.take_entries() {
        transcript.add_mask(&entry);
    }
    for (at, line) in &scenario.commands {
        sim.advance(Time(*at));
        transcript.add_entries(&sim.take_entries());
        transcript.set_now(Time(*at));
        if line != "end" {
            transcript.command(&mut sim, scenario, line);
        }
    }
    if scenario.until_ms == 0 {
        settle(&mut sim);
        transcript.add_entries(&sim.take_entries());
    }
    transcript.text
}

/// The changes, events and decisions that a scenario shows, as text.
#[derive(Default)]
struct Transcript {
    text: String,
    show: Vec<String>,
    /// Random texts, such as UIDs, with their masks.
    masks: Vec<(String, String)>,
    /// The last line of each object.
    lines: BTreeMap<Key, String>,
    now: Time,
    /// The worlds at the times of commands, for cached DNS answers.
    worlds: Vec<World>,
}

impl Transcript {
    fn shows(&self, word: &str) -> bool {
        self.show.iter().any(|shown| shown == word)
    }

    fn set_now(&mut self, at: Time) {
        self.now = at;
    }

    fn line(&mut self, at: Time, line: &str) {
        let mut line = line.to_owned();
        for (random, mask) in &self.masks {
            if line.contains(random.as_str()) {
                line = line.replace(random.as_str(), mask);
            }
        }
        let _ = writeln!(self.text, "{}.{:03}s {line}", at.0 / 1000, at.0 % 1000);
    }

    fn add_entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.add_mask(entry);
            if let Some(line) = self.entry_line(entry) {
                self.line(entry.at, &line);
            }
        }
    }

    /// Masks the UID of a pod or claim.
    fn add_mask(&mut self, entry: &Entry) {
        let EntryKind::Change(change) = &entry.kind else {
            return;
        };
        let Some(object) = &change.object else { return };
        let uid = object.meta.uid.to_string();
        if !matches!(
            change.key.kind,
            Kind::Event | Kind::Pod | Kind::PersistentVolumeClaim
        ) || uid.is_empty()
            || change.key.kind == Kind::Event
        {
            return;
        }
        if !self.masks.iter().any(|(random, _)| *random == uid) {
            let mask = format!("<{}>", object.meta.name);
            self.masks.push((uid, mask));
        }
    }

    fn entry_line(&mut self, entry: &Entry) -> Option<String> {
        match &entry.kind {
            EntryKind::Decision(decision) => {
                if !self.shows("why") {
                    return None;
                }
                let who = decision.actor.component();
                let about = name(&decision.object);
                Some(match &decision.waiting {
                    Some(waiting) => format!("why   {about} {who}: {}", plain(waiting)),
                    None => format!("why   {about} {who}: -"),
                })
            }
            EntryKind::Change(change) => {
                let key = &change.key;
                let word = match key.kind {
                    Kind::Event => "event",
                    Kind::Pod => "pod",
                    Kind::PersistentVolumeClaim => "claim",
                    Kind::PersistentVolume => "volume",
                    Kind::VolumeAttachment => "attachment",
                    Kind::Node => "node",
                    Kind::StatefulSet => "set",
                    Kind::Deployment => "deployment",
                    Kind::ReplicaSet => "replicaset",
                    Kind::EndpointSlice => "slice",
                    Kind::Ingress => "ingress",
                    Kind::Service => "service",
                    Kind::Fault => "fault",
                    _ => return None,
                };
                if !self.shows(word) {
                    return None;
                }
                let line = match &change.object {
                    Some(object) if key.kind == Kind::Event => event(object),
                    Some(object) if key.kind == Kind::Pod && self.shows("conditions") => {
                        let line = format!("{} {}", describe(object), conditions(object));
                        if self.lines.insert(key.clone(), line.clone()).as_ref() == Some(&line) {
                            return None;
                        }
                        line
                    }
                    Some(object) => {
                        let line = describe(object);
                        let old = self.lines.insert(key.clone(), line.clone());
                        if old.as_ref() == Some(&line) {
                            return None;
                        }
                        line
                    }
                    None if key.kind == Kind::Event => return None,
                    None => {
                        self.lines.remove(key);
                        "gone".to_owned()
                    }
                };
                Some(match key.kind {
                    Kind::Event => format!("event {line}"),
                    _ => format!("{word:<5} {} {line}", key.name),
                })
            }
        }
    }

    fn command(&mut self, sim: &mut Sim, scenario: &Scenario, line: &str) {
        self.line(self.now, &format!("> {line}"));
        self.worlds.push(sim.world().clone());
        let words: Vec<&str> = line.split_whitespace().collect();
        if words == ["look"] {
            return;
        }
        if let ["dig", name, kind] = words.as_slice() {
            self.dig(sim, name, kind);
            return;
        }
        let command = match words.as_slice() {
            ["apply", manifest] => Command::Apply {
                text: scenario.manifests.get(*manifest).expect("such a section").clone(),
            },
            ["patch", target, ..] => Command::Patch {
                target: read_target(target),
                patch: rest(line, 2),
            },
            ["scale", target, count] => Command::Scale {
                target: read_target(target),
                replicas: count.parse().expect("a count"),
            },
            ["delete", target, options @ ..] => {
                let option = |name: &str| options.iter().find_map(|option| option.strip_prefix(name));
                let cascade = option("cascade=").unwrap_or("background");
                let cascade: CascadeWord = serde_json::from_value(cascade.into()).expect("a cascade");
                Command::Delete {
                    target: read_target(target),
                    propagation: cascade.into(),
                    grace: option("grace=").map(|grace| grace.parse().expect("seconds")),
                }
            }
            ["break", ..] => Command::Break {
                fault: read_fault(&rest(line, 1)),
            },
            ["mend", ..] => Command::Mend {
                fault: read_fault(&rest(line, 1)),
            },
            _ => panic!("what is {line:?}?"),
        };
        let results = perform(sim, &command);
        if let Some(error) = results.error() {
            self.line(self.now, &format!("error {}", error.message));
        }
        self.add_entries(&sim.take_entries());
    }
}

impl Transcript {
    fn dig(&mut self, sim: &Sim, name: &str, kind: &str) {
        let kind = RecordType::parse(kind).expect("a type of records");
        let queried = queried_at(sim.world(), self.now);
        let world = self.worlds.iter().rfind(|world| world.now() <= queried);
        let answer = query(world.unwrap_or(sim.world()), name, kind);
        self.line(self.now, answer.rcode.name());
        for record in answer.answers {
            self.line(self.now, &record.to_string());
        }
    }
}

fn read_target(text: &str) -> Target {
    let (kind, name) = text.split_once('/').expect("KIND/NAME");
    Target {
        kind: kind.to_owned(),
        name: name.to_owned(),
    }
}

/// A fault such as `{"NodeLost": {"node": "node-2"}}`, or `"DnsCached"`.
fn read_fault(value: &serde_json::Value) -> Fault {
    let entry = value.as_object().and_then(|object| object.iter().next());
    let (variant, target) = match entry {
        Some((variant, fields)) => (
            variant.as_str(),
            fields.as_object().and_then(|fields| fields.values().next()),
        ),
        None => (value.as_str().expect("a fault"), None),
    };
    let kind = FaultKind::ALL
        .into_iter()
        .find(|kind| format!("{kind:?}") == variant);
    let target = target.and_then(serde_json::Value::as_str).unwrap_or_default();
    Fault::new(kind.expect("a kind of fault"), target)
}

/// The JSON or the word after the given number of words.
fn rest(line: &str, words: usize) -> serde_json::Value {
    let mut text = line;
    for _ in 0..words {
        text = text.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    }
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

fn name(key: &Key) -> String {
    format!("{}/{}", key.kind.info().name, key.name)
}

fn plain(waiting: &statefulset_playground::store::Waiting) -> String {
    format!("{waiting:?}")
}

fn event(object: &Object) -> String {
    let fields = object.body.fields();
    let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
    let about = fields.get("involvedObject").and_then(Value::as_object);
    let about = about.map_or(String::new(), |about| {
        let part = |key: &str| about.text(key).cloned().unwrap_or_default();
        format!("{}/{}", part("kind"), part("name"))
    });
    let count = fields.get("count").and_then(Value::as_i64).unwrap_or(1);
    let times = if count > 1 {
        format!(" (x{count})")
    } else {
        String::new()
    };
    let source = fields
        .get("source")
        .and_then(|source| source.get("component"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    format!(
        "{about} {} {} {source}: {}{times}",
        text("type"),
        text("reason"),
        text("message")
    )
}

/// The line of an object; repetitions are omitted.
/// The addresses of a slice, those that are not ready in parentheses, and its ports.
fn slice(object: &Object) -> String {
    let list = |field: &str| object.body.fields().get(field).and_then(Value::as_array);
    let address = |endpoint: &Value| {
        let addresses = endpoint.get("addresses").and_then(Value::as_array)?;
        let text = addresses.first()?.as_str()?;
        let ready = endpoint.at(&["conditions", "ready"]).and_then(Value::as_bool);
        Some(match ready {
            Some(false) => format!("({text})"),
            _ => text.to_owned(),
        })
    };
    let addresses: Vec<String> = list("endpoints")
        .unwrap_or_default()
        .iter()
        .filter_map(address)
        .collect();
    let port = |port: &Value| Some(port.get("port")?.to_string());
    let ports: Vec<String> = list("ports")
        .unwrap_or_default()
        .iter()
        .filter_map(port)
        .collect();
    let owner = object
        .meta
        .controller()
        .map_or("nobody", |owner| owner.kind.as_ref());
    format!("{} :{} of {owner}", addresses.join(","), ports.join(","))
}

/// The capacity and the conditions of a bound claim that asks for more than it has.
fn growth(claim: &Object) -> String {
    let status = claim.status.document().unwrap_or_default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("-").to_owned();
    let capacity = text(status.at(&["capacity", "storage"]));
    let wanted = text(claim.spec().at(&["resources", "requests", "storage"]));
    if capacity == "-" || capacity == wanted {
        return String::new();
    }
    let mut line = format!(" {capacity} of {wanted}");
    let conditions = status.get("conditions").and_then(Value::as_array);
    for condition in conditions.unwrap_or_default() {
        let _ = write!(line, " {}", text(condition.get("type")));
    }
    if let Some(progress) = status.at(&["allocatedResourceStatuses", "storage"]) {
        let _ = write!(line, " {}", text(Some(progress)));
    }
    line
}

fn describe(object: &Object) -> String {
    let phase = || {
        let status = object.status.fields();
        status
            .and_then(|status| status.text("phase"))
            .map_or("-".to_owned(), |phase| phase.to_string())
    };
    let ending = if object.meta.terminating() {
        " Terminating"
    } else {
        ""
    };
    match object.kind {
        Kind::Pod => {
            let line = summary(object);
            let place =
                |text: Option<&std::sync::Arc<str>>| text.map_or("-".to_owned(), |text| text.to_string());
            format!(
                "{}/{} {} {} {} {}",
                line.ready.0,
                line.ready.1,
                line.status,
                line.restarts,
                place(pod::ip(object)),
                place(pod::node(object))
            )
        }
        Kind::PersistentVolumeClaim => format!("{}{}{ending}", phase(), growth(object)),
        Kind::PersistentVolume => format!("{}{ending}", phase()),
        Kind::VolumeAttachment => {
            let volume = object
                .spec()
                .at(&["source", "persistentVolumeName"])
                .and_then(Value::as_str);
            let node = object.spec().get("nodeName").and_then(Value::as_str);
            let status = object.status.document().unwrap_or_default();
            format!("{} on {} {status}", volume.unwrap_or("-"), node.unwrap_or("-"))
        }
        Kind::EndpointSlice => slice(object),
        Kind::Node => node(object),
        Kind::Deployment => deployment(object),
        _ => {
            let status = object.status.document().unwrap_or_default();
            format!("{status}{ending}")
        }
    }
}

/// A pod's conditions in their order.
fn conditions(object: &Object) -> String {
    let list = pod::status(object).map_or(&[][..], |status| &status.conditions);
    let words = list.iter().map(|condition| {
        let reason = condition
            .reason
            .as_deref()
            .map_or(String::new(), |r| format!("({r})"));
        format!("{}={}{reason}", condition.kind, condition.status.name())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A Deployment's counts and conditions.
fn deployment(object: &Object) -> String {
    let status = object.status.document().unwrap_or_default();
    let count = |field: &str| status.get(field).and_then(Value::as_i64).unwrap_or(0);
    let conditions = status
        .get("conditions")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let words = conditions.iter().map(|condition| {
        let text = |field: &str| condition.get(field).and_then(Value::as_str).unwrap_or_default();
        format!("{}={}({})", text("type"), text("status"), text("reason"))
    });
    format!(
        "{} exist {} updated {} available {}",
        count("replicas"),
        count("updatedReplicas"),
        count("availableReplicas"),
        words.collect::<Vec<_>>().join(" ")
    )
}

fn node(object: &Object) -> String {
    let document = object.document();
    let conditions = document
        .at(&["status", "conditions"])
        .and_then(Value::as_array)
        .unwrap_or_default();
    let ready = conditions
        .iter()
        .find(|condition| condition.get("type").and_then(Value::as_str) == Some("Ready"))
        .and_then(|condition| condition.get("status"))
        .and_then(Value::as_str)
        .unwrap_or("-");
    let taints = document
        .at(&["spec", "taints"])
        .and_then(Value::as_array)
        .unwrap_or_default();
    let taints: Vec<String> = taints.iter().map(ToString::to_string).collect();
    let cordoned = document.at(&["spec", "unschedulable"]).is_some();
    format!("Ready={ready} cordoned={cordoned} taints={}", taints.join(","))
}

/// The three pods of the first manifest are Ready after about ten seconds of show time.
#[test]
fn the_first_manifest_takes_about_ten_seconds_to_watch() {
    let text = include_str!("../scenario/first-manifest.txt");
    let scenario = parse(
        "first manifest",
        text.split("--- expect").next().unwrap_or_default(),
    );
    let mut sim = Sim::new(Settings::default());
    sim.take_entries();
    apply_manifest(&mut sim, scenario.manifests.get("first").expect("the manifest"));
    settle(&mut sim);
    let mut pace = statefulset_playground::timeline::pace::Pace::default();
    pace.append(&sim.take_entries());
    let show_ms = pace.end().0;
    println!("first manifest: {show_ms} ms of show");
    assert!((8_000..=12_000).contains(&show_ms), "{show_ms} ms");
}
