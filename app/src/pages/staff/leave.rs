//! Ending somebody's access when she leaves, and giving it back.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    domain::staff::{self, Staff},
    entity::Tag,
    policy::Action,
    prim::AnyId,
};

use super::{
    accounts::Accounts,
    form::Whose,
    handover::{Given, Hers},
    with_year,
};
use crate::{
    components::{
        Dialog, DialogButtons, Notice,
        field::{Fault, Field, FormFault, Typed},
    },
    db::use_db,
    i18n::{rejection, tr},
    pages::takes_over::TakesOver,
};

const TO: Field = Field { id: "staff-leave-to", label: tr::staff_who_takes_over };

/// The section that ends her access, or gives it back. One button for both: it keeps the focus.
#[component]
pub fn Leave(
    /// Who, as she stands in the rows.
    staff: Memo<Option<Staff>>,
    /// Her id.
    id: AnyId,
    /// Is she the one who looks?
    whose: Whose,
    /// The participants whose contact person she is.
    people: Hers,
    /// What the server has told of accounts.
    accounts: Accounts,
) -> impl IntoView {
    let db = use_db();
    let may = Memo::new(move |_| db.can(Action::EndStaff, vec![Tag::staff()]));
    let name =
        Memo::new(move |_| staff.with(|staff| staff.as_ref().map(|one| one.name.to_string()).unwrap_or_default()));
    let left = Memo::new(move |_| staff.with(|staff| staff.as_ref().and_then(|one| one.left)));
    let open = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let give_back = {
        let id = id.clone();
        move || {
            let said = untrack(|| tr::staff_returned(name.get()));
            let (command, undo) = (staff::Return { id: id.clone() }, staff::End { id: id.clone() });
            refused.set(db.run_undoable(command, undo, said).err().map(|no| rejection(&no)));
            accounts.ask();
        }
    };
    let tapped = move |_| if left.get_untracked().is_some() { give_back() } else { open.set(true) };
    let what = move || match left.get() {
        Some(day) => tr::staff_left_since(with_year(day)),
        None => tr::staff_end_when(),
    };
    let button = move || if left.get().is_some() { tr::staff_return() } else { tr::staff_end() };
    let title = move || tr::staff_end_title(name.get());
    let lead = move || tr::staff_end_what(name.get());
    let control = move || {
        let tapped = tapped.clone();
        match (whose, may.get()) {
            (Whose::Own, _) => view! { <p>{tr::staff_end_own}</p> }.into_any(),
            (Whose::Others, false) => view! { <p>{tr::reject_forbidden}</p> }.into_any(),
            (Whose::Others, true) => view! {
                <p>{what}</p>
                {move || refused.get().map(|said| view! { <Notice color="danger" alert=true>{said}</Notice> })}
                <div class="actions">
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        data-color=move || left.get().is_none().then_some("danger")
                        on:click=tapped
                    >
                        {button}
                    </button>
                </div>
            }
            .into_any(),
        }
    };
    view! {
        <section class="card stack" aria-labelledby="staff-leave">
            <h2 id="staff-leave">{tr::staff_access_end}</h2>
            {control}
        </section>
        <Dialog open title=title lead=lead>
            <EndForm id=id.clone() name people open accounts/>
        </Dialog>
    }
}

/// Asks who takes over, if somebody must, and ends her access.
#[component]
fn EndForm(id: AnyId, name: Memo<String>, people: Hers, open: RwSignal<bool>, accounts: Accounts) -> impl IntoView {
    let db = use_db();
    let chosen = Typed::empty();
    let fault = RwSignal::new(None::<Fault>);
    let count = people.with_untracked(Vec::len);
    let end = {
        let id = id.clone();
        move || -> Result<(), Fault> {
            let people = people.get_untracked();
            let given = if people.is_empty() { None } else { Some(Given::to_chosen(chosen, people, id.clone())?) };
            db.run(staff::End { id: id.clone() }).map_err(|no| Fault::of_form(rejection(&no)))?;
            let said = untrack(|| tr::staff_ended(name.get()));
            let back = staff::Return { id: id.clone() };
            db.offer_undo(said, move |db| {
                db.run(back)?;
                given.map_or(Ok(()), |given| given.back(db))
            });
            Ok(())
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match end() {
            Ok(()) => {
                open.set(false);
                accounts.ask();
            }
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    let cancel = Callback::new(move |()| open.set(false));
    let takes_over = (count > 0).then(|| {
        view! {
            <p>{move || tr::staff_end_contact_for(count)}</p>
            <TakesOver field=TO value=chosen except=id/>
        }
    });
    view! {
        <form on:submit=submit novalidate>
            {takes_over}
            <FormFault fault/>
            <DialogButtons send=tr::staff_end danger=true cancel/>
        </form>
    }
}
