//! The play head and the playback speed: plain data, advanced by [`Playback::tick`].

use super::history::History;
use super::pace::Show;

/// A position of playback: the show time, and the last entry that has been applied.
///
/// Several entries may have the same show time, so stepping needs the entry; playing needs the show time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayHead {
    /// The show time.
    pub show: Show,
    /// The position in the log.
    pub seq: u64,
}

/// The playback speed, in quarters: 1 is ×0.25, 4 is ×1, 64 is ×16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(u32);

impl Speed {
    /// The speeds that can be chosen, slowest first.
    pub const ALL: [Speed; 7] = [
        Speed(1),
        Speed(2),
        Speed(4),
        Speed(8),
        Speed(16),
        Speed(32),
        Speed(64),
    ];
    /// ×1.
    pub const NORMAL: Speed = Speed(4);

    /// The speed that is nearest to a number of quarters.
    pub fn from_quarters(quarters: u32) -> Speed {
        let nearest = Self::ALL.iter().min_by_key(|speed| speed.0.abs_diff(quarters));
        nearest.copied().unwrap_or(Self::NORMAL)
    }

    /// Parses `0.25`, `0.5`, `1`, `2` …, with or without a multiplication sign.
    pub fn parse(text: &str) -> Option<Speed> {
        let factor = text
            .trim()
            .trim_start_matches(['×', 'x'])
            .trim_end_matches(['×', 'x']);
        Self::ALL.into_iter().find(|speed| speed.factor() == factor)
    }

    /// The speed in quarters.
    pub fn quarters(self) -> u32 {
        self.0
    }

    /// The factor without a multiplication sign: `0.25`, `1`, `16`.
    pub fn factor(self) -> String {
        match self.0 {
            1 => "0.25".into(),
            2 => "0.5".into(),
            quarters => (quarters / 4).to_string(),
        }
    }
}

/// The state of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Playback {
    head: PlayHead,
    playing: bool,
    speed: Speed,
    /// Quarter milliseconds of show time that have passed beyond the head's whole milliseconds.
    remainder: u64,
}

/// Maximum real time that one tick counts, in milliseconds. A browser stops animation frames while the page is hidden;
/// the first frame afterwards must not jump to the end.
const TICK_MS_MAX: u64 = 250;

impl Playback {
    /// Playback at the start of a log.
    pub fn new(history: &History, playing: bool) -> Playback {
        Playback {
            head: PlayHead {
                show: Show(0),
                seq: history.start(),
            },
            playing,
            speed: Speed::NORMAL,
            remainder: 0,
        }
    }

    /// The play head.
    pub fn head(&self) -> PlayHead {
        self.head
    }

    /// Whether the play head advances with time.
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// The speed.
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Starts playback. At the end of the log the play head stays until entries are added.
    pub fn play(&mut self) {
        self.playing = true;
    }

    /// Stops playback.
    pub fn pause(&mut self) {
        self.playing = false;
        self.remainder = 0;
    }

    /// Sets the speed.
    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
    }

    /// Moves to a show time, at most the last entry's.
    pub fn seek(&mut self, history: &History, show: Show) {
        let show = show.min(history.pace().end());
        self.head = PlayHead {
            show,
            seq: history.seq_at(show),
        };
        self.remainder = 0;
    }

    /// Moves to an entry; later entries with the same show time are not applied.
    pub fn seek_entry(&mut self, history: &History, seq: u64) {
        let seq = seq.clamp(history.start(), history.end());
        self.head = PlayHead {
            show: history.shown_at(seq),
            seq,
        };
        self.remainder = 0;
    }

    /// Restores an earlier play head, or the end of the log if that is earlier.
    pub fn restore(&mut self, history: &History, head: PlayHead) {
        self.seek_entry(history, head.seq);
        let next = history.entry(head.seq + 1).map(|next| history.shown_at(next.seq));
        let last = next.unwrap_or(self.head.show);
        self.head.show = head.show.clamp(self.head.show, last.max(self.head.show));
    }

    /// Advances by real time, in milliseconds. Returns whether the play head moved. A late call counts as
    /// [`TICK_MS_MAX`].
    pub fn tick(&mut self, history: &History, elapsed_ms: u64) -> bool {
        if !self.playing {
            return false;
        }
        let passed = elapsed_ms.min(TICK_MS_MAX) * u64::from(self.speed.0) + self.remainder;
        let show = self.head.show.plus(passed / 4);
        let end = history.pace().end();
        let before = self.head;
        if show >= end {
            self.seek(history, end);
        } else {
            self.remainder = passed % 4;
            self.head = PlayHead {
                show,
                seq: history.seq_at(show),
            };
        }
        self.head != before
    }

    /// Whether the play head is at the last entry.
    pub fn at_end(&self, history: &History) -> bool {
        self.head.seq >= history.end()
    }
}
