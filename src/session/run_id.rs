//! Which run of a session.

/// One of the runs of a session; `data-run` on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunId {
    /// The first run, which always exists.
    #[default]
    A,
    /// The second run, which exists during a comparison.
    B,
}

impl RunId {
    /// `a` or `b`.
    pub fn name(self) -> &'static str {
        match self {
            RunId::A => "a",
            RunId::B => "b",
        }
    }

    /// Its title on the page. Runs have numbers, because letters are used for revisions.
    pub fn title(self) -> &'static str {
        match self {
            RunId::A => "Run 1",
            RunId::B => "Run 2",
        }
    }

    /// The other run.
    pub fn other(self) -> RunId {
        match self {
            RunId::A => RunId::B,
            RunId::B => RunId::A,
        }
    }
}
