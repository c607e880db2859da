//! A day of the plan on the screen: the band of the day's colour, and one large card per activity.
//!
//! Norwegian first; where the screen speaks another language, that line stands under it.

use leptos::prelude::*;
use shared::prim::{Date, Timestamp};

use super::plan::{Card, DayPlan, Fate, Progress, When, next_start, when};
use crate::{
    components::{ClockFace, Icon, Notice, Speak},
    i18n::{dates, in_norwegian, is_norwegian, language, tr},
    pages::plan::{model::Closure, words},
};

/// How much a list of cards says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Today: what is now and what is next, in words.
    Live,
    /// A day of the week: everything, without now and next.
    Full,
    /// Tomorrow: what and when.
    Short,
}

/// The day's colour across the page, with its name, and the button that reads all of it.
#[component]
pub(crate) fn DayBand(
    /// Which day.
    #[prop(into)]
    date: Signal<Date>,
    /// Its heading: `<h1>` where the page is about this day, `<h2>` where it is one of several.
    heading: Heading,
    /// All of the day in Norwegian, to be read aloud.
    #[prop(into)]
    spoken: Signal<String>,
) -> impl IntoView {
    let title = move || dates::capital(&dates::long_date(date.get()));
    let heading = match heading {
        Heading::Page => view! { <h1>{title}</h1> }.into_any(),
        Heading::Part(id) => view! { <h2 id=id>{title}</h2> }.into_any(),
    };
    let norwegian = move || {
        (!is_norwegian()).then(|| {
            view! { <p lang="nb">{in_norwegian(|| dates::capital(&dates::long_date(date.get())))}</p> }
        })
    };
    view! {
        <header class="day-band" data-day=move || words::day_code(date.get())>
            <div>
                {heading}
                <p>{move || dates::capital(&dates::week_label(date.get()))}</p>
                {norwegian}
            </div>
            <Speak
                text=move || spoken.get()
                label=move || dates::long_date(date.get())
            />
        </header>
    }
}

/// Where a band's heading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    /// It names the page.
    Page,
    /// It names a part of the page, which finds it by this id.
    Part(&'static str),
}

/// Why the centre is closed on a red day.
#[component]
pub(crate) fn RedDay(
    /// Why.
    closed: Closure,
) -> impl IntoView {
    view! {
        <Notice color="danger" icon="red-day">
            <p>
                <b>{tr::today_red_day}</b>
            </p>
            <p>{move || tr::today_red_day_because(words::closure(&closed))}</p>
        </Notice>
    }
}

/// The cards of a day, in its order. A card keeps its place and the focus while its words change.
#[component]
pub(crate) fn Cards(
    /// The day.
    #[prop(into)]
    cards: Signal<Vec<Card>>,
    /// The time, in whole minutes.
    now: Memo<Timestamp>,
    /// How much is said.
    detail: Detail,
) -> impl IntoView {
    let next = Memo::new(move |_| match detail {
        Detail::Live => cards.with(|cards| next_start(cards, now.get())),
        Detail::Full | Detail::Short => None,
    });
    let has_now = Memo::new(move |_| {
        let is_now = |card: &Card| matches!(when(card, now.get(), None), When::Now(_));
        detail == Detail::Live && cards.with(|cards| cards.iter().any(is_now))
    });
    view! {
        <ol class="acts">
            <For
                each=move || cards.get()
                key=Card::key
                children=move |first: Card| {
                    let key = first.key();
                    let card = Memo::new(move |before: Option<&Card>| {
                        let found = cards.with(|cards| cards.iter().find(|card| card.key() == key).cloned());
                        found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
                    });
                    let when = Memo::new(move |_| match detail {
                        Detail::Live => card.with(|card| when(card, now.get(), next.get())),
                        Detail::Full | Detail::Short => When::Later,
                    });
                    let follows = move || {
                        let When::Next(ahead) = when.get() else { return None };
                        has_now.get().then(|| view! { <Between said=move || tr::today_next_when(dates::in_words(ahead))/> })
                    };
                    let has_word = Memo::new(move |_| {
                        !(has_now.get() && matches!(when.get(), When::Next(_)))
                    });
                    view! {
                        <li class="stack">
                            {follows}
                            <Act card when detail has_word/>
                        </li>
                    }
                }
            />
        </ol>
    }
}

/// The line between two cards, or after the last one.
#[component]
pub(crate) fn Between(
    /// What it says.
    #[prop(into)]
    said: TextProp,
) -> impl IntoView {
    view! {
        <p class="between">
            <span>{move || said.get().to_string()}</span>
        </p>
    }
}

