//! The way in for staff who have a passkey: nothing is typed, not even a user name.

use leptos::prelude::*;
use serde_json::value::RawValue;
use wasm_bindgen_futures::spawn_local;

use super::attempt::why;
use crate::{
    components::{Icon, Notice},
    i18n::tr,
    parts::Door,
    platform::passkey::{self, NoPasskey},
    session,
    sync::{net::Fault, passkeys},
};

/// A try with a passkey, and what came of it.
#[derive(Clone, Copy)]
struct Trying {
    is_under_way: RwSignal<bool>,
    no: RwSignal<Option<No>>,
}

/// Why she is not in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum No {
    /// Her device has not answered.
    Device(NoPasskey),
    /// The server says no, or nothing.
    Server(Fault),
}

impl Trying {
    fn run(self) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        self.no.set(None);
        spawn_local(async move {
            let no = come_in().await.err();
            // After this the page may be gone.
            let _ = self.is_under_way.try_set(false);
            let _ = self.no.try_set(no);
        });
    }
}

/// Asks the server, then her device, and comes in with what it shows.
async fn come_in() -> Result<(), No> {
    let asked = passkeys::ask().await.map_err(No::Server)?;
    let shown = passkey::show(asked.options.get()).await.map_err(No::Device)?;
    let shown = RawValue::from_string(shown).map_err(|_| No::Device(NoPasskey::Failed))?;
    session::enter_by_passkey(&asked.ceremony, &shown).await.map_err(No::Server)
}

/// The button, where the browser has passkeys.
#[component]
pub fn ByPasskey() -> impl IntoView {
    let trying = Trying { is_under_way: RwSignal::new(false), no: RwSignal::new(None) };
    provide_context(trying);
    let times = RwSignal::new(0_u32);
    let tapped = move |_| {
        if !trying.is_under_way.get_untracked() {
            times.update(|times| *times += 1);
        }
    };
    let said = move || if trying.is_under_way.get() { tr::auth_signing_in() } else { tr::auth_passkey() };
    // Each time anew. What comes of it is for few, and a part of its own.
    let outcome = move || (times.get() > 0).then(|| Door::AskPasskey.show());
    passkey::is_offered().then(|| {
        view! {
            {outcome}
            <button type="button" class="ds-button" data-variant="secondary" data-wide="" on:click=tapped>
                <Icon name="key"/>
                {said}
            </button>
        }
    })
}

/// Tries what somebody above has asked for, and says what came of it. She knows herself that she has called it off.
#[component]
pub fn AskPasskey() -> impl IntoView {
    let trying = use_context::<Trying>();
    trying.map(|trying| {
        trying.run();
        move || {
            let no = trying.no.get().filter(|no| *no != No::Device(NoPasskey::CalledOff));
            no.map(|no| {
                view! {
                    <Notice color="danger" alert=true>
                        <p>{move || what_to_do(no)}</p>
                    </Notice>
                }
            })
        }
    })
}

fn what_to_do(no: No) -> String {
    match no {
        No::Server(Fault::Gone) => tr::auth_passkey_unknown(),
        No::Server(fault) => why(fault),
        No::Device(_) => tr::auth_passkey_failed(),
    }
}
