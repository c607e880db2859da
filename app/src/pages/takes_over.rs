//! The choice of a contact person: who takes over one participant, or all of somebody's.

use std::iter;

use leptos::prelude::*;
use shared::prim::AnyId;

use super::staff::model;
use crate::{
    components::{
        Notice,
        field::{Choices, Fault, Field, SelectField, Typed},
    },
    db::use_db,
    i18n::tr,
};

/// The choice of a colleague who takes over, and a word when there is none.
#[component]
pub fn TakesOver(
    /// Which field.
    field: Field,
    /// The value of the chosen one.
    value: Typed,
    /// Who does not take over: the contact person of now.
    except: AnyId,
    /// Who does not either.
    #[prop(optional, into)]
    nor: Signal<Vec<AnyId>>,
    /// What is said when there is nobody.
    #[prop(default = tr::staff_nobody_takes_over)]
    nobody: fn() -> String,
    /// What is wrong with the form.
    #[prop(optional, into)]
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let db = use_db();
    let known = db.view(move |view| model::contacts(view, &except));
    let known = Memo::new(move |_| {
        let mut known = known.get().unwrap_or_default();
        nor.with(|nor| known.retain(|(id, _)| nor.iter().all(|one| one.as_str() != id)));
        known
    });
    let options: Signal<Choices> = Signal::derive(move || {
        let none_yet = (String::new(), tr::action_choose());
        iter::once(none_yet).chain(known.get()).collect()
    });
    // Before this device is filled, nobody being there means nothing.
    let is_filled = db.is_filled();
    let is_nobody = Memo::new(move |_| is_filled.get() && known.with(Vec::is_empty));
    move || {
        if is_nobody.get() {
            return view! { <Notice color="warning">{nobody}</Notice> }.into_any();
        }
        view! { <SelectField field value options fault/> }.into_any()
    }
}

/// Who was chosen, or that somebody must be.
pub fn chosen(value: Typed) -> Result<AnyId, Fault> {
    let to = AnyId::parse(&value.get_untracked());
    to.map_err(|_| Fault::of_form(untrack(tr::staff_takes_over_missing)))
}
