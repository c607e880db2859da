//! Where a row stands: saved here, shared, or refused, in icon and word.

use leptos::prelude::*;
use shared::{Key, Kind, sync::engine::Share};

use super::Icon;
use crate::{db::use_db, i18n::tr, session};

/// The state of one row between this device and everybody else.
#[component]
pub fn ShareMark(
    /// The kind of the row.
    kind: Kind,
    /// Its key.
    #[prop(into)]
    key: Signal<Key>,
    /// Is nothing shown while it is shared? For lists in which only the exceptions matter.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let db = use_db();
    // One memo per key, so that the mark follows a row that changes its place.
    let share = Memo::new(move |_| db.share_now(kind, &key.get()));
    move || {
        let share = share.get();
        let is_shown = !quiet || share != Share::Shared;
        is_shown.then(|| {
            let (state, icon, said) = look(share);
            view! {
                <p class="state" data-state=state>
                    <Icon name=icon/>
                    <span>{said}</span>
                </p>
            }
        })
    }
}

/// Its look: `data-state`, icon and word.
fn look(share: Share) -> (&'static str, &'static str, String) {
    match share {
        Share::Saving => ("saving", "saved", tr::sync_saving()),
        // Where nothing is kept, it is on its way.
        Share::SavedHere if session::keeps_nothing() => ("saving", "saved", tr::sync_sharing()),
        Share::SavedHere => ("saved", "saved", tr::sync_saved_here()),
        Share::Shared => ("shared", "shared", tr::sync_shared()),
        Share::Refused => ("refused", "refused", tr::sync_refused()),
    }
}
