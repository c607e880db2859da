//! Yesterday, today, tomorrow, or a date: the way between the kitchen's days.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use shared::prim::{Date, days_from};

use crate::{
    i18n::{dates, tr},
    pages::plan::words as plan_words,
};

/// Which page of a day the links lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The board.
    Board,
    /// The count sheet.
    Sheet,
}

impl Place {
    /// The address of this page of `date`.
    pub(crate) fn href(self, date: Date) -> String {
        match self {
            Self::Board => format!("/kitchen/{date}"),
            Self::Sheet => format!("/kitchen/{date}/sheet"),
        }
    }

    /// The address for today: the board's follows the date when a night passes.
    fn href_today(self, today: Date) -> String {
        match self {
            Self::Board => "/kitchen".to_owned(),
            Self::Sheet => self.href(today),
        }
    }
}

/// Links to the days around today, and a field for any other date.
#[component]
pub(crate) fn DayNav(
    /// The day that is shown.
    date: Memo<Date>,
    /// Today.
    today: Memo<Date>,
    /// Which page the links lead to.
    place: Place,
) -> impl IntoView {
    let picking = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let open = move |_| {
        picking.update(|picking| *picking = !*picking);
        request_animation_frame(move || {
            if let Some(field) = field.get_untracked() {
                // Fails only for a field that has just left the page.
                let _ = field.focus();
            }
        });
    };
    let pick = move |event: web_sys::Event| {
        let picked = event_target_value(&event).parse::<Date>();
        // While a year is typed, the browser tells of the years 2, 20 and 202.
        let Some(date) = picked.ok().filter(|date| date.year() >= 2000) else {
            return;
        };
        picking.set(false);
        navigate(&place.href(date), NavigateOptions::default());
    };
    let is_elsewhere = Memo::new(move |_| !(-1..=1).any(|offset| days_from(today.get(), offset) == date.get()));
    let link = move |offset: i64, said: fn() -> String| {
        let day = Memo::new(move |_| days_from(today.get(), offset));
        let is_shown = Memo::new(move |_| day.get() == date.get());
        view! {
            <a
                href=move || if offset == 0 { place.href_today(day.get()) } else { place.href(day.get()) }
                aria-current=move || is_shown.get().then_some("date")
                data-day=move || is_shown.get().then(|| plan_words::day_code(day.get()))
            >
                {said}
                <small>{move || short(day.get())}</small>
            </a>
        }
    };
    view! {
        <nav class="day-nav" aria-label=tr::board_days>
            {link(-1, tr::date_yesterday)} {link(0, tr::date_today)} {link(1, tr::date_tomorrow)}
            <button
                type="button"
                aria-expanded=move || if picking.get() { "true" } else { "false" }
                aria-controls="pick-day"
                aria-current=move || is_elsewhere.get().then_some("date")
                data-day=move || is_elsewhere.get().then(|| plan_words::day_code(date.get()))
                on:click=open
            >
                {tr::board_pick_day}
                <small>
                    {move || if is_elsewhere.get() { short(date.get()) } else { dates::week_label(date.get()) }}
                </small>
            </button>
        </nav>
        <div class="ds-field" id="pick-day" hidden=move || !picking.get()>
            <label class="ds-label" for="pick-day-field">
                {tr::board_pick_day}
            </label>
            <input
                class="ds-input"
                id="pick-day-field"
                type="date"
                node_ref=field
                prop:value=move || date.get().to_string()
                on:change=pick
            />
        </div>
    }
}

/// “man. 23. november”.
fn short(date: Date) -> String {
    let weekday = dates::short_weekday(date.weekday().to_monday_one_offset());
    format!("{weekday} {}", plan_words::day_and_month(date))
}
