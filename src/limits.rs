//! Limits on input and on simulation, each with its reason.

/// Maximum length of a manifest, in bytes. The API server refuses request bodies above 3 MiB and etcd objects above
/// 1.5 MiB; one mebibyte of YAML is some 30 000 lines, far more than is edited here.
pub const YAML_TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Maximum number of documents in one text: each becomes at least one request, and the page shows all of them.
pub const YAML_DOCUMENTS_MAX: usize = 1_000;

/// Maximum nesting of sequences and mappings, aliases expanded. go-yaml allows 10 000 levels, but every consumer of the
/// tree is recursive, and WebAssembly has about one mebibyte of stack in a browser.
pub const YAML_NESTING_MAX: usize = 400;

/// Maximum number of nodes in one document, aliases expanded, so that a few lines of anchors cannot exhaust memory.
pub const YAML_NODES_MAX: usize = 200_000;

/// Maximum number of bytes scanned again to find commas in tags; tags are rare, so only a malicious text needs more.
pub const YAML_TAG_SEARCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Maximum size of the scalars of one document in bytes, aliases expanded, for the same reason.
pub const YAML_EXPANDED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Maximum number of pods of one StatefulSet: its controller stops there, because the page cannot simulate and show
/// more.
pub const PODS: i64 = 10_000;

/// Maximum number of Events in the store; a real cluster removes them after an hour, and a fast run creates many more.
pub const EVENTS: usize = 5_000;

/// Maximum number of syncs in one settling, in case actors never become idle: creating and updating 10,000 ordered pods
/// takes about a million.
pub const SETTLE_SYNCS: u64 = 5_000_000;

/// Maximum cluster time of one settling, in milliseconds: a day, longer than any useful chain of waits.
pub const SETTLE_MS: u64 = 24 * 3_600_000;

/// Maximum number of log entries in one settling: about as many as fit in the memory of a tab.
pub const SETTLE_ENTRIES: usize = 2_000_000;

/// Cluster time that a run is simulated ahead of its play head or last command, in milliseconds: longer than the
/// longest single wait (350 s for a lost node, the image back-off); a crash loop would never end.
pub const AHEAD_MS: u64 = 30 * 60_000;

/// Maximum number of log entries in one run: each takes one to two kilobytes, and a tab has about one gigabyte.
/// Creating 10,000 pods takes 400,000.
pub const RUN_ENTRIES: usize = 600_000;

/// Entries simulated before the page may paint again: some ten milliseconds.
pub const ENTRIES_PER_SLICE: u64 = 500;

/// Entries simulated per animation frame while the play head has enough entries ahead: a millisecond or two.
pub const ENTRIES_PER_FRAME: u64 = 40;

/// Slices simulated by one skip to find the next quiet position; one further away takes several skips.
pub const SKIP_SLICES: u32 = 20;

/// Slices simulated when a link is opened; a longer run continues while the page is shown.
pub const OPENING_SLICES: u32 = 40;

/// Entries between two checkpoints of a run: a command in the past simulates at most this many again.
pub const CHECKPOINT_ENTRIES: u64 = 1_000;

/// Maximum number of checkpoints in one run; beyond that every other one is dropped.
pub const CHECKPOINTS: usize = 64;

/// Maximum number of steps in one run, and so in one link.
pub const STEPS: usize = 2_000;

/// Maximum number of undo steps.
pub const UNDOS: usize = 200;

/// Maximum length of a URL fragment that is decoded, in bytes: browsers accept addresses of about two mebibytes.
pub const LINK_BYTES: usize = 2 * 1024 * 1024;

/// Maximum size of an inflated link, in bytes: a run that applied the longest text several times.
pub const LINK_INFLATED_BYTES: usize = 8 * 1024 * 1024;

/// Maximum length of a console line, in bytes: a patch of an entire manifest fits.
pub const CONSOLE_LINE_BYTES: usize = 64 * 1024;

/// Maximum number of read-only console lines; the oldest are dropped first.
pub const CONSOLE_LINES: usize = 200;