#[component]
fn Act(card: Memo<Card>, when: Memo<When>, detail: Detail, has_word: Memo<bool>) -> impl IntoView {
    let is_now = move || matches!(when.get(), When::Now(_));
    let title = move || card.with(|card| card.title.clone());
    let heading = match detail {
        Detail::Live => view! { <h2 class="act__title" lang="nb">{title}</h2> }.into_any(),
        Detail::Full | Detail::Short => view! { <h3 class="act__title" lang="nb">{title}</h3> }.into_any(),
    };
    let own = move || {
        (!is_norwegian()).then(|| {
            let said = words::kind_name(card.with(|card| card.kind));
            view! {
                <p class="own" lang=language().code dir="auto">
                    {said}
                </p>
            }
        })
    };
    view! {
        <article
            class="act"
            data-tone=move || card.with(|card| words::kind_marks(card.kind).0)
            data-when=move || when_code(when.get())
            data-state=move || card.with(|card| state_code(&card.fate))
        >
            {move || has_word.get().then(|| word(when.get(), card.with(|card| card.now.end.is_some())))}
            <div class="act__head">
                <span class="tile" data-size=move || is_now().then_some("lg")>
                    <Icon name=move || card.with(|card| words::kind_marks(card.kind).1)/>
                </span>
                <div>{heading} {own}</div>
            </div>
            {move || {
                let When::Now(Some(Progress { passed, total })) = when.get() else { return None };
                Some(
                    view! {
                        <progress
                            class="act__bar"
                            max=total.to_string()
                            value=passed.to_string()
                            aria-hidden="true"
                        ></progress>
                    },
                )
            }}
            {move || change(&card.get())}
            {move || facts(&card.get(), detail, when.get() == When::Past)}
            <Speak text=move || card.with(|card| spoken(card, when.get())) label=title/>
        </article>
    }
}

const fn when_code(when: When) -> &'static str {
    match when {
        When::Past => "past",
        When::Now(_) => "now",
        When::Next(_) => "next",
        When::Later => "later",
    }
}

const fn state_code(fate: &Fate) -> Option<&'static str> {
    match fate {
        Fate::Planned => None,
        Fate::Moved(_) => Some("moved"),
        Fate::MovedAway(_) | Fate::Cancelled(_) => Some("cancelled"),
    }
}

/// “Nå, slutter om 1 time”, “Neste, om 20 minutter”, “Ferdig”.
fn word(when: When, has_end: bool) -> Option<AnyView> {
    let (strong, rest) = match when {
        When::Now(progress) => {
            let left = progress.map(|progress| dates::in_words(progress.total - progress.passed));
            (tr::today_now(), left.map(tr::participant_ends))
        }
        When::Next(ahead) => (tr::participant_upcoming(), Some(dates::in_words(ahead))),
        When::Past if has_end => {
            return Some(view! { <p class="act__word">{tr::participant_done()}</p> }.into_any());
        }
        When::Past | When::Later => return None,
    };
    let view = view! {
        <p class="act__word">
            <b>{strong}</b>
            {rest.map(|rest| view! { <span>{rest}</span> })}
        </p>
    };
    Some(view.into_any())
}

/// What became of it, with the reason.
fn change(card: &Card) -> Option<AnyView> {
    let (icon, said) = match &card.fate {
        Fate::Planned => return None,
        Fate::Moved(_) | Fate::MovedAway(_) => ("moved", moved(card)?),
        Fate::Cancelled(reason) => ("cancelled", tr::today_cancelled_because(reason.clone())),
    };
    let view = view! {
        <p class="act__change">
            <Icon name=icon/>
            <span>{said}</span>
        </p>
    };
    Some(view.into_any())
}

/// “Flyttet fra 12.30–14.00 til 13.30–15.00”: only what differs.
fn moved(card: &Card) -> Option<String> {
    match &card.fate {
        Fate::Moved(before) => {
            let (old, new) = words::difference(before, &card.now);
            Some(tr::participant_moved(old, new))
        }
        Fate::MovedAway(there) => {
            let (_, new) = words::difference(&card.now, there);
            Some(tr::today_moved_to(new))
        }
        Fate::Planned | Fate::Cancelled(_) => None,
    }
}

/// When, where, with whom, and what to bring, as far as it is known and still matters.
fn facts(card: &Card, detail: Detail, is_past: bool) -> Option<AnyView> {
    if matches!(card.fate, Fate::MovedAway(_)) {
        return None;
    }
    let is_short = detail == Detail::Short || is_past;
    let place = card.now.place.as_ref().filter(|_| detail != Detail::Short).map(ToString::to_string);
    let leader = card.leader.clone().filter(|_| !is_short);
    let bring = card.bring.clone().filter(|_| !is_short).map(tr::today_bring);
    let fact = |icon: &'static str, said: Option<String>| {
        said.map(|said| {
            view! {
                <li>
                    <Icon name=icon/>
                    <span>{said}</span>
                </li>
            }
        })
    };
    let view = view! {
        <ul class="facts">
            {time_fact(card)} {fact("place", place)} {fact("leader", leader)} {fact("bag", bring)}
        </ul>
    };
    Some(view.into_any())
}

