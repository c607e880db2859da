//! Where she is signed in, and signing out there. The server knows it; without a network nobody does.

use leptos::{html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Icon, Notice, Skeleton, toast},
    db::use_db,
    i18n::{dates, tr},
    sync::net::{self, Device, Fault},
};

/// The devices she is signed in on, each with its way out.
#[component]
pub fn Devices() -> impl IntoView {
    let is_online = use_db().is_online();
    let found = RwSignal::new(None::<Result<Vec<Device>, Fault>>);
    let look = move || {
        spawn_local(async move {
            let devices = net::devices().await;
            // The page may have been left meanwhile.
            let _ = found.try_set(Some(devices));
        });
    };
    Effect::new(move |_| {
        if is_online.get() {
            look();
        }
    });
    let heading = NodeRef::<html::H2>::new();
    let end = move |id: String, called: String| {
        spawn_local(async move {
            match net::end_device(&id).await {
                Ok(()) => {
                    toast::say(untrack(|| tr::devices_ended(called)));
                    look();
                    // The button that had the focus goes with its device.
                    if let Some(heading) = heading.try_get_untracked().flatten() {
                        let _ = heading.focus();
                    }
                }
                Err(_) => toast::say(untrack(tr::devices_not_ended)),
            }
        });
    };
    let list = move || match found.get() {
        _ if !is_online.get() => view! { <p class="soft">{tr::devices_offline}</p> }.into_any(),
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(_)) => view! { <Notice color="warning">{tr::devices_not_known}</Notice> }.into_any(),
        Some(Ok(devices)) => {
            let items = devices.into_iter().map(|device| view! { <Item device end/> }).collect_view();
            view! { <ul class="outbox">{items}</ul> }.into_any()
        }
    };
    view! {
        <section class="stack" aria-labelledby="devices">
            <h2 id="devices" tabindex="-1" node_ref=heading>
                {tr::devices_title}
            </h2>
            <p class="soft small">{tr::devices_what}</p>
            {list}
        </section>
    }
}

#[component]
fn Item(device: Device, end: impl Fn(String, String) + 'static) -> impl IntoView {
    let Device { id, device: name, used, here } = device;
    let is_phone = ["Android", "iPhone", "iPad"].into_iter().any(|system| name.ends_with(system));
    let icon = if is_phone { "device-phone" } else { "device-desk" };
    let called = move || if name.is_empty() { tr::devices_unknown() } else { name.clone() };
    let label = {
        let called = called.clone();
        move || tr::devices_end_named(called())
    };
    let state =
        move || if here { tr::devices_here() } else { tr::devices_used(dates::moment(used, use_db().today_now())) };
    let out = (!here).then(|| {
        let called = called.clone();
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color="danger"
                aria-label=label
                on:click=move |_| end(id.clone(), untrack(&called))
            >
                {tr::auth_sign_out}
            </button>
        }
    });
    view! {
        <li>
            <Icon name=icon/>
            <div>
                <b>{called}</b>
                <span class="soft small">{state}</span>
            </div>
            {out}
        </li>
    }
}
