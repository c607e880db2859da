//! The standing order: how many on each weekday, and the days that were changed by hand and stay.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{domain::order::is_surprising, prim::Date};

use super::{
    desk::{Kept, Standard},
    words,
};
use crate::{
    components::{Notice, Stepper},
    i18n::{dates, tr},
    pages::plan::words as plan_words,
};

/// Sets the counts of Monday to Friday, or says why not.
pub(crate) type Setting = Callback<[i64; 5], Result<(), String>>;

/// What stands between the form and its being sent.
#[derive(Debug, Clone, PartialEq)]
enum Hold {
    /// A count far from the usual one: the usual, and the one typed.
    Unusual(u16, i64),
    /// It was refused, and why.
    Refused(String),
}

/// The weekdays, by their ISO number less one and the name of their colour.
const DAYS: [(usize, i8, &str); 5] = [(0, 1, "mon"), (1, 2, "tue"), (2, 3, "wed"), (3, 4, "thu"), (4, 5, "fri")];

/// The form of the standing order.
#[component]
pub(crate) fn StandardForm(
    /// The standing order.
    standard: Memo<Standard>,
    /// Sets it.
    on_save: Setting,
    /// May this user change it?
    may_change: Signal<bool>,
) -> impl IntoView {
    // What was typed and not saved, per weekday; what stands shows through where nothing was typed.
    let typed = RwSignal::new([None::<i64>; 5]);
    let hold = RwSignal::new(None::<Hold>);
    let count = move |index: usize| {
        let typed = typed.with(|typed| typed.get(index).copied().flatten());
        typed.unwrap_or_else(|| standard.with(|standard| i64::from(standard.count(index))))
    };
    let counts = move || [count(0), count(1), count(2), count(3), count(4)];
    let save = move || match on_save.run(untrack(counts)) {
        Ok(()) => {
            typed.set([None; 5]);
            hold.set(None);
        }
        Err(said) => hold.set(Some(Hold::Refused(said))),
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let usual = standard.with_untracked(|standard| standard.counts);
        let unusual = usual.and_then(|usual| {
            let mut pairs = usual.into_iter().zip(untrack(counts));
            pairs.find(|(usual, count)| is_surprising(*count, *usual))
        });
        match unusual {
            Some((usual, count)) => hold.set(Some(Hold::Unusual(usual, count))),
            None => save(),
        }
    };
    let row = move |(index, weekday, code): (usize, i8, &'static str)| {
        let label = move || tr::order_standard_day(dates::weekday(weekday));
        let value = Signal::derive(move || count(index));
        let disabled = Signal::derive(move || !may_change.get());
        let on_change = Callback::new(move |count: i64| {
            hold.set(None);
            typed.update(|typed| {
                if let Some(typed) = typed.get_mut(index) {
                    *typed = Some(count);
                }
            });
        });
        view! {
            <div class="standard__row" data-day=code>
                <b>{move || dates::capital(&dates::weekday(weekday))}</b>
                <Stepper label value on_change disabled/>
            </div>
        }
    };
    let on_yes = Callback::new(move |()| save());
    let on_no = Callback::new(move |()| hold.set(None));
    let from = move || {
        let from = standard.with(|standard| standard.from);
        from.map(|from| view! { <p class="soft small">{tr::order_standard_from(dates::long_date(from))}</p> })
    };
    view! {
        <form class="card standard stack" on:submit=submit novalidate>
            <fieldset>
                <legend>{tr::order_standard_heading}</legend>
                <p class="soft small">{tr::order_standard_hint}</p>
                {from}
                {DAYS.into_iter().map(row).collect_view()}
            </fieldset>
            {move || hold.get().map(|held| view! { <Held hold=held on_yes on_no/> })}
            {move || {
                may_change
                    .get()
                    .then(|| {
                        view! {
                            <div class="actions">
                                <button type="submit" class="ds-button" data-wide="">
                                    {tr::action_save}
                                </button>
                            </div>
                        }
                    })
            }}
            <KeptDays standard/>
        </form>
    }
}

#[component]
fn Held(hold: Hold, on_yes: Callback<()>, on_no: Callback<()>) -> impl IntoView {
    match hold {
        Hold::Refused(said) => view! { <p class="ds-validation-message" role="alert">{said}</p> }.into_any(),
        Hold::Unusual(usual, count) => view! {
            <Notice color="warning" icon="help" alert=true>
                <p>
                    <b>{move || tr::order_unusual(usual, count)}</b>
                </p>
                <div class="cluster">
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        data-size="sm"
                        on:click=move |_| on_yes.run(())
                    >
                        {move || tr::order_unusual_yes(count)}
                    </button>
                    <button type="button" class="ds-button" data-size="sm" on:click=move |_| on_no.run(())>
                        {tr::order_unusual_change}
                    </button>
                </div>
            </Notice>
        }
        .into_any(),
    }
}

/// The days a change of the standard leaves as they are.
#[component]
fn KeptDays(standard: Memo<Standard>) -> impl IntoView {
    let kept = Memo::new(move |_| standard.with(|standard| standard.kept.clone()));
    move || {
        let kept = kept.get();
        (!kept.is_empty()).then(|| {
            let count = kept.len();
            let days = kept.into_iter().map(|one| view! { <li>{kept_day(&one, standard)}</li> });
            view! {
                <div class="stack" data-gap="2">
                    <p class="small">
                        <b>{tr::order_standard_kept(count)}</b>
                    </p>
                    <ul class="small">{days.collect_view()}</ul>
                </div>
            }
        })
    }
}

fn kept_day(kept: &Kept, standard: Memo<Standard>) -> String {
    let usual = standard.with(|standard| standard.count(weekday_index(kept.date)));
    let said = match kept.choice {
        Some(choice) => words::choice(choice, usual),
        None => tr::desk_two_answers(),
    };
    let day = format!("{} {}", dates::weekday_of(kept.date), plan_words::day_and_month(kept.date));
    tr::desk_kept(dates::capital(&day), said)
}

fn weekday_index(date: Date) -> usize {
    usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())
}
