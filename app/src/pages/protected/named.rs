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

/// Her as her page knows her, and what came of the last try.
#[derive(Clone, Copy)]
pub struct Her {
    /// The rows.
    pub person: Memo<Option<Person>>,
    /// Those who know of her and are still there.
    there: Memo<Vec<AnyId>>,
    /// Does whoever is signed in know of her?
    is_named: Memo<bool>,
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

    /// May whoever is signed in ask and answer? When fewer than two are there, she who has broken the glass may.
    pub fn may_act(self, action: Action) -> Memo<bool> {
        let may = self.may(action);
        Memo::new(move |_| may.get() && (self.is_named.get() || self.are_too_few()))
    }

    /// Are fewer there than it takes to change anything?
    fn are_too_few(self) -> bool {
        self.there.with(Vec::len) < shield::FEWEST
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
    let db = use_db();
    let named = Memo::new(move |_| {
        person.with(|person| person.as_ref().and_then(|person| person.named.clone()).unwrap_or_default())
    });
    let there = Memo::new(move |_| {
        let named = named.get();
        let there = db.look_once(|view| {
            let there = shield::still_there(&named, view)?;
            Ok(there.into_iter().map(|one| one.user.clone()).collect::<Vec<_>>())
        });
        // Until that is known, all of them are.
        there.unwrap_or_else(|| named.iter().map(|one| one.user.clone()).collect())
    });
    let me = db.me().user;
    let is_named = Memo::new(move |_| named.with(|named| named.iter().any(|one| one.user == me)));
    let her = Her { person, there, is_named, refused: RwSignal::new(None) };
    let may_ask = her.may_act(Action::AskShield);
    view! {
        <section class="card stack" aria-labelledby="person-named">
            <h2 id="person-named">{tr::shield_who}</h2>
            <p class="soft">{tr::shield_who_lead}</p>
            <ul class="facts">
                <For
                    each=move || named.get()
                    key=|one| one.user.to_string()
                    children=move |one| view! { <Knows one her/> }
                />
            </ul>
            <Show when=move || her.are_too_few()>
                <Notice color="warning">{tr::shield_too_few}</Notice>
            </Show>
            <Wishes her/>
            {move || her.refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
            <Show when=move || may_ask.get()>
                <AskForm her named/>
            </Show>
        </section>
    }
}

/// One who knows of her. Her contact person stays, and so do two who are there.
#[component]
fn Knows(one: Named, her: Her) -> impl IntoView {
    let db = use_db();
    let may_end = her.may(Action::EndNamed);
    let user = one.user.clone();
    let can_go = Memo::new(move |_| {
        let is_contact = her.person.with(|person| person.as_ref().is_some_and(|person| person.contact == user));
        let others = her.there.with(|there| there.iter().filter(|one| **one != user).count());
        may_end.get() && !is_contact && others >= shield::FEWEST
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
        let chosen = colleague(WHO, who);
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
            <TakesOver field=WHO value=who except=me nor=known fault/>
            <FormFault fault/>
            <div class="actions">
                <button class="ds-button" data-variant="secondary">
                    {tr::shield_ask}
                </button>
                <Show when=move || her.is_named.get() && !is_open()>
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
