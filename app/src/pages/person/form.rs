//! What is known of a participant, as fields: only her first name has to be filled in.

use leptos::prelude::*;
use shared::{
    domain::person::{Language, Person},
    prim::{Id, Name},
};

use crate::{
    components::field::{
        Choices, Fault, Field, FormFault, SelectField, TextField, Typed, optional_name, required_name,
    },
    i18n::tr,
    pages::people::languages,
};

const FIRST_NAME: Field = Field { id: "person-first-name", label: tr::adviser_first_name };
const LAST_NAME: Field = Field { id: "person-last-name", label: tr::adviser_last_name };
const PHONE: Field = Field { id: "person-phone", label: tr::adviser_phone };
const LANGUAGE: Field = Field { id: "person-language", label: tr::adviser_language };

/// What is typed about a participant.
#[derive(Clone, Copy)]
pub struct Draft {
    first_name: Typed,
    last_name: Typed,
    phone: Typed,
    language: Typed,
}

/// What was typed, understood.
pub struct Known {
    /// What she is called.
    pub first_name: Name,
    /// Family name, if known.
    pub last_name: Option<Name>,
    /// Telephone, if known.
    pub phone: Option<Name>,
    /// Language, if known.
    pub language: Option<Id<Language>>,
}

impl Draft {
    /// A form that follows what is known of `person`, and is empty while nothing is.
    pub fn of(person: Memo<Option<Person>>) -> Self {
        let text = |known: fn(&Person) -> Option<String>| {
            Typed::over(Signal::derive(move || {
                person.with(|person| person.as_ref().and_then(known).unwrap_or_default())
            }))
        };
        Self {
            first_name: text(|one| Some(one.first_name.to_string())),
            last_name: text(|one| one.last_name.as_ref().map(Name::to_string)),
            phone: text(|one| one.phone.as_ref().map(Name::to_string)),
            language: text(|one| one.language.as_ref().map(Id::to_string)),
        }
    }

    /// An empty form.
    pub fn empty() -> Self {
        Self { first_name: Typed::empty(), last_name: Typed::empty(), phone: Typed::empty(), language: Typed::empty() }
    }

    /// What was typed stands now.
    pub fn settle(self) {
        for field in [self.first_name, self.last_name, self.phone, self.language] {
            field.settle();
        }
    }

    /// What was typed, or what is wrong with the first field that cannot be understood.
    pub fn read(self) -> Result<Known, Fault> {
        Ok(Known {
            first_name: required_name(FIRST_NAME, &self.first_name.get_untracked())?,
            last_name: optional_name(LAST_NAME, &self.last_name.get_untracked())?,
            phone: optional_name(PHONE, &self.phone.get_untracked())?,
            language: Id::parse(&self.language.get_untracked()).ok(),
        })
    }
}

/// The fields.
#[component]
pub fn PersonFields(
    /// What is typed.
    draft: Draft,
    /// What is wrong with it.
    fault: RwSignal<Option<Fault>>,
) -> impl IntoView {
    // A memo, for a choice that changes must not build the control anew.
    let choices: Memo<Choices> = Memo::new(move |_| languages::choices(&draft.language.get()));
    view! {
        <div class="fields" data-columns="2">
            <TextField field=FIRST_NAME value=draft.first_name fault required=true/>
            <TextField field=LAST_NAME value=draft.last_name fault hint=tr::adviser_optional/>
            <SelectField field=LANGUAGE value=draft.language options=choices.into()/>
            <TextField field=PHONE value=draft.phone fault kind="tel" hint=tr::adviser_optional/>
            <FormFault fault/>
        </div>
    }
}
