//! Her one contact person, and giving her another.

use std::iter;

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::person::{self, Person},
    entity::Tag,
    policy::Action,
    prim::AnyId,
};

use crate::{
    components::{
        Dialog,
        field::{Choices, Fault, Field, FormFault, SelectField, Typed},
    },
    db::use_db,
    i18n::{rejection, tr},
    names,
    pages::staff::model,
};

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

#[component]
fn AssignForm(person: Person, open: RwSignal<bool>) -> impl IntoView {
    let db = use_db();
    let chosen = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let known = {
        let contact = person.contact.clone();
        db.view(move |view| model::contacts(view, &contact))
    };
    let options: Signal<Choices> = Signal::derive(move || {
        let none_yet = (String::new(), tr::action_choose());
        iter::once(none_yet).chain(known.get().unwrap_or_default()).collect()
    });
    let assign = move || -> Result<(), Fault> {
        let to = AnyId::parse(&chosen.get_untracked());
        let to = to.map_err(|_| Fault::of_form(untrack(tr::staff_takes_over_missing)))?;
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
    view! {
        <form on:submit=submit novalidate>
            <SelectField field=TO value=chosen options/>
            <FormFault fault/>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="neutral"
                    on:click=move |_| open.set(false)
                >
                    {tr::action_cancel}
                </button>
                <button class="ds-button">{tr::people_contact_swap}</button>
            </div>
        </form>
    }
}
