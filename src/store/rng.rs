//! Random numbers of a run. Links depend on the streams: they must never change.

/// PCG-XSH-RR with 64 bits of state and 32 of output.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
    stream: u64,
}

/// The letters of generated names: no vowels, so that no words occur (`apimachinery/pkg/util/rand`).
pub const NAME_LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

impl Rng {
    /// A generator with that seed. Each actor has its own stream, so that its draws do not affect those of others.
    pub fn new(seed: u64, stream: u64) -> Rng {
        let mut rng = Rng {
            state: 0,
            stream: stream << 1 | 1,
        };
        rng.next();
        rng.state = rng.state.wrapping_add(seed);
        rng.next();
        rng
    }

    /// The next 32 random bits.
    #[allow(
        clippy::should_implement_trait,
        reason = "the usual name of a generator's method; it is no iterator"
    )]
    pub fn next(&mut self) -> u32 {
        let old = self.state;
        self.state = old
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(self.stream);
        let xored = (((old >> 18) ^ old) >> 27) as u32;
        xored.rotate_right((old >> 59) as u32)
    }

    /// A uniformly distributed number below `bound`, with a bias below 2⁻³²; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.next()) * u64::from(bound)) >> 32) as u32
    }

    /// A version 4 UUID.
    pub fn uid(&mut self) -> String {
        let [a, b, c, d] = [self.next(), self.next(), self.next(), self.next()];
        format!(
            "{a:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{d:08x}",
            b >> 16,
            b & 0xfff,
            0x8000 | (c >> 16 & 0x3fff),
            c & 0xffff
        )
    }

    /// `count` letters of a generated name, such as the suffix of a ReplicaSet's pod.
    pub fn letters(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(NAME_LETTERS[self.below(27) as usize]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_stream_never_changes() {
        let mut rng = Rng::new(42, 54);
        let drawn: Vec<u32> = (0..4).map(|_| rng.next()).collect();
        assert_eq!(drawn, [0xa15c_02b7, 0x7b47_f409, 0xba1d_3330, 0x83d2_f293]);
        assert_eq!(rng.uid().len(), 36);
        assert!(rng.letters(5).bytes().all(|b| super::NAME_LETTERS.contains(&b)));
    }
}
