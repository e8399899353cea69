//! How much each column shows: decided by the width that is left for it, not by the number of columns.

/// Width from which a column is shown in full, in CSS pixels.
pub const FULL_PX: u32 = 112;

/// Width from which a column is compact rather than a tile, in CSS pixels.
pub const COMPACT_PX: u32 = 28;

/// Width of the widest column, in CSS pixels.
const COLUMN_PX_MAX: u32 = 232;

/// Width of a tile of the dense stage, in CSS pixels.
const TILE_PX: std::ops::RangeInclusive<u32> = 10..=26;

/// Space between tiles, in CSS pixels.
const TILE_GAP_PX: u32 = 2;

/// How much a column shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// Everything, in words.
    #[default]
    Full,
    /// Icons and the most important numbers.
    Compact,
    /// One tile for the pod, one bar for the claims; columns wrap.
    Dense,
}

impl Size {
    /// Its name in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Size::Full => "full",
            Size::Compact => "compact",
            Size::Dense => "dense",
        }
    }
}

/// How a band is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// How much a column shows.
    pub size: Size,
    /// Width of a column, or of a tile of the dense stage, in CSS pixels.
    pub column_px: u32,
}

/// The layout for a number of columns in an area of this width and height, without the gutter, in CSS pixels.
pub fn layout(columns: usize, width_px: u32, height_px: u32) -> Layout {
    let count = u32::try_from(columns).unwrap_or(u32::MAX).max(1);
    let column_px = (width_px / count).min(COLUMN_PX_MAX);
    let size = match column_px {
        FULL_PX.. => Size::Full,
        COMPACT_PX.. => Size::Compact,
        _ => {
            return Layout {
                size: Size::Dense,
                column_px: tile_px(count, width_px, height_px),
            };
        }
    };
    Layout { size, column_px }
}

/// The largest tile with which all columns fit. Below each tile is a bar of 0.45 tiles.
fn tile_px(count: u32, width_px: u32, height_px: u32) -> u32 {
    let fits = |tile: &u32| {
        let across = (width_px / (tile + TILE_GAP_PX)).max(1);
        let down = count.div_ceil(across);
        down.saturating_mul(tile * 145 / 100 + TILE_GAP_PX) <= height_px
    };
    TILE_PX.rev().find(fits).unwrap_or(*TILE_PX.start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: usize, width_px: u32, size: Size, column_px: u32) {
        assert_eq!(layout(columns, width_px, 500), Layout { size, column_px });
    }

    #[test]
    fn the_column_width_decides_the_size() {
        check(0, 690, Size::Full, 232);
        check(3, 690, Size::Full, 230);
        check(6, 690, Size::Full, 115);
        check(7, 690, Size::Compact, 98);
        check(24, 690, Size::Compact, 28);
        check(25, 690, Size::Dense, 26);
        check(1_000, 690, Size::Dense, 13);
        check(10_000, 690, Size::Dense, 10);
        check(3, 0, Size::Dense, 26);
    }
}
