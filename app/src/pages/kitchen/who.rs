//! Who is there: one of the crew, by her picture and her PIN, or anybody, by the PIN of the tablet. It opens the tablet
//! where that is closed, on the board and over every other page; its key is in the page, and a PIN of the crew is held
//! against what the tablet knows of it.

use leptos::prelude::*;
use shared::{
    domain::crew::{Crew, ROUNDS},
    prim::Bytes,
};
use wasm_bindgen_futures::spawn_local;

use super::{
    bench::{Hand, everybody, picture, stand},
    pad::Pad,
    tries,
};
use crate::{
    components::{Another, Icon, Notice, OverPage},
    db::use_db,
    i18n::tr,
    pages::lock_screen::OnOpened,
    parts::Door,
    platform::kdf,
};

/// By whose PIN it is to be shown.
#[derive(Debug, Clone, PartialEq)]
enum Way {
    /// One of everybody's: she is to find herself.
    Find,
    One(Crew),
    Tablet,
}

/// First who, then her PIN. Where there is no crew, the PIN of the tablet. Nobody has asked for it where it lies over a
/// page: there nobody is named before somebody does.
#[component]
pub fn WhoIsThere() -> impl IntoView {
    let crew = everybody(use_db());
    let is_none = Memo::new(move |_| crew.with(Vec::is_empty));
    let is_over = use_context::<OverPage>().is_some();
    let way = RwSignal::new((!is_over).then_some(Way::Find));
    provide_context(OnOpened(|| stand(Hand::Anybody)));
    move || match way.get() {
        None | Some(Way::Find) if is_none.get() => Door::Unlock.show(),
        None => view! { <Other said=tr::crew_who way to=Way::Find/> }.into_any(),
        Some(Way::Find) => view! { <Faces crew way/> }.into_any(),
        Some(Way::One(one)) => view! {
            <Pin one/>
            <Others way/>
        }
        .into_any(),
        Some(Way::Tablet) => view! {
            {Door::Unlock.show()}
            <Others way/>
        }
        .into_any(),
    }
}

/// Everybody, by picture and alias; and the way for whoever is not among them.
#[component]
fn Faces(crew: Memo<Vec<Crew>>, way: RwSignal<Option<Way>>) -> impl IntoView {
    let face = move |one: Crew| {
        let (alias, symbol) = (one.alias.to_string(), one.symbol);
        view! {
            <li>
                <button type="button" class="face" on:click=move |_| way.set(Some(Way::One(one.clone())))>
                    <span class="face__picture">
                        <Icon name=picture(symbol)/>
                    </span>
                    <span>{alias}</span>
                </button>
            </li>
        }
    };
    view! {
        <ul class="faces">{move || crew.get().into_iter().map(face).collect_view()}</ul>
        <Other said=tr::crew_tablet way to=Way::Tablet/>
    }
}

/// Back to everybody.
#[component]
fn Others(way: RwSignal<Option<Way>>) -> impl IntoView {
    view! { <Other said=tr::crew_other way to=Way::Find/> }
}

/// A button to another way.
#[component]
fn Other(said: fn() -> String, way: RwSignal<Option<Way>>, to: Way) -> impl IntoView {
    let on_tap = Callback::new(move |()| way.set(Some(to.clone())));
    view! { <Another said wide=true on_tap/> }
}

/// The PIN of the one who was chosen.
#[component]
fn Pin(one: Crew) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let is_under_way = RwSignal::new(false);
    let said = RwSignal::new(None::<fn() -> String>);
    let (alias, symbol) = (one.alias.to_string(), one.symbol);
    let on_full = Callback::new(move |pin: String| {
        let one = one.clone();
        is_under_way.set(true);
        said.set(None);
        spawn_local(async move {
            let shown = hand_of(&one, &pin).await;
            // Whoever has gone on to something else meanwhile is not there.
            if is_under_way.try_set(false).is_some() {
                return;
            }
            typed.set(String::new());
            match shown {
                Ok(hand) => stand(hand),
                Err(why) => said.set(Some(why)),
            }
        });
    });
    view! {
        <div class="stack">
            <p class="bench__who">
                <Icon name=picture(symbol)/>
                <b>{alias}</b>
            </p>
            {move || {
                said.get()
                    .map(|said| {
                        view! {
                            <Notice color="danger" alert=true>
                                <p>{move || said()}</p>
                            </Notice>
                        }
                    })
            }}
            <Pad typed is_under_way on_full/>
        </div>
    }
}

/// Her hand, if this is her PIN; else what to tell her.
async fn hand_of(one: &Crew, pin: &str) -> Result<Hand, fn() -> String> {
    if tries::must_wait(&one.id) {
        return Err(tr::crew_wait);
    }
    tries::count(&one.id);
    let Some(key) = kdf::key(pin, one.salt.as_bytes(), ROUNDS).await else {
        return Err(tr::crew_no_crypto);
    };
    let key = Bytes::new(key);
    if !one.is_hers(&key) {
        return Err(if tries::must_wait(&one.id) { tr::crew_wait } else { tr::crew_wrong });
    }
    tries::forget(&one.id);
    Ok(Hand::One(one.id.clone(), key))
}
