//! The glass: whoever answers for the centre breaks it with a reason, and those who are named for anybody read of it.

use std::cmp::Reverse;

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    domain::glass::{self, Glass},
    prim::{Note, sort_by_key},
};

use crate::{
    components::{
        Icon, Notice,
        field::{Fault, Field, FormFault, TextField, Typed, required_note},
    },
    db::use_db,
    i18n::{rejection, tr},
    pages::plan::words,
    platform::ids,
};

const REASON: Field = Field { id: "glass-reason", label: tr::field_reason };

/// The part of “Mer” in which she breaks it.
#[component]
pub fn BreakGlass() -> impl IntoView {
    let db = use_db();
    let me = StoredValue::new(db.me().user);
    let today = db.today();
    let is_broken = db.view(move |view| {
        let all = view.all::<Glass>()?;
        Ok(all.into_iter().any(|one| one.on == today.get() && me.with_value(|me| one.by == *me)))
    });
    let heading = NodeRef::<html::H2>::new();
    let inside = move || {
        if is_broken.get() == Some(true) {
            let said = move || tr::glass_broken(words::day_and_month(today.get()));
            return view! {
                <Notice color="warning">
                    <p>{said}</p>
                    <p>
                        <a class="ds-button" data-variant="secondary" href="/people">
                            {tr::glass_to_people}
                        </a>
                    </p>
                </Notice>
            }
            .into_any();
        }
        view! {
            <p>{tr::glass_lead}</p>
            <Form heading/>
        }
        .into_any()
    };
    view! {
        <section class="card stack" aria-labelledby="glass">
            <h2 id="glass" tabindex="-1" node_ref=heading>
                {tr::glass_title}
            </h2>
            {inside}
        </section>
    }
}

/// The form; the focus goes to the heading when the glass is broken, for the form goes away.
#[component]
fn Form(heading: NodeRef<html::H2>) -> impl IntoView {
    let db = use_db();
    let reason = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let smash = move || -> Result<(), Fault> {
        let reason = readable(required_note(REASON, &reason.get_untracked())?)?;
        let command = glass::Break { id: ids::new_id(), reason };
        db.run(command).map_err(|no| Fault::of_form(rejection(&no)))?;
        Ok(())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let no = smash().err();
        if let Some(heading) = heading.get_untracked().filter(|_| no.is_none()) {
            // Cannot fail for an element of the document.
            let _ = heading.focus();
        }
        let _ = fault.try_set(no);
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <TextField field=REASON value=reason fault required=true hint=tr::glass_reason_hint/>
            <FormFault fault/>
            <div class="actions">
                <button class="ds-button" data-variant="secondary" data-color="danger">
                    {tr::glass_send}
                </button>
            </div>
        </form>
    }
}

/// A reason that somebody can follow.
fn readable(reason: Note) -> Result<Note, Fault> {
    let length = u32::try_from(reason.as_str().chars().count()).unwrap_or(u32::MAX);
    let wrong: fn() -> String = match length {
        ..glass::Break::SHORTEST => tr::glass_reason_short,
        glass::Break::SHORTEST..=glass::Break::LONGEST => return Ok(reason),
        _ => tr::glass_reason_long,
    };
    Err(Fault::of(REASON, untrack(wrong)))
}

/// Who has broken it lately and why, for those who are named for anybody.
#[component]
pub fn BrokenGlass() -> impl IntoView {
    let broken = use_db().view(|view| {
        let mut all: Vec<Glass> = view.all::<Glass>()?.into_iter().cloned().collect();
        sort_by_key(&mut all, |one| Reverse(one.on));
        Ok(all)
    });
    let broken = Memo::new(move |_| broken.get().unwrap_or_default());
    view! {
        <Show when=move || broken.with(|broken| !broken.is_empty())>
            <section class="card stack" aria-labelledby="broken-glass">
                <h2 id="broken-glass">{tr::glass_title}</h2>
                <ul class="facts">
                    <For
                        each=move || broken.get()
                        key=|one| one.id.to_string()
                        children=|one: Glass| {
                            let said = move || {
                                let (by, on) = (one.by_name.to_string(), words::day_and_month(one.on));
                                tr::glass_told(by, on, one.reason.to_string())
                            };
                            view! {
                                <li>
                                    <Icon name="alert"/>
                                    <span>{said}</span>
                                </li>
                            }
                        }
                    />
                </ul>
            </section>
        </Show>
    }
}
