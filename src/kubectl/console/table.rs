//! Tables (`printTable` in `cli-runtime/pkg/printers/tableprinter.go`) over a tab writer that remembers the widths of
//! its columns (`GetNewTabWriter`: `NewWriter(output, 6, 4, 3, ' ', RememberWidths)`).

/// Minimum width of a column with its padding, in characters.
const WIDTH_MIN: usize = 6;

/// Spaces after the longest cell of a column.
const PADDING: usize = 3;

/// Aligns rows in columns; later calls do not make columns narrower.
#[derive(Clone, Debug, Default)]
pub struct TabWriter {
    widths: Vec<usize>,
}

impl TabWriter {
    /// Formats rows of cells; the last cell of a row is not padded.
    pub fn write(&mut self, rows: &[Vec<String>]) -> String {
        for row in rows {
            for (i, cell) in row.iter().enumerate().take(row.len().saturating_sub(1)) {
                if self.widths.len() <= i {
                    self.widths.push(WIDTH_MIN);
                }
                self.widths[i] = self.widths[i].max(cell.chars().count() + PADDING);
            }
        }
        let mut out = String::new();
        for row in rows {
            let last = row.len().saturating_sub(1);
            for (i, cell) in row.iter().enumerate() {
                out.push_str(cell);
                if i < last {
                    let width = self.widths.get(i).copied().unwrap_or(0);
                    let space = width.saturating_sub(cell.chars().count());
                    out.extend(std::iter::repeat_n(' ', space));
                }
            }
            out.push('\n');
        }
        out
    }
}

/// The first line of a cell.
pub fn first_line(text: &str) -> String {
    match text.find(['\n', '\r', '\u{c}']) {
        Some(end) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_longest_cell() {
        let mut tabs = TabWriter::default();
        let table = [row(&["NAME", "READY", "AGE"]), row(&["my-database", "0/3", "1s"])];
        assert_eq!(
            tabs.write(&table),
            "NAME          READY   AGE\nmy-database   0/3     1s\n"
        );
        assert_eq!(
            tabs.write(&[row(&["web", "1/3", ""])]),
            "web           1/3     \n"
        );
        assert_eq!(TabWriter::default().write(&[row(&["0", "x"])]), "0     x\n");
    }

    #[test]
    fn cells_have_one_line() {
        assert_eq!(first_line("one\ntwo"), "one...");
        assert_eq!(first_line("one"), "one");
    }
}
