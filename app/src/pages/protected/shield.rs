//! What the page of a participant says of her protection: who knows of her, or how to make her a protected person.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    domain::{person::Person, shield},
    entity::Entity as _,
    policy::Action,
    prim::AnyId,
};

use super::named::KnowHer;
use crate::{
    components::{
        Dialog, DialogButtons, Icon,
        field::{Fault, Field, FormFault, Typed},
        toast,
    },
    db::use_db,
    i18n::{rejection, tr},
    pages::takes_over::TakesOver,
    session,
};

const WITH: Field = Field { id: "shield-with", label: tr::shield_with };

/// The part of her page about her protection. Her row is provided by the page.
#[component]
pub fn Shield() -> impl IntoView {
    let person = use_context::<Memo<Option<Person>>>();
    person.map(|person| {
        let is_shielded = Memo::new(move |_| person.with(|one| one.as_ref().is_some_and(|one| one.named.is_some())));
        move || {
            if is_shielded.get() {
                view! { <KnowHer person/> }.into_any()
            } else {
                view! { <Begin person/> }.into_any()
            }
        }
    })
}

/// The way to make her a protected person, for those who may.
#[component]
fn Begin(person: Memo<Option<Person>>) -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| {
        let about = person.with(|person| person.as_ref().map(Person::tags));
        about.is_some_and(|about| db.can(Action::ShieldPerson, about))
    });
    let open = RwSignal::new(false);
    view! {
        <Show when=move || may.get()>
            <section class="card stack" aria-labelledby="person-shield">
                <h2 id="person-shield">{tr::shield_title}</h2>
                <p class="soft">{tr::shield_lead}</p>
                <div class="cluster">
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        on:click=move |_| open.set(true)
                    >
                        <Icon name="eye-off"/>
                        {tr::shield_begin}
                    </button>
                </div>
            </section>
            <Dialog open title=tr::shield_begin>
                {move || person.get_untracked().map(|person| view! { <BeginForm person open/> })}
            </Dialog>
        </Show>
    }
}

#[component]
fn BeginForm(person: Person, open: RwSignal<bool>) -> impl IntoView {
    let db = use_db();
    let navigate = use_navigate();
    let with = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let me = db.me().user;
    let called = person.first_name.to_string();
    let begin = move || -> Result<(), Fault> {
        let with = colleague(WITH, with)?;
        let said = untrack(|| tr::shield_begun(called.clone()));
        let command = shield::Shield { id: person.id.clone(), with };
        db.run(command).map_err(|no| Fault::of_form(rejection(&no)))?;
        toast::say(said);
        Ok(())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match begin() {
            Ok(()) => {
                open.set(false);
                if !session::keeps_nothing() {
                    // She is not to be seen here any more.
                    navigate("/people", NavigateOptions { replace: true, ..NavigateOptions::default() });
                }
            }
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <form on:submit=submit novalidate>
            <ul class="facts">
                <li>
                    <Icon name="eye-off"/>
                    <span>{tr::shield_what_hidden}</span>
                </li>
                <li>
                    <Icon name="device-desk"/>
                    <span>{tr::shield_what_online}</span>
                </li>
                <li>
                    <Icon name="people"/>
                    <span>{tr::shield_what_two}</span>
                </li>
            </ul>
            <TakesOver field=WITH value=with except=me fault/>
            <FormFault fault/>
            <DialogButtons send=tr::shield_send cancel/>
        </form>
    }
}

/// The colleague who was chosen in the field, or that one must be.
pub fn colleague(field: Field, value: Typed) -> Result<AnyId, Fault> {
    AnyId::parse(&value.get_untracked()).map_err(|_| Fault::of(field, untrack(tr::shield_with_missing)))
}
