//! A QR code, as the server draws it for a phone's camera.

use leptos::prelude::*;
use serde::Deserialize;

/// What the server has drawn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QrCode {
    /// How many modules a side has.
    size: u32,
    /// The dark ones, as the path of an SVG, one unit each.
    path: String,
}

/// How many empty modules stand around it: without them a camera does not find it.
const QUIET: u32 = 4;

/// A QR code, dark on white whatever the colours of the page.
#[component]
pub fn Qr(
    /// The code.
    code: QrCode,
    /// What it is, for whoever cannot see it.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    let QrCode { size, path } = code;
    let side = size + 2 * QUIET;
    let frame = format!("-{QUIET} -{QUIET} {side} {side}");
    view! {
        <svg class="qr" viewBox=frame role="img" aria-label=move || label.get().to_string()>
            <path d=path></path>
        </svg>
    }
}
