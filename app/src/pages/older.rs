//! Around what a page shows of days that may have left this device.

use leptos::prelude::*;
use shared::{
    prim::{Date, days_from},
    sync::pull::KEPT_DAYS,
};

use crate::{
    components::{Empty, Skeleton},
    db::{Reach, use_db},
    i18n::tr,
};

/// Shows its children once the days they are about are here. Those of the last weeks always are.
#[component]
pub fn Older(
    /// The first day.
    #[prop(into)]
    first: Signal<Date>,
    /// How many days.
    days: i64,
    /// For how many days they stay on this device.
    #[prop(optional, into)]
    kept: Option<Signal<i64>>,
    /// What is shown of them.
    children: ChildrenFn,
) -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let is_online = db.is_online();
    let kept = move || kept.map_or(KEPT_DAYS, |kept| kept.get());
    let is_older = Memo::new(move |_| first.get() < days_from(today.get(), -kept()));
    let last = move || days_from(first.get(), days - 1);
    Effect::new(move |_| {
        if is_older.get() && is_online.get() {
            db.look_back(first.get(), last());
        }
    });
    on_cleanup(move || {
        if is_older.get_untracked() {
            db.look_away();
        }
    });
    let reach = Memo::new(move |_| match is_older.get() {
        false => Reach::Here,
        true if !is_online.get() && db.reach(first.get(), last()) == Reach::Asking => Reach::Away,
        true => db.reach(first.get(), last()),
    });
    move || match reach.get() {
        Reach::Here => children().into_any(),
        Reach::Asking => view! { <Skeleton/> }.into_any(),
        Reach::Away => view! { <Empty icon="offline" title=tr::older_away todo=tr::older_away_todo/> }.into_any(),
    }
}
