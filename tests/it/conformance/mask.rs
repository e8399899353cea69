//! Masks the parts of kubectl's output that vary from run to run.

/// The lines of an output as cells, separated by two spaces or more, with varying parts masked. `command` is the
/// kubectl line: documents have no cells, and the status of pods in them was scripted.
pub fn lines(command: &str, text: &str) -> Vec<Vec<String>> {
    let text = &without_folder(&without_log_prefixes(text));
    let document =
        command.contains("-o yaml") || command.contains("-o json") && !command.contains("jsonpath");
    if document {
        let kept = without_status(text);
        return kept.iter().map(|line| vec![field(line)]).collect();
    }
    // The table of ReplicaSets does not name their kind.
    let subject = if text.starts_with("NAME") && text.contains("   DESIRED   CURRENT   READY ") {
        "replicaset"
    } else {
        ""
    };
    let mut rows: Vec<Vec<String>> = text.lines().map(|line| row(line, subject)).collect();
    // Rows are sorted by name: random names have a random order.
    let is_random = |row: &Vec<String>| row.first().is_some_and(|name| name.contains("<uid>"));
    for run in rows.chunk_by_mut(|a, b| is_random(a) && is_random(b)) {
        run.sort();
    }
    rows
}

/// Removes what klog writes in front of its messages: `W1130 23:17:06.891847   21743 helpers.go:719] `.
fn without_log_prefixes(text: &str) -> String {
    let is_severity = |line: &str| {
        let date = line.strip_prefix(['I', 'W', 'E']).and_then(|rest| rest.get(..5));
        date.is_some_and(|date| date.ends_with(' ') && date[..4].bytes().all(|b| b.is_ascii_digit()))
    };
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.split_once("] ") {
            Some((_, message)) if is_severity(line) => message,
            _ => line,
        });
    lines.collect()
}

/// Masks the folder in which kustomize looked for a kustomization.
fn without_folder(text: &str) -> String {
    match text.split_once("or 'Kustomization' in directory '") {
        Some((before, _)) => format!("{before}or 'Kustomization' in directory <folder>"),
        None => text.to_owned(),
    }
}

/// The cells of a line; `subject` is the kind that its table is about, if the line does not tell.
fn row(line: &str, subject: &str) -> Vec<String> {
    let cells = cells(line);
    // A line of a difference between two documents.
    if line
        .trim_start_matches(['+', '-', ' '])
        .starts_with("resourceVersion:")
    {
        return vec!["resourceVersion:".to_owned()];
    }
    match cells.first().map(String::as_str) {
        Some("CreationTimestamp:") => vec!["CreationTimestamp:".to_owned()],
        _ => cells
            .iter()
            .map(|cell| masked_cell(&format!("{line}{subject}"), cell))
            .collect(),
    }
}

