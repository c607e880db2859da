//! Rows in pages of at most 63 KiB: IndexedDB is slow by the entry, not by the byte.

use shared::sync::wire::WireRow;

/// The most bytes in a page, before it is sealed. A single row may be larger.
const MOST: usize = 62 * 1024;
/// What JSON adds to a row's kind and body: names, numbers, marks.
const AROUND_ROW: usize = 64;

/// `rows` in their order, in as few pages as they fit; one page of none.
pub fn pages(rows: Vec<WireRow>) -> Vec<Vec<WireRow>> {
    let mut pages = Vec::new();
    let mut page = Vec::new();
    let mut size = 0;
    for row in rows {
        let length = row.kind.len() + row.body.get().len() + AROUND_ROW;
        if size + length > MOST && !page.is_empty() {
            pages.push(std::mem::take(&mut page));
            size = 0;
        }
        size += length;
        page.push(row);
    }
    if !page.is_empty() || pages.is_empty() {
        pages.push(page);
    }
    pages
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn row(version: u64, length: usize) -> WireRow {
        let body = format!("\"{}\"", "x".repeat(length));
        WireRow { kind: "order".into(), version, shape: 1, body: RawValue::from_string(body).unwrap() }
    }

    #[test]
    fn pages_are_full_and_lose_nothing() {
        let rows: Vec<_> = (0..2_000).map(|version| row(version, 200)).collect();
        let pages = pages(rows.clone());
        let (last, full) = pages.split_last().unwrap();
        for page in full {
            let size = serde_json::to_vec(page).unwrap().len();
            assert!((32 * 1024..=63 * 1024).contains(&size), "{size}");
        }
        assert!(serde_json::to_vec(last).unwrap().len() <= 63 * 1024);
        assert_eq!(pages.concat(), rows);
    }

    #[test]
    fn a_row_that_is_too_large_has_a_page_of_its_own() {
        let lengths = |pages: Vec<Vec<WireRow>>| pages.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths(pages(vec![row(1, 10), row(2, 90_000), row(3, 10)])), [1, 1, 1]);
        assert_eq!(lengths(pages(Vec::new())), [0]);
    }
}
