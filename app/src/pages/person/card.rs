//! The sign-in card: a code and a new PIN, shown once, on the screen and on paper. A camera reads the code there.
//!
//! It is made by the server, so it needs a network; everything else on the page does not.

use leptos::{prelude::*, task::spawn_local};
use shared::{domain::person::Person, entity::Key, prim::Id, registry::Kind, sync::engine::Share};

use crate::{
    components::{Dialog, Icon, Notice, Qr},
    db::use_db,
    i18n::tr,
    sync::net::{self, Card, Fault},
};

/// Where the making of a card stands.
#[derive(Debug, Clone, PartialEq)]
enum Making {
    /// Nobody has asked for it yet.
    NotYet,
    /// The server is asked.
    Asked,
    /// Here it is, this once.
    Made(Card),
    /// It could not be made.
    Failed(Fault),
}

/// The button that opens the dialog for her card, and the slip that is printed.
#[component]
pub fn CardButton(
    /// Whose card.
    person: Id<Person>,
    /// What she is called.
    called: String,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let making = RwSignal::new(Making::NotYet);
    let title = {
        let called = called.clone();
        move || tr::people_card_for(called.clone())
    };
    let show = move |_| {
        making.set(Making::NotYet);
        open.set(true);
    };
    let slip = move || match making.get() {
        Making::Made(card) if open.get() => Some(view! { <Slip card called=called.clone()/> }),
        Making::NotYet | Making::Asked | Making::Failed(_) | Making::Made(_) => None,
    };
    view! {
        <button type="button" class="ds-button" data-variant="secondary" on:click=show>
            <Icon name="card"/>
            {tr::slip_title}
        </button>
        <Dialog open title=title>
            <Inside person=person.clone() open making/>
        </Dialog>
        {slip}
    }
}

#[component]
fn Inside(person: Id<Person>, open: RwSignal<bool>, making: RwSignal<Making>) -> impl IntoView {
    let db = use_db();
    let is_online = db.is_online();
    let share = db.share(Kind::Person, Key::of(&[&person]));
    let make = move |_| {
        // The button is not switched off meanwhile: it would lose the focus.
        if making.with_untracked(|making| *making == Making::Asked) {
            return;
        }
        making.set(Making::Asked);
        let person = person.clone();
        spawn_local(async move {
            making.set(match net::issue_card(&person).await {
                Ok(card) => Making::Made(card),
                Err(fault) => Making::Failed(fault),
            });
        });
    };
    let hindrance = move || {
        if !is_online.get() {
            return Some(tr::people_card_needs_network());
        }
        (share.get() != Share::Shared).then(tr::people_card_share_first)
    };
    let said = move || {
        let fault = making.with(|making| match making {
            Making::Failed(fault) => Some(*fault),
            Making::NotYet | Making::Asked | Making::Made(_) => None,
        });
        fault.map(|fault| view! { <Notice color="danger" alert=true>{why(fault)}</Notice> })
    };
    move || {
        let make = make.clone();
        if let Making::Made(card) = making.get() {
            return view! { <Made card open/> }.into_any();
        }
        view! {
            <div class="stack">
                <p>{tr::slip_old_stops}</p>
                {move || hindrance().map(|said| view! { <Notice icon="offline">{said}</Notice> })}
                {said}
                <div class="actions">
                    <button
                        type="button"
                        class="ds-button"
                        disabled=move || hindrance().is_some()
                        on:click=make
                    >
                        {tr::slip_make}
                    </button>
                </div>
            </div>
        }
        .into_any()
    }
}

/// The code and the PIN, large, read out as they appear.
#[component]
fn Made(card: Card, open: RwSignal<bool>) -> impl IntoView {
    let print = |_| {
        // Browsers without printing, such as some in-app ones, only do nothing.
        let _ = window().print();
    };
    view! {
        <div class="stack">
            <p class="soft">{tr::slip_once}</p>
            <div role="status">
                <Codes card/>
            </div>
            <div class="actions">
                <button type="button" class="ds-button" data-variant="secondary" on:click=print>
                    <Icon name="print"/>
                    {tr::slip_print}
                </button>
                <button type="button" class="ds-button" on:click=move |_| open.set(false)>
                    {tr::people_card_done}
                </button>
            </div>
        </div>
    }
}

#[component]
fn Codes(card: Card) -> impl IntoView {
    let Card { code, pin, qr } = card;
    // For a phone whose camera reads no codes.
    let address = window().location().host().unwrap_or_default();
    view! {
        <div class="stack">
            <dl class="card-code">
                <dt>{tr::people_card_code}</dt>
                <dd>{code}</dd>
                <dt>{tr::auth_pin}</dt>
                <dd>{spaced(&pin)}</dd>
            </dl>
            <Qr code=qr label=tr::slip_qr/>
            <p>{tr::slip_how}</p>
            <p class="soft">{move || tr::slip_or_open(address.clone())}</p>
        </div>
    }
}

/// The paper: her name, the code, the PIN, and how to sign in. Nothing of it is on the screen.
#[component]
fn Slip(card: Card, called: String) -> impl IntoView {
    view! {
        <div class="print-only print-alone">
            <h2>{tr::app_name} " – " {called}</h2>
            <Codes card/>
        </div>
    }
}

/// “730 194”: groups of three are easier to read out and to remember.
fn spaced(pin: &str) -> String {
    let digits: Vec<char> = pin.chars().collect();
    if digits.len() != 6 {
        return pin.to_owned();
    }
    let groups = digits.chunks(3).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

fn why(fault: Fault) -> String {
    match fault {
        Fault::Unreachable => tr::people_card_needs_network(),
        Fault::Wait { seconds } => tr::auth_wait(seconds),
        Fault::WrongSecret | Fault::OtherPerson => tr::auth_again(),
        Fault::Forbidden => tr::reject_forbidden(),
        Fault::NotYet | Fault::Unreadable | Fault::WrongCode | Fault::OnlineOnly | Fault::Gone => tr::fault_not_yet(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_in_threes() {
        assert_eq!(spaced("730194"), "730 194");
        assert_eq!(spaced("4711"), "4711");
    }
}
