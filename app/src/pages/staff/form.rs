//! What is known of a colleague or a school's contact, as fields: her name, the part she plays, her school.

use std::iter;

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::{
    Role,
    domain::{
        school::School,
        staff::{self, Staff},
    },
    entity::Key,
    policy,
    prim::{AnyId, Id, Name},
    registry::Kind,
};

use super::model;
use crate::{
    components::{
        DialogButtons, ShareMark,
        field::{Choices, Fault, Field, FormFault, SelectField, TextField, Typed, required_name},
        toast,
    },
    db::use_db,
    i18n::{rejection, tr},
    nav,
    platform::ids,
};

const NAME: Field = Field { id: "staff-name", label: tr::adviser_name };
const ROLE: Field = Field { id: "staff-role", label: tr::staff_role };
const SCHOOL: Field = Field { id: "staff-school", label: tr::staff_school };

/// What is typed about somebody.
#[derive(Clone, Copy)]
struct Draft {
    name: Typed,
    role: Typed,
    school: Typed,
}

/// What was typed, understood.
struct Known {
    name: Name,
    role: Role,
    school: Option<Id<School>>,
}

impl Draft {
    /// A form that follows what is known of `staff`.
    fn of(staff: Memo<Option<Staff>>) -> Self {
        let text = |known: fn(&Staff) -> Option<String>| {
            Typed::over(Signal::derive(move || staff.with(|staff| staff.as_ref().and_then(known).unwrap_or_default())))
        };
        Self {
            name: text(|one| Some(one.name.to_string())),
            role: text(|one| Some(code(one.role))),
            school: text(|one| one.school.as_ref().map(Id::to_string)),
        }
    }

    fn empty() -> Self {
        Self { name: Typed::empty(), role: Typed::empty(), school: Typed::empty() }
    }

    fn settle(self) {
        for field in [self.name, self.role, self.school] {
            field.settle();
        }
    }

    /// What was typed, or what is wrong with the first field that cannot be understood. Whether a school is
    /// needed is for the rules to say.
    fn read(self) -> Result<Known, Fault> {
        let name = required_name(NAME, &self.name.get_untracked())?;
        let role = role_of(&self.role.get_untracked());
        let role = role.ok_or_else(|| Fault::of_form(untrack(tr::staff_role_missing)))?;
        let school = Id::parse(&self.school.get_untracked()).ok().filter(|_| policy::has_school(role));
        Ok(Known { name, role, school })
    }
}

/// The value of the choice that stands for a part.
fn code(role: Role) -> String {
    format!("{role:?}")
}

/// The part a choice stands for.
fn role_of(chosen: &str) -> Option<Role> {
    nav::invited().find(|role| code(*role) == chosen)
}

/// Whose part is in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Her own: nobody changes that.
    Own,
    /// Somebody else's.
    Others,
}

/// Registers a colleague or a school's contact, and leads to her page.
#[component]
pub fn NewForm(
    /// Becomes false when the person wants out.
    open: RwSignal<bool>,
) -> impl IntoView {
    let db = use_db();
    let navigate = use_navigate();
    let draft = Draft::empty();
    let fault = RwSignal::new(None::<Fault>);
    let register = move || -> Result<AnyId, Fault> {
        let Known { name, role, school } = draft.read()?;
        let id = ids::new_id::<()>();
        let said = untrack(|| tr::adviser_registered(name.to_string()));
        let command = staff::Register { id: id.clone(), name, role, school };
        db.run(command).map_err(|no| Fault::of_form(rejection(&no)))?;
        toast::say(said);
        Ok(id)
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match register() {
            Ok(id) => navigate(&format!("/staff/{id}"), NavigateOptions::default()),
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <form on:submit=submit novalidate>
            <Fields draft fault whose=Whose::Others/>
            <DialogButtons send=tr::people_register_now cancel/>
        </form>
    }
}

/// Corrects what is known of somebody.
#[component]
pub fn EditForm(
    /// Who, as she stands in the rows.
    staff: Memo<Option<Staff>>,
    /// Whose part it is.
    whose: Whose,
    /// The key of her row.
    key: Key,
) -> impl IntoView {
    let db = use_db();
    let draft = Draft::of(staff);
    let fault = RwSignal::new(None::<Fault>);
    let save = move || -> Result<(), Fault> {
        let Known { name, role, school } = draft.read()?;
        let Some(before) = staff.get_untracked() else {
            return Ok(());
        };
        let after = Staff { name, role, school, ..before.clone() };
        if after != before {
            let said = untrack(|| tr::people_saved(after.name.to_string()));
            db.run_undoable(correct(after), correct(before), said).map_err(|no| Fault::of_form(rejection(&no)))?;
        }
        draft.settle();
        Ok(())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        fault.set(save().err());
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <Fields draft fault whose/>
            <div class="actions">
                <button class="ds-button">{tr::action_save}</button>
                <ShareMark kind=Kind::Staff key=key/>
            </div>
        </form>
    }
}

fn correct(staff: Staff) -> staff::Correct {
    staff::Correct { id: staff.id, name: staff.name, role: staff.role, school: staff.school }
}

#[component]
fn Fields(draft: Draft, fault: RwSignal<Option<Fault>>, whose: Whose) -> impl IntoView {
    let db = use_db();
    let role = Memo::new(move |_| role_of(&draft.role.get()));
    // Which part somebody plays decides what she sees: a new colleague's is chosen, never taken as given.
    let is_open = role.get_untracked().is_none();
    let roles: Signal<Choices> = Signal::derive(move || {
        let none_yet = is_open.then(|| (String::new(), tr::action_choose()));
        let roles = nav::invited().map(|role| (code(role), nav::role_name(role)));
        none_yet.into_iter().chain(roles).collect()
    });
    let known = db.view(model::schools);
    let schools: Signal<Choices> = Signal::derive(move || {
        let none_yet = (String::new(), tr::action_choose());
        iter::once(none_yet).chain(known.get().unwrap_or_default()).collect()
    });
    let part = match whose {
        Whose::Own => view! {
            <div data-span="">
                <p>
                    <b>{tr::staff_role}</b>
                    {move || role.get().map(|role| format!(": {}", nav::role_name(role)))}
                </p>
                <p class="soft small">{tr::staff_own_role}</p>
            </div>
        }
        .into_any(),
        Whose::Others => {
            let wants_school = Memo::new(move |_| role.get().is_some_and(policy::has_school));
            view! {
                <SelectField field=ROLE value=draft.role options=roles/>
                <Show when=move || wants_school.get()>
                    <SelectField field=SCHOOL value=draft.school options=schools/>
                </Show>
            }
            .into_any()
        }
    };
    view! {
        <div class="fields">
            <TextField field=NAME value=draft.name fault required=true/>
            {part}
            <FormFault fault/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_with_an_invitation_can_be_chosen_and_no_other() {
        for role in Role::ALL {
            assert_eq!(role_of(&code(role)), policy::is_invited(role).then_some(role), "{role:?}");
        }
        assert_eq!(role_of(""), None);
    }
}
