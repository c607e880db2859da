//! A text as a QR code, drawn by whoever shows it.

use fast_qr::{ECL, QRBuilder};
use serde::Serialize;
use utoipa::ToSchema;

/// The dark modules of a QR code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Qr {
    /// How many modules a side has, without the quiet zone.
    size: usize,
    /// The dark ones as the path of an SVG, one unit each.
    path: String,
}

impl Qr {
    /// The code of a text; an empty one where it is longer than a code can hold, 2 331 bytes.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else {
            return Self { size: 0, path: String::new() };
        };
        let mut path = String::new();
        for (y, row) in (0..code.size).map(|y| (y, &code[y])) {
            let mut x = 0;
            while x < code.size {
                let dark = row[x..code.size].iter().take_while(|module| module.value()).count();
                if dark > 0 {
                    path.push_str(&format!("M{x} {y}h{dark}v1h-{dark}z"));
                }
                x += dark.max(1);
            }
        }
        Self { size: code.size, path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners() {
        let qr = Qr::of("https://minvei.example/sign-in#card=NS-KRTP-6P");
        assert!(qr.size >= 25, "{}", qr.size);
        let far = qr.size - 7;
        for corner in ["M0 0h7v1h-7z".to_owned(), format!("M{far} 0h7v1h-7z"), format!("M0 {far}h7v1h-7z")] {
            assert!(qr.path.contains(&corner), "{corner}");
        }
    }

    #[test]
    fn what_is_too_long_is_no_code() {
        assert_eq!(Qr::of(&"x".repeat(4_000)).size, 0);
    }
}
