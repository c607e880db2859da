//! Registering somebody whose address is hidden: she is a protected person from the start, and no device keeps her.

use leptos::prelude::*;
use shared::{policy, prim::AnyId};

use crate::{
    components::field::{Fault, Field, Typed},
    db::use_db,
    i18n::tr,
    pages::takes_over::TakesOver,
    session,
};

const WITH: Field = Field { id: "person-with", label: tr::shield_with };

/// The tick, with the colleague who is to know of her too; where the device keeps what is typed, the way to do it.
#[component]
pub fn HiddenAddress(
    /// Is her address hidden?
    is_hidden: RwSignal<bool>,
    /// Who is to know of her.
    with: Typed,
) -> impl IntoView {
    let me = use_db().me();
    if !policy::may_be_contact(me.role) {
        // Two contact persons are to know of her, and whoever registers her is neither.
        return view! { <p class="soft">{tr::shield_register_elsewhere}</p> }.into_any();
    }
    if !session::keeps_nothing() {
        return view! {
            <p class="soft">
                {tr::shield_register_online} " "
                <a href="/online" rel="external">
                    {tr::online_title}
                </a>
            </p>
        }
        .into_any();
    }
    let me = StoredValue::new(me.user);
    view! {
        <label class="choice">
            <span>{tr::shield_hidden_address}</span>
            <input
                type="checkbox"
                class="ds-input"
                prop:checked=move || is_hidden.get()
                on:change=move |event| is_hidden.set(event_target_checked(&event))
            />
        </label>
        <Show when=move || is_hidden.get()>
            <TakesOver field=WITH value=with except=me.get_value()/>
        </Show>
    }
    .into_any()
}

/// Who is to know of her, if her address is hidden.
pub fn with(is_hidden: RwSignal<bool>, with: Typed) -> Result<Option<AnyId>, Fault> {
    if !is_hidden.get_untracked() {
        return Ok(None);
    }
    let with = AnyId::parse(&with.get_untracked());
    with.map(Some).map_err(|_| Fault::of_form(untrack(tr::shield_with_missing)))
}
