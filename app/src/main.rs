//! Minvei in the browser: texts and disk first, then the page.
//!
//! `#boot` in index.html stands there until the app stands behind it.

mod app;
mod components;
mod db;
mod i18n;
mod names;
mod nav;
mod pages;
mod parts;
mod platform;
mod presence;
mod session;
mod shell;
mod store;
mod sync;

use futures::future::join;
use leptos::{logging::warn, mount::mount_to_body};
use wasm_bindgen_futures::spawn_local;

use crate::platform::{clock, draft, speech, storage, update};

/// How long to wait before the texts are asked for again, in milliseconds.
const BETWEEN_TRIES: u32 = 2_000;

fn main() {
    console_error_panic_hook::set_once();
    spawn_local(start());
}

async fn start() {
    update::start();
    draft::start();
    speech::start();
    presence::start();
    spawn_local(components::draw_icons());
    join(texts(), session::start()).await;
    spawn_local(storage::look());
    mount_to_body(app::App);
}

/// Without texts there is no page: index.html says that it takes long, and we go on trying.
async fn texts() {
    while let Err(fault) = i18n::start().await {
        warn!("no texts yet: {fault}");
        clock::sleep(BETWEEN_TRIES).await;
    }
}
