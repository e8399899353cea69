//! Aligns columns as Go's `text/tabwriter` does, with the settings of `describe.go`.

/// Spaces after the widest cell of a column.
const PADDING: usize = 2;

/// Replaces tabs with spaces so that cells are aligned in columns.
///
/// A column is a block of consecutive lines with a tab-terminated cell at that position. The text after the last tab of
/// a line is not part of a column and is not padded.
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

/// The width of each tab-terminated cell, line by line.
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
    fn tab_terminated_cells_are_aligned() {
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
    fn vertical_tabs_and_form_feeds_are_treated_as_in_go() {
        check("a\u{b}b\nlong\tc\n", "a     b\nlong  c\n");
        check("a\tb\u{c}long\tc\n", "a     b\nlong  c\n");
    }
}
