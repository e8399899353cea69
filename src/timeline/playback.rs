//! The play head: plain data, moved by commands and by the passing of real time.

use super::history::History;
use super::pace::Show;

/// Where a run is looked at: a moment of the show, and the last entry that counts.
///
/// Many entries may be shown at one moment, so stepping needs the entry; playing needs the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The moment.
    pub show: Show,
    /// The position in the log.
    pub seq: u64,
}

/// How fast the show runs, in quarters: 1 is ×0.25, 4 is ×1, 64 is ×16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(u32);

impl Speed {
    /// The speeds on offer, slowest first.
    pub const ALL: [Speed; 7] = [
        Speed(1),
        Speed(2),
        Speed(4),
        Speed(8),
        Speed(16),
        Speed(32),
        Speed(64),
    ];
    /// As it is.
    pub const NORMAL: Speed = Speed(4);

    /// The offered speed that is nearest to so many quarters.
    pub fn from_quarters(quarters: u32) -> Speed {
        let nearest = Self::ALL.iter().min_by_key(|speed| speed.0.abs_diff(quarters));
        nearest.copied().unwrap_or(Self::NORMAL)
    }

    /// Reads `0.25`, `0.5`, `1`, `2` … with or without the sign of multiplication.
    pub fn parse(text: &str) -> Option<Speed> {
        let bare = text
            .trim()
            .trim_start_matches(['×', 'x'])
            .trim_end_matches(['×', 'x']);
        Self::ALL.into_iter().find(|speed| speed.bare() == bare)
    }

    /// In quarters.
    pub fn quarters(self) -> u32 {
        self.0
    }

    /// `0.25`, `1`, `16`.
    pub fn bare(self) -> String {
        match self.0 {
            1 => "0.25".into(),
            2 => "0.5".into(),
            quarters => (quarters / 4).to_string(),
        }
    }

    /// The next faster one, or the same.
    pub fn faster(self) -> Speed {
        Self::ALL.into_iter().find(|speed| *speed > self).unwrap_or(self)
    }

    /// The next slower one, or the same.
    pub fn slower(self) -> Speed {
        Self::ALL
            .into_iter()
            .rev()
            .find(|speed| *speed < self)
            .unwrap_or(self)
    }
}

/// What the transport shows and changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Playback {
    head: Head,
    playing: bool,
    speed: Speed,
    /// Quarter milliseconds of show that have passed beyond the head's whole ones.
    rest: u64,
}

/// Longest stretch of real time that one tick counts, in milliseconds. A browser stops calling back while the page is
/// hidden; the first call afterwards must not jump to the end.
const TICK_MS_MAX: u64 = 250;

impl Playback {
    /// At the beginning of a log.
    pub fn new(history: &History, playing: bool) -> Playback {
        Playback {
            head: Head {
                show: Show(0),
                seq: history.start(),
            },
            playing,
            speed: Speed::NORMAL,
            rest: 0,
        }
    }

    /// Where the play head stands.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Whether it moves by itself.
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// How fast.
    pub fn speed(&self) -> Speed {
        self.speed
    }

    /// Lets the show run. At the end there is nothing to run: it goes on as soon as something happens.
    pub fn play(&mut self) {
        self.playing = true;
    }

    /// Stops where it is.
    pub fn pause(&mut self) {
        self.playing = false;
        self.rest = 0;
    }

    /// Sets the speed.
    pub fn set_speed(&mut self, speed: Speed) {
        self.speed = speed;
    }

    /// Moves to a moment of the show, at most to the last entry's.
    pub fn seek(&mut self, history: &History, show: Show) {
        let show = show.min(history.pace().end());
        self.head = Head {
            show,
            seq: history.seq_at(show),
        };
        self.rest = 0;
    }

    /// Moves to an entry, and no further even if others are shown at the same moment.
    pub fn seek_entry(&mut self, history: &History, seq: u64) {
        let seq = seq.clamp(history.start(), history.end());
        self.head = Head {
            show: history.shown(seq),
            seq,
        };
        self.rest = 0;
    }

    /// Moves back to where the head once stood, as far as the log still is what it was there.
    pub fn put_back(&mut self, history: &History, head: Head) {
        self.seek_entry(history, head.seq);
        let next = history.entry(head.seq + 1).map(|next| history.shown(next.seq));
        let last = next.unwrap_or(self.head.show);
        self.head.show = head.show.clamp(self.head.show, last.max(self.head.show));
    }

    /// Lets real time pass, in milliseconds. Returns whether the head moved. While the page is hidden nobody calls
    /// this, and a call that comes late counts as a short one.
    pub fn tick(&mut self, history: &History, elapsed_ms: u64) -> bool {
        if !self.playing {
            return false;
        }
        let passed = elapsed_ms.min(TICK_MS_MAX) * u64::from(self.speed.0) + self.rest;
        let show = self.head.show.plus(passed / 4);
        let end = history.pace().end();
        let before = self.head;
        if show >= end {
            self.seek(history, end);
        } else {
            self.rest = passed % 4;
            self.head = Head {
                show,
                seq: history.seq_at(show),
            };
        }
        self.head != before
    }

    /// Whether it stands at the last entry.
    pub fn at_end(&self, history: &History) -> bool {
        self.head.seq >= history.end()
    }
}
