//! What one who knows of a protected person has asked, and another answers. Nobody answers herself.

use leptos::prelude::*;
use shared::{
    domain::shield::{self, Asked, Wanted, Wish},
    policy::Action,
};

use super::named::Her;
use crate::{components::Icon, db::use_db, i18n::tr, pages::plan::words};

/// What is asked and not answered yet.
#[component]
pub fn Wishes(
    /// Whom it is about.
    her: Her,
) -> impl IntoView {
    let asked =
        Memo::new(move |_| her.person.with(|person| person.as_ref().map(|one| one.asked.clone()).unwrap_or_default()));
    let may_answer = her.may_act(Action::AnswerShield);
    view! {
        <Show when=move || asked.with(|asked| !asked.is_empty())>
            <ul class="facts" aria-label=tr::shield_asked_heading>
                <For
                    each=move || asked.get()
                    key=key
                    children=move |one| view! { <OneWish one her may_answer/> }
                />
            </ul>
        </Show>
    }
}

fn key(asked: &Asked) -> String {
    match &asked.wish {
        Wish::Name { user, .. } => user.to_string(),
        Wish::Lift => String::new(),
    }
}

#[component]
fn OneWish(one: Asked, her: Her, may_answer: Memo<bool>) -> impl IntoView {
    let db = use_db();
    let me = db.me().user;
    let is_mine = one.by == me;
    let wanted = one.wish.wanted();
    let said = move || {
        let (by, on) = (one.by_name.to_string(), words::day_and_month(one.on));
        match &one.wish {
            Wish::Name { name, .. } => tr::shield_wish_name(by, name.to_string(), on),
            Wish::Lift => tr::shield_wish_lift(by, on),
        }
    };
    let answer = move |wanted: Wanted, yes: bool| {
        let said = untrack(if yes { tr::shield_said_yes } else { tr::shield_said_no });
        her.run(db, |person| shield::Answer { person, wish: wanted, yes }.into(), said);
    };
    let buttons = {
        let said = said.clone();
        move || {
            if is_mine || !may_answer.get() {
                return view! { <span class="pill">{tr::shield_waits}</span> }.into_any();
            }
            let button = |yes: bool, word: fn() -> String| {
                let (wanted, said) = (wanted.clone(), said.clone());
                view! {
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        data-size="sm"
                        aria-label=move || format!("{} – {}", word(), said())
                        on:click=move |_| answer(wanted.clone(), yes)
                    >
                        {word}
                    </button>
                }
            };
            view! { <div class="cluster">{button(true, tr::action_yes)} {button(false, tr::action_no)}</div> }
                .into_any()
        }
    };
    view! {
        <li>
            <Icon name="help"/>
            <span>{said}</span>
            {buttons}
        </li>
    }
}
