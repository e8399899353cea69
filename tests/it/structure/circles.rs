//! Import circles.
//!
//! In each folder, the files and folders directly inside are compared as units: a folder imports what any file below it
//! imports. A module and its own descendants may import each other. Every circle of files without such a pair is a
//! circle of files and folders inside the lowest folder that contains all of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::Import;

/// Files and folders of one folder that import each other, and the shortest circle.
struct Circle {
    folder: String,
    members: Vec<String>,
    example: Vec<Import>,
}

impl Circle {
    fn report(&self) -> String {
        let mut text = format!(
            "{}: {} import each other: {}",
            self.folder,
            self.members.len(),
            self.members.join(", ")
        );
        for import in &self.example {
            let Import {
                from, to, line, path, ..
            } = import;
            text.push_str(&format!(
                "\n    {}:{line} imports {} ({path})",
                from.file, to.file
            ));
        }
        text
    }
}

/// Imports between the children of one folder.
type Graph<'a> = BTreeMap<String, BTreeMap<String, &'a Import>>;

/// All circles, each with one example.
pub fn circles(imports: &[Import]) -> Vec<String> {
    let mut folders: BTreeMap<Vec<String>, Graph> = BTreeMap::new();
    for import in imports {
        let (from, to) = (&import.from.path, &import.to.path);
        let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) else {
            continue;
        };
        let graph = folders.entry(from[..shared].to_vec()).or_default();
        let targets = graph.entry(a.clone()).or_default();
        let kept = targets.entry(b.clone()).or_insert(import);
        // An example from code is more useful than one from a test.
        if kept.in_test && !import.in_test {
            *kept = import;
        }
    }
    let mut found = Vec::new();
    for (folder, graph) in &folders {
        for members in components(graph) {
            let circle = Circle {
                folder: std::iter::once("src")
                    .chain(folder.iter().map(String::as_str))
                    .collect::<Vec<_>>()
                    .join("/"),
                example: shortest(graph, &members),
                members: members.into_iter().collect(),
            };
            found.push(circle.report());
        }
    }
    found
}

/// What can be reached from `start`, with the predecessor of each on a shortest path.
fn reach<'a>(graph: &'a Graph, start: &'a str) -> BTreeMap<&'a str, &'a str> {
    let mut before = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in graph.get(node).into_iter().flat_map(BTreeMap::keys) {
            if !before.contains_key(next.as_str()) {
                before.insert(next.as_str(), node);
                queue.push_back(next);
            }
        }
    }
    before
}

/// Strongly connected components of more than one node.
fn components(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|node| (node.as_str(), reach(graph, node).into_keys().collect()))
        .collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for node in graph.keys() {
        if found.iter().any(|members| members.contains(node))
            || !reached[node.as_str()].contains(node.as_str())
        {
            continue;
        }
        let back = |other: &&&str| {
            reached
                .get(**other)
                .is_some_and(|set| set.contains(node.as_str()))
        };
        found.push(
            reached[node.as_str()]
                .iter()
                .filter(back)
                .map(|name| (*name).to_owned())
                .collect(),
        );
    }
    found
}

/// The shortest circle among `members`.
fn shortest(graph: &Graph, members: &BTreeSet<String>) -> Vec<Import> {
    let circle = |start: &str| {
        let before = reach(graph, start);
        let mut way = vec![start.to_owned()];
        let mut node = *before.get(start)?;
        while node != start {
            way.push(node.to_owned());
            node = before.get(node)?;
        }
        way.push(start.to_owned());
        way.reverse();
        Some(way)
    };
    let way = members
        .iter()
        .filter_map(|start| circle(start))
        .min_by_key(Vec::len)
        .unwrap_or_default();
    way.windows(2)
        .filter_map(|pair| match pair {
            [a, b] => graph.get(a)?.get(b).map(|import| (*import).clone()),
            _ => None,
        })
        .collect()
}