/// A cell without its varying parts; `line` tells what it is about.
fn masked_cell(line: &str, cell: &str) -> String {
    if is_date(cell) {
        return "<date>".to_owned();
    }
    let masked = words(cell);
    let of_replica_set = ["ReplicaSet", "replica set", "replicaset"]
        .iter()
        .any(|word| line.contains(word));
    let words = masked.split(' ').map(|word| {
        // A name, a hash, and for pods a random suffix.
        let of_pod = word.strip_suffix("-<random>");
        match of_pod.unwrap_or(word).rsplit_once('-') {
            Some((name, hash)) if is_hash(hash) && of_pod.is_some() => format!("{name}-<hash>-<random>"),
            Some((name, hash)) if is_hash(hash) && of_replica_set => format!("{name}-<hash>"),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a text is the hash of a pod template (`ComputeHash` with `SafeEncodeString`).
fn is_hash(text: &str) -> bool {
    (8..=10).contains(&text.len()) && text.chars().all(|c| "bcdfghjklmnpqrstvwxz2456789".contains(c))
}

/// Whether a cell is a date as `describe` prints it (`time.RFC1123Z`).
fn is_date(cell: &str) -> bool {
    cell.len() == 31 && cell.as_bytes()[3] == b',' && cell.ends_with(" +0000")
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = line.trim_end();
    while let Some(gap) = rest.find("  ") {
        cells.push(rest[..gap].trim().to_owned());
        rest = rest[gap..].trim_start();
    }
    cells.push(rest.trim().to_owned());
    cells
}

/// The lines of a document without the status of pods.
fn without_status(text: &str) -> Vec<String> {
    let mut kept = Vec::new();
    let mut inside: Option<usize> = None;
    let mut is_pod = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let word = line.trim().trim_end_matches(',').replace('"', "");
        if inside.is_some_and(|from| indent > from) {
            continue;
        }
        // The closing brace of the status.
        if inside.take().is_some_and(|from| indent == from) && word == "}" {
            continue;
        }
        if let Some(kind) = word.trim_start_matches("- ").strip_prefix("kind: ") {
            is_pod = kind == "Pod" || is_pod && kind == "StatefulSet";
        }
        if is_pod && (word == "status:" || word == "status: {") {
            inside = Some(indent);
            continue;
        }
        kept.push(line.to_owned());
    }
    kept
}

/// A line of a document without the values of varying fields.
fn field(line: &str) -> String {
    let (key, _) = line.split_once(':').unwrap_or((line, ""));
    match key.trim().trim_start_matches("- ").trim_matches('"') {
        "resourceVersion" | "nodeName" | "uid" | "creationTimestamp" => key.to_owned(),
        _ => words(line),
    }
}

fn words(text: &str) -> String {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '+');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(belongs) {
        out.push_str(&rest[..start]);
        let word = &rest[start..];
        let end = word.find(|c| !belongs(c)).unwrap_or(word.len());
        out.push_str(&masked(&word[..end]));
        rest = &word[end..];
    }
    out.push_str(rest);
    out
}

fn masked(word: &str) -> String {
    if is_age(word) {
        return "<age>".to_owned();
    }
    if let Some((port, node_port)) = word.split_once(':')
        && port.parse::<u16>().is_ok()
        && node_port
            .parse()
            .is_ok_and(|node_port| (30_000..32_768).contains(&node_port))
    {
        return format!("{port}:<node port>");
    }
    if let Some((address, port)) = word.split_once(':')
        && masked(address) == "<ip>"
    {
        return format!("<ip>:{port}");
    }
    if word.split('.').count() == 4 && word.split('.').all(|part| part.parse::<u8>().is_ok()) {
        return "<ip>".to_owned();
    }
    if let Some(start) = word.len().checked_sub(36).filter(|&start| is_uid(&word[start..])) {
        return format!("{}<uid>", &word[..start]);
    }
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if let Some((folder @ ("LIVE" | "MERGED"), number)) = word.split_once('-')
        && digits(number)
    {
        return format!("{folder}-<random>");
    }
    let is_date = word.len() == 10 && word.split('-').map(str::len).eq([4, 2, 2]);
    let is_time = word.len() == 18 && word.split([':', '.']).map(str::len).eq([2, 2, 2, 9]);
    if (is_date || is_time) && digits(&word.replace(['-', ':', '.'], "")) {
        return "<time>".to_owned();
    }
    if word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T' {
        return "<time>".to_owned();
    }
    // The name of an event ends with the time at which it was recorded.
    if let Some((name, time)) = word.rsplit_once('.')
        && time.len() == 16
        && time.starts_with('1')
        && time.chars().all(|c| c.is_ascii_hexdigit())
    {
        return format!("{name}.<event>");
    }
    match word.rsplit_once('-') {
        Some((name, suffix)) if is_random(suffix) => format!("{name}-<random>"),
        _ => word.to_owned(),
    }
}

fn is_age(word: &str) -> bool {
    let mut digits = 0;
    let mut any = false;
    for c in word.chars() {
        match c {
            '0'..='9' => digits += 1,
            's' | 'm' | 'h' | 'd' | 'y' if digits > 0 => (digits, any) = (0, true),
            _ => return false,
        }
    }
    any && digits == 0
}

fn is_uid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn is_random(suffix: &str) -> bool {
    suffix.len() == 5 && suffix.chars().all(|c| "bcdfghjklmnpqrstvwxz2456789".contains(c))
}

#[test]
fn varying_parts_are_masked() {
    let check = |line: &str, expected: &[&str]| assert_eq!(lines("get", line), [expected]);
    check(
        "web-0   1/1     Running   3 (45s ago)   2m3s",
        &["web-0", "1/1", "Running", "3 (<age> ago)", "<age>"],
    );
    check(
        "www   Bound    pvc-33d8ee2d-6b01-4809-b0f8-d4bd853e076d   1Gi",
        &["www", "Bound", "pvc-<uid>", "1Gi"],
    );
    check(
        "web-c6npp   IPv4   80   10.0.0.1,10.0.0.2",
        &["web-<random>", "IPv4", "80", "<ip>,<ip>"],
    );
    check("event/web.18ecf789e4983c28", &["event/web.<event>"]);
    check("web-c8c848f96   1s", &["web-c8c848f96", "<age>"]);
    check("api-766df4c957-x2b9z   1s", &["api-<hash>-<random>", "<age>"]);
    check(
        "NewReplicaSet:   api-766df4c957 (2/2 replicas created)",
        &["NewReplicaSet:", "api-<hash> (2/2 replicas created)"],
    );
    check(
        "Started:   Mon, 30 Nov 2026 23:14:20 +0000",
        &["Started:", "<date>"],
    );
}