/// The time in digits and on a clock face, the old one struck out before it.
fn time_fact(card: &Card) -> AnyView {
    let said = words::hours(card.now.start, card.now.end);
    let Some(time) = card.now.start.or(card.now.end) else {
        return view! {
            <li>
                <Icon name="clock"/>
                <span>{said}</span>
            </li>
        }
        .into_any();
    };
    let old = match &card.fate {
        Fate::Moved(before) if (before.start, before.end) != (card.now.start, card.now.end) => {
            Some(words::hours(before.start, before.end))
        }
        Fate::Planned | Fate::Moved(_) | Fate::MovedAway(_) | Fate::Cancelled(_) => None,
    };
    let time = Signal::stored(time);
    view! {
        <li>
            <ClockFace time/>
            <span>
                {old.map(|old| view! { <del><time>{old}</time></del> " " })}
                <time>{said}</time>
            </span>
        </li>
    }
    .into_any()
}

/// A whole day in Norwegian: “I dag, mandag 23. november. Nå: Mat og prat. Klokka 09.00–11.30 …”
pub(crate) fn spoken_day(plan: &DayPlan, now: Option<Timestamp>) -> String {
    in_norwegian(|| {
        let mut said = vec![dates::capital(&dates::long_date(plan.date))];
        if let Some(closed) = &plan.closed {
            said.push(tr::today_red_day_because(words::closure(closed)));
        } else if plan.cards.is_empty() {
            said.push(tr::week_day_empty());
        }
        let next = now.and_then(|now| next_start(&plan.cards, now));
        let cards = plan.cards.iter().map(|card| {
            let when = now.map_or(When::Later, |now| when(card, now, next));
            (card, when)
        });
        said.extend(cards.filter(|(_, when)| *when != When::Past).map(|(card, when)| spoken(card, when)));
        sentences(&said)
    })
}

/// A card in Norwegian, as one says it.
fn spoken(card: &Card, when: When) -> String {
    in_norwegian(|| {
        let title = match when {
            When::Now(_) => tr::participant_read_now(card.title.clone()),
            When::Past | When::Next(_) | When::Later => card.title.clone(),
        };
        let mut said = vec![title];
        match &card.fate {
            Fate::Planned => {}
            Fate::Moved(_) => said.extend(moved(card)),
            Fate::MovedAway(_) => {
                said.extend(moved(card));
                return sentences(&said);
            }
            Fate::Cancelled(reason) => {
                said.push(tr::today_cancelled_because(reason.clone()));
                return sentences(&said);
            }
        }
        if card.now.start.or(card.now.end).is_some() {
            said.push(tr::today_time(words::hours(card.now.start, card.now.end)));
        }
        said.extend(card.now.place.as_ref().map(|place| tr::today_place(place.to_string())));
        said.extend(card.leader.clone().map(tr::today_with));
        said.extend(card.bring.clone().map(tr::today_bring));
        sentences(&said)
    })
}

/// The sentences, each with a full stop where it has no end of its own.
fn sentences(said: &[String]) -> String {
    let ended = said.iter().map(|one| {
        let has_end = one.ends_with(['.', '!', '?']);
        if has_end { one.clone() } else { format!("{one}.") }
    });
    ended.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use shared::testkit::{at, centre, date, name};

    use super::*;
    use crate::{i18n::speak, pages::today::plan::day};

    fn tuesday() -> DayPlan {
        let mut plan = day(centre().view(), date("2026-11-24")).unwrap();
        plan.cards[0].bring = Some("blyant".to_owned());
        plan
    }

    #[test]
    fn a_card_is_said_in_norwegian_whatever_the_screen_speaks() {
        speak("en");
        let said = spoken(&tuesday().cards[0], When::Later);
        assert_eq!(said, "Norskverksted. Klokka 12.30–14.00. Sted: Rom 2. Ta med blyant.");
    }

    #[test]
    fn the_whole_day_leaves_out_what_is_over_and_says_what_is_now() {
        speak("nb");
        let said = |clock: &str| spoken_day(&tuesday(), Some(at(&format!("2026-11-24 {clock}"))));
        assert!(said("13:00").contains("Nå: Norskverksted."));
        assert_eq!(said("15:00"), "Tirsdag 24. november.");
    }

    #[test]
    fn a_cancelled_card_says_why_and_no_time() {
        speak("nb");
        let mut card = tuesday().cards.remove(0);
        card.fate = Fate::Cancelled("Solveig er syk.".to_owned());
        assert_eq!(spoken(&card, When::Later), "Norskverksted. Avlyst: Solveig er syk.");
    }

    #[test]
    fn what_moved_names_the_old_and_the_new() {
        speak("nb");
        let mut card = tuesday().cards.remove(0);
        let mut before = card.now.clone();
        before.place = Some(name("Salen"));
        card.fate = Fate::Moved(before);
        assert_eq!(moved(&card).as_deref(), Some("Flyttet fra Salen til Rom 2"));
    }
}
