//! Who takes over the participants of a contact person: each gets a new one, and it is one thing to undo.

use leptos::{ev::SubmitEvent, html, prelude::*};
use shared::{
    Rejection,
    domain::person::{self, Person},
    entity::Tag,
    policy::Action,
    prim::{AnyId, Id},
};

use super::model;
use crate::{
    components::field::{Fault, Field, FormFault, Typed},
    db::{Db, use_db},
    i18n::{rejection, tr},
    names,
    pages::takes_over::{self, TakesOver},
};

const TO: Field = Field { id: "staff-hand-over", label: tr::staff_who_takes_over };

/// The participants of one contact person.
pub type Hers = Memo<Vec<Id<Person>>>;

/// The participants whose contact person `contact` is.
pub fn hers(contact: AnyId) -> Hers {
    let hers = use_db().view(move |view| model::participants_of(view, &contact));
    Memo::new(move |_| hers.get().unwrap_or_default())
}

/// The section about those she is the contact person of; nothing when there is nobody.
#[component]
pub fn HandOver(
    /// Whose participants they are.
    from: AnyId,
    /// The participants.
    people: Hers,
) -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| db.can(Action::AssignContact, vec![Tag::people()]));
    let heading = NodeRef::<html::H2>::new();
    let count = Memo::new(move |_| people.with(Vec::len));
    // It stays when the last one has gone: somebody has just done that here.
    let is_shown = Memo::new(move |was: Option<&bool>| was == Some(&true) || (may.get() && count.get() > 0));
    let form = move || {
        let from = from.clone();
        (count.get() > 0).then(|| view! { <MoveForm from people heading/> })
    };
    view! {
        <Show when=move || is_shown.get()>
            <section class="card stack" aria-labelledby="staff-participants">
                <h2 id="staff-participants" tabindex="-1" node_ref=heading>
                    {tr::adviser_participants_title}
                </h2>
                <p>{move || tr::staff_is_contact_for(count.get())}</p>
                {form.clone()}
            </section>
        </Show>
    }
}

#[component]
fn MoveForm(from: AnyId, people: Hers, heading: NodeRef<html::H2>) -> impl IntoView {
    let chosen = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let count = Memo::new(move |_| people.with(Vec::len));
    let submit = {
        let from = from.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            match Given::to_chosen(chosen, people.get_untracked(), from.clone()) {
                Ok(given) => {
                    use_db().offer_undo(given.said(), move |db| given.back(db));
                    // The button that was tapped has gone with the last participant.
                    if let Some(heading) = heading.get_untracked() {
                        // Cannot fail for an element of the document.
                        let _ = heading.focus();
                    }
                }
                Err(wrong) => fault.set(Some(wrong)),
            }
        }
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <TakesOver field=TO value=chosen except=from/>
            <FormFault fault/>
            <div class="actions">
                <button class="ds-button" data-variant="secondary">
                    {move || tr::staff_hand_over(count.get())}
                </button>
            </div>
        </form>
    }
}

/// Participants who have been given to another contact person.
#[derive(Debug, Clone)]
pub struct Given {
    people: Vec<Id<Person>>,
    from: AnyId,
    to: AnyId,
}

impl Given {
    /// Gives `people` to the one who was chosen in a form.
    pub fn to_chosen(chosen: Typed, people: Vec<Id<Person>>, from: AnyId) -> Result<Self, Fault> {
        let given = Self { people, from, to: takes_over::chosen(chosen)? };
        given.give(use_db(), &given.to).map_err(|no| Fault::of_form(rejection(&no)))?;
        Ok(given)
    }

    /// Gives them back.
    pub fn back(&self, db: Db) -> Result<(), Rejection> {
        self.give(db, &self.from)
    }

    /// What was done, in words.
    fn said(&self) -> String {
        untrack(|| tr::staff_handed_over(self.people.len(), names::colleague(&self.to).unwrap_or_default()))
    }

    /// Those who were given stay given when the rules refuse the next.
    fn give(&self, db: Db, to: &AnyId) -> Result<(), Rejection> {
        self.people.iter().try_for_each(|one| {
            let assign = person::Assign { id: one.clone(), contact: to.clone() };
            db.run(assign).map(drop)
        })
    }
}
