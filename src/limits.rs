//! Every bound on input from outside, in one place, each with its reason.

/// Longest manifest text read, in bytes. The API server refuses request bodies above 3 MiB and etcd objects above
/// 1.5 MiB; one mebibyte of YAML is some 30 000 lines, far more than a person edits here.
pub const YAML_TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Most documents in one text: each becomes at least one request, and a page shows all of them.
pub const YAML_DOCUMENTS_MAX: usize = 1_000;

/// Deepest nesting of sequences and mappings, aliases expanded. go-yaml stops at 10 000, but every consumer of the
/// tree recurses, and a browser gives WebAssembly about one mebibyte of stack.
pub const YAML_NESTING_MAX: usize = 400;

/// Most nodes of one document, aliases expanded, so that a few lines of anchors cannot fill the memory.
pub const YAML_NODES_MAX: usize = 200_000;

/// Most bytes scanned once more to find out whether commas follow tags; a person writes tags nearly never, so more
/// than this is a text made to cost time.
pub const YAML_TAG_SEARCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Most bytes of scalar text in one document, aliases expanded, for the same reason.
pub const YAML_EXPANDED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Pods of one StatefulSet beyond which its controller stops: what the page can still simulate and show.
pub const PODS: i64 = 10_000;

/// Events that stand at one time; a real cluster forgets them after an hour, a fast run makes many more.
pub const EVENTS: usize = 5_000;

/// Syncs in one settling, against actors that would go on for ever: 10,000 ordered pods created and rolled need
/// about a million.
pub const SETTLE_SYNCS: u64 = 5_000_000;

/// Cluster time of one settling, in milliseconds: a day, longer than any useful chain of waiting.
pub const SETTLE_MS: u64 = 24 * 3_600_000;

/// Entries of one settling: about what a tab can hold.
pub const SETTLE_ENTRIES: usize = 2_000_000;

/// Cluster time that a run is simulated ahead of its play head or last command, in milliseconds: longer than the
/// longest chain of one reason to wait (a lost node's 350 s, an image's back-off), shorter than a crash loop's for ever.
pub const AHEAD_MS: u64 = 30 * 60_000;

/// Entries of one run: each takes one to two kilobytes, and a tab is given about one gigabyte. 10,000 pods are created
/// with 400,000.
pub const RUN_ENTRIES: usize = 600_000;

/// Entries simulated in one go before the page may paint again: some ten milliseconds.
pub const ENTRIES_PER_SLICE: u64 = 500;

/// Entries simulated beside a frame of the show, as long as the play head has enough before it: a millisecond or two.
pub const ENTRIES_PER_FRAME: u64 = 40;

/// Slices simulated at once to find the next quiet moment; where it is further away, skipping takes several goes.
pub const SKIP_SLICES: u32 = 20;

/// Slices simulated at once when a link is opened; a longer run goes on while the page is already there.
pub const OPENING_SLICES: u32 = 40;

/// Entries between two checkpoints of a run: acting in the past simulates so many again at most.
pub const CHECKPOINT_ENTRIES: u64 = 1_000;

/// Checkpoints of one run; beyond, every other one is forgotten.
pub const CHECKPOINTS: usize = 64;

/// Steps of one run, and so of one link.
pub const STEPS: usize = 2_000;

/// Undos remembered.
pub const UNDOS: usize = 200;

/// Longest fragment that is opened, in bytes: browsers take about two mebibytes of address.
pub const LINK_BYTES: usize = 2 * 1024 * 1024;

/// Most bytes that a link may unpack to: a run that applied the longest text several times.
pub const LINK_INFLATED_BYTES: usize = 8 * 1024 * 1024;
