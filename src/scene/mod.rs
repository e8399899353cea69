//! What there is to see at a moment: the sentence, and what the stage shows.

pub mod explain;
