//! Those who know of a protected person: since when, who is to join them, and what one asks the others.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::{
        person::Person,
        shield::{self, Named, Wanted},
    },
    entity::Entity as _,
    policy::Action,
    prim::{AnyId, Id},
    registry::AnyCommand,
};

use super::{shield::colleague, wishes::Wishes};
use crate::{
    components::{
        Icon, Notice,
        field::{Fault, Field, FormFault, Typed},
        focus_page, toast,
    },
    db::{Db, use_db},
    i18n::{rejection, tr},
    pages::{plan::words, takes_over::TakesOver},
};

const WHO: Field = Field { id: "shield-name", label: tr::shield_name };
/// How many always know of her.
const FEWEST: usize = 2;

/// Her as her page knows her, and what came of the last try.
#[derive(Clone, Copy)]
pub struct Her {
    /// The rows.
    pub person: Memo<Option<Person>>,
    /// Why the rules said no.
    pub refused: RwSignal<Option<String>>,
}

impl Her {
    /// May whoever is signed in do `action` to her?
    pub fn may(self, action: Action) -> Memo<bool> {
        Memo::new(move |_| {
            let about = self.person.with(|person| person.as_ref().map(Person::tags));
            about.is_some_and(|about| use_db().can(action, about))
        })
    }

    /// Does what `command` makes of her id, and says so.
    pub fn run(self, db: Db, command: impl FnOnce(Id<Person>) -> AnyCommand, said: String) {
        let Some(id) = self.person.with_untracked(|person| person.as_ref().map(|one| one.id.clone())) else { return };
        match db.run(command(id)) {
            Ok(_) => {
                self.refused.set(None);
                toast::say(said);
                // The button that was tapped is gone.
                focus_page();
            }
            Err(no) => self.refused.set(Some(untrack(|| rejection(&no)))),
        }
    }
}

/// The section of her page.
#[component]
pub fn KnowHer(
    /// Her, as she stands in the rows.
    person: Memo<Option<Person>>,
) -> impl IntoView {
    let her = Her { person, refused: RwSignal::new(None) };
    let named = Memo::new(move |_| {
        person.with(|person| person.as_ref().and_then(|person| person.named.clone()).unwrap_or_default())
    });
    let may_ask = her.may(Action::AskShield);
    view! {
        <section class="card stack" aria-labelledby="person-named">
            <h2 id="person-named">{tr::shield_who}</h2>
            <p class="soft">{tr::shield_who_lead}</p>
            <ul class="facts">
                <For
                    each=move || named.get()
                    key=|one| one.user.to_string()
                    children=move |one| view! { <Knows one her named/> }
                />
            </ul>
            <Wishes her/>
            {move || her.refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
            <Show when=move || may_ask.get()>
                <AskForm her named/>
            </Show>
        </section>
    }
}

/// One who knows of her. Her contact person stays, and so do two.
#[component]
fn Knows(one: Named, her: Her, named: Memo<Vec<Named>>) -> impl IntoView {
    let db = use_db();
    let may_end = her.may(Action::EndNamed);
    let user = one.user.clone();
    let can_go = Memo::new(move |_| {
        let is_contact = her.person.with(|person| person.as_ref().is_some_and(|person| person.contact == user));
        may_end.get() && !is_contact && named.with(Vec::len) > FEWEST
    });
    let Named { user, name, since } = one;
    let name = name.to_string();
    let said = {
        let name = name.clone();
        move || tr::shield_since(name.clone(), words::day_and_month(since))
    };
    let remove = move || {
        let (user, name) = (user.clone(), name.clone());
        let label = {
            let name = name.clone();
            move || tr::shield_remove(name.clone())
        };
        let tapped = move |_| {
            let (user, said) = (user.clone(), untrack(|| tr::shield_removed(name.clone())));
            her.run(db, |person| shield::Unname { person, user }.into(), said);
        };
        view! {
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-size="sm"
                aria-label=label
                on:click=tapped
            >
                {tr::action_remove}
            </button>
        }
    };
    view! {
        <li>
            <Icon name="leader"/>
            <span>{said}</span>
            {move || can_go.get().then(&remove)}
        </li>
    }
}

/// Asks that somebody more may know of her, or that she is protected no more.
#[component]
fn AskForm(her: Her, named: Memo<Vec<Named>>) -> impl IntoView {
    let db = use_db();
    let who = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let known: Signal<Vec<AnyId>> =
        Signal::derive(move || named.with(|named| named.iter().map(|one| one.user.clone()).collect()));
    let ask = move |wish: Wanted| {
        let said = untrack(tr::shield_asked);
        her.run(db, |person| shield::Ask { person, wish }.into(), said);
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = colleague(who);
        fault.set(chosen.clone().err());
        if let Ok(user) = chosen {
            who.settle();
            ask(Wanted::Name { user });
        }
    };
    let is_open = move || {
        her.person.with(|person| {
            person.as_ref().is_some_and(|one| one.asked.iter().any(|one| one.wish.wanted() == Wanted::Lift))
        })
    };
    let me = db.me().user;
    view! {
        <form class="stack" on:submit=submit novalidate>
            <TakesOver field=WHO value=who except=me nor=known/>
            <FormFault fault/>
            <div class="actions">
                <button class="ds-button" data-variant="secondary">
                    {tr::shield_ask}
                </button>
                <Show when=move || !is_open()>
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="tertiary"
                        data-color="neutral"
                        on:click=move |_| ask(Wanted::Lift)
                    >
                        {tr::shield_ask_lift}
                    </button>
                </Show>
            </div>
        </form>
    }
}
