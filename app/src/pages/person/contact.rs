//! Her one contact person: naming her where somebody else registers, and giving her another.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::person::{self, Person},
    entity::Tag,
    policy::Action,
    prim::AnyId,
};

use crate::{
    components::{
        Dialog, DialogButtons,
        field::{Fault, Field, FormFault, Typed},
    },
    db::use_db,
    i18n::{rejection, tr},
    names,
    pages::takes_over::{self, TakesOver},
};

const WHO: Field = Field { id: "person-contact", label: tr::adviser_contact_person };
const TO: Field = Field { id: "person-contact", label: tr::people_contact_new };

/// The line with her contact person, for those who may give her another.
#[component]
pub fn Contact(
    /// Her, as she stands in the rows.
    person: Memo<Option<Person>>,
    /// The audiences of her row.
    about: Vec<Tag>,
) -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| db.can(Action::AssignContact, about.clone()));
    let open = RwSignal::new(false);
    let contact = move || person.with(|person| person.as_ref().map(|one| one.contact_name.to_string()));
    let called = move || person.with(|person| person.as_ref().map(Person::full_name).unwrap_or_default());
    let title = move || tr::people_contact_of(called());
    view! {
        <Show when=move || may.get()>
            <div class="cluster contact">
                <p>{move || contact().map(tr::people_contact_is)}</p>
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    data-size="sm"
                    aria-label=tr::people_contact_change
                    on:click=move |_| open.set(true)
                >
                    {tr::people_contact_swap}
                </button>
            </div>
            <Dialog open title=title lead=tr::people_contact_what>
                {move || person.get_untracked().map(|person| view! { <AssignForm person open/> })}
            </Dialog>
        </Show>
    }
}

/// The choice of a contact person, for those who register and cannot be one.
#[component]
pub fn WhoIsContact(
    /// The value of the chosen one.
    value: Typed,
    /// Who registers.
    me: AnyId,
    /// What is wrong with the form.
    #[prop(into)]
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    view! {
        <TakesOver field=WHO value except=me fault nobody=tr::people_contact_nobody/>
        <p class="soft">{tr::people_contact_sees}</p>
    }
}

/// Who was named, or that somebody must be.
pub fn named(value: Typed) -> Result<AnyId, Fault> {
    takes_over::chosen(value).map_err(|_| Fault::of(WHO, untrack(tr::staff_takes_over_missing)))
}

#[component]
fn AssignForm(person: Person, open: RwSignal<bool>) -> impl IntoView {
    let db = use_db();
    let chosen = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let now = person.contact.clone();
    let assign = move || -> Result<(), Fault> {
        let to = takes_over::chosen(chosen)?;
        let name = untrack(|| names::colleague(&to)).unwrap_or_default();
        let said = untrack(|| tr::people_contact_changed(person.full_name(), name));
        let undo = person::Assign { id: person.id.clone(), contact: person.contact.clone() };
        let command = person::Assign { id: person.id.clone(), contact: to };
        db.run_undoable(command, undo, said).map_err(|no| Fault::of_form(rejection(&no)))?;
        Ok(())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match assign() {
            Ok(()) => open.set(false),
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <form on:submit=submit novalidate>
            <TakesOver field=TO value=chosen except=now/>
            <FormFault fault/>
            <DialogButtons send=tr::people_contact_swap cancel/>
        </form>
    }
}
