//! Columns as Go's `text/tabwriter` aligns them, with the settings of `describe.go`: cells padded with two blanks.

/// Blanks between the widest cell of a column and the next one.
const PADDING: usize = 2;

/// Replaces every tab by blanks, so that the cells that tabs end stand in columns.
///
/// A column is a block of consecutive lines that all have a cell there which a tab ends; what follows the last tab of
/// a line is no part of a column, and is never padded.
pub fn align(text: &str) -> String {
    let lines: Vec<Vec<&str>> = text
        .split(['\n', '\u{c}'])
        .map(|line| line.split(['\t', '\u{b}']).collect())
        .collect();
    let widths = widths(&lines);
    let mut out = String::with_capacity(text.len() * 2);
    for (i, (cells, widths)) in lines.iter().zip(&widths).enumerate() {
        if i > 0 {
            out.push('\n');
        }
        for (j, cell) in cells.iter().enumerate() {
            out.push_str(cell);
            if let Some(width) = widths.get(j) {
                out.extend(std::iter::repeat_n(' ', width.saturating_sub(length(cell))));
            }
        }
    }
    out
}

/// The width of each cell that a tab ends, line by line.
fn widths(lines: &[Vec<&str>]) -> Vec<Vec<usize>> {
    let mut widths: Vec<Vec<usize>> = lines.iter().map(|cells| vec![0; cells.len() - 1]).collect();
    let mut open: Vec<usize> = (0..lines.len()).collect();
    let mut column = 0;
    loop {
        open.retain(|&i| widths[i].len() > column);
        if open.is_empty() {
            return widths;
        }
        for block in open.chunk_by(|a, b| a + 1 == *b) {
            let widest = block.iter().map(|&i| length(lines[i][column])).max();
            for &i in block {
                widths[i][column] = widest.unwrap_or(0) + PADDING;
            }
        }
        column += 1;
    }
}

fn length(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::align;

    #[track_caller]
    fn check(text: &str, aligned: &str) {
        assert_eq!(align(text), aligned);
    }

    #[test]
    fn cells_that_tabs_end_stand_in_columns() {
        check("", "");
        check("a\n", "a\n");
        check("a\tb\nlong\tc\n", "a     b\nlong  c\n");
        check("a\tb\nno cells\nlong\tc\n", "a  b\nno cells\nlong  c\n");
        check("a\t\n", "a  \n");
        check("a\tb\tc\nlong\td\n", "a     b  c\nlong  d\n");
        check(
            "a\tb\tc\nlong\td\ne\tfgh\ti\n",
            "a     b  c\nlong  d\ne     fgh  i\n",
        );
        check("\tb\nkey\tc\n", "     b\nkey  c\n");
        check("é\tb\nab\tc", "é   b\nab  c");
    }

    #[test]
    fn other_control_characters_mean_what_they_mean_to_go() {
        check("a\u{b}b\nlong\tc\n", "a     b\nlong  c\n");
        check("a\tb\u{c}long\tc\n", "a     b\nlong  c\n");
    }
}
