//! Limits on input and on simulation, each with its reason.

/// Longest manifest text, in bytes. The API server refuses request bodies above 3 MiB and etcd objects above
/// 1.5 MiB; one mebibyte of YAML is some 30 000 lines, far more than anybody edits here.
pub const YAML_TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Most documents in one text: each becomes at least one request, and the page shows all of them.
pub const YAML_DOCUMENTS_MAX: usize = 1_000;

/// Deepest nesting of sequences and mappings, aliases expanded. go-yaml allows 10 000 levels, but every consumer of the
/// tree is recursive, and WebAssembly has about one mebibyte of stack in a browser.
pub const YAML_NESTING_MAX: usize = 400;

/// Most nodes of one document, aliases expanded, so that a few lines of anchors cannot exhaust memory.
pub const YAML_NODES_MAX: usize = 200_000;

/// Most bytes scanned again to find commas in tags; tags are rare, so only a malicious text needs more.
pub const YAML_TAG_SEARCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most bytes of scalar text in one document, aliases expanded, for the same reason.
pub const YAML_EXPANDED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Most pods of one StatefulSet: its controller stops there, because the page cannot simulate and show more.
pub const PODS: i64 = 10_000;

/// Most Events in the store; a real cluster removes them after an hour, and a fast run creates many more.
pub const EVENTS: usize = 5_000;

/// Most syncs in one settling, in case that actors never become idle: creating and rolling 10,000 ordered pods takes
/// about a million.
pub const SETTLE_SYNCS: u64 = 5_000_000;

/// Longest cluster time of one settling, in milliseconds: a day, longer than any useful chain of waits.
pub const SETTLE_MS: u64 = 24 * 3_600_000;

/// Most log entries of one settling: about what a tab can hold.
pub const SETTLE_ENTRIES: usize = 2_000_000;

/// Cluster time that a run is simulated ahead of its play head or last command, in milliseconds: longer than the longest
/// single wait (350 s for a lost node, the image back-off); a crash loop would never end.
pub const AHEAD_MS: u64 = 30 * 60_000;

/// Most log entries of one run: each takes one to two kilobytes, and a tab has about one gigabyte. Creating 10,000 pods
/// takes 400,000.
pub const RUN_ENTRIES: usize = 600_000;

/// Entries simulated before the page may paint again: some ten milliseconds.
pub const ENTRIES_PER_SLICE: u64 = 500;

/// Entries simulated per animation frame while the play head has enough entries ahead: a millisecond or two.
pub const ENTRIES_PER_FRAME: u64 = 40;

/// Slices simulated at once to find the next quiet moment; one further away takes several skips.
pub const SKIP_SLICES: u32 = 20;

/// Slices simulated at once when a link is opened; a longer run continues while the page is shown.
pub const OPENING_SLICES: u32 = 40;

/// Entries between two checkpoints of a run: a command in the past simulates at most this many again.
pub const CHECKPOINT_ENTRIES: u64 = 1_000;

/// Most checkpoints of one run; beyond that every other one is dropped.
pub const CHECKPOINTS: usize = 64;

/// Most steps of one run, and so of one link.
pub const STEPS: usize = 2_000;

/// Most undo steps kept.
pub const UNDOS: usize = 200;

/// Longest URL fragment that is decoded, in bytes: browsers accept addresses of about two mebibytes.
pub const LINK_BYTES: usize = 2 * 1024 * 1024;

/// Most bytes that a link may inflate to: a run that applied the longest text several times.
pub const LINK_INFLATED_BYTES: usize = 8 * 1024 * 1024;

/// Longest line of the console, in bytes: a patch of a whole manifest fits.
pub const CONSOLE_LINE_BYTES: usize = 64 * 1024;

/// Most read-only console lines kept; the oldest are dropped first.
pub const CONSOLE_LINES: usize = 200;
