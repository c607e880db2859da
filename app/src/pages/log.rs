//! Who did what with whose information: a participant sees what was done to hers, staff what they did themselves,
//! whoever answers for the centre all of it. The log is the server's, so the page needs a network.

use std::iter;

use leptos::prelude::*;
use shared::{
    Command as _,
    domain::{
        attendance, group,
        person::{self, Person},
        staff::Staff,
    },
    policy::{self, Action},
    prim::{AnyId, Date, sort_by_key},
    sync::noted,
};
use wasm_bindgen_futures::spawn_local;

use super::people::model::alphabet;
use crate::{
    components::{
        Empty, Icon, Notice, Page, PageHead, Skeleton, Speak,
        field::{Choices, Field, SelectField, Typed},
    },
    db::use_db,
    i18n::{self, dates, in_norwegian, tr},
    names, nav,
    sync::{
        log::{self, Entry, Wanted},
        net::Fault,
    },
};

const BY: Field = Field { id: "log-by", label: tr::log_by };
const ABOUT: Field = Field { id: "log-about", label: tr::role_participant };

/// What of the log somebody sees. The server decides it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What was done to her rows.
    Hers,
    /// What she did herself.
    Own,
    /// All of it.
    All,
}

impl Part {
    /// The part of whoever is signed in.
    pub fn now() -> Self {
        let db = use_db();
        if db.can(Action::SeeLog, Vec::new()) {
            Self::All
        } else if db.me().role == policy::TAKES_PART {
            Self::Hers
        } else {
            Self::Own
        }
    }

    /// What it is called.
    pub fn title(self) -> String {
        match self {
            Self::Hers => tr::log_hers_title(),
            Self::Own => tr::log_own_title(),
            Self::All => tr::log_all_title(),
        }
    }

    /// What stands in it.
    pub fn lead(self) -> String {
        match self {
            Self::Hers => tr::log_hers_lead(),
            Self::Own => tr::log_own_lead(),
            Self::All => tr::log_all_lead(),
        }
    }

    /// That nothing stands in it.
    fn nothing(self) -> String {
        match self {
            Self::Hers => tr::log_hers_empty(),
            Self::Own | Self::All => tr::log_empty(),
        }
    }
}

/// The entries of one day in words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Day {
    date: Date,
    title: String,
    lines: Vec<Line>,
    /// All of it in Norwegian, to be read aloud to a participant.
    spoken: Option<String>,
}

/// One entry in words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    icon: Option<&'static str>,
    said: String,
    /// When, and by whom.
    small: String,
}

/// The page of the log.
#[component]
pub fn LogPage() -> impl IntoView {
    let db = use_db();
    let (is_online, today) = (db.is_online(), db.today());
    let part = Memo::new(|_| Part::now());
    let (by, about) = (Typed::empty(), Typed::empty());
    let chosen = |value: Typed| AnyId::parse(&value.get()).ok();
    let wanted = Memo::new(move |_| Wanted { about: chosen(about), by: chosen(by) });
    let found = RwSignal::new(None::<(Wanted, Result<Vec<Entry>, Fault>)>);
    let ask = move |asked: Wanted| {
        spawn_local(async move {
            let entries = log::entries(&asked).await;
            // She may have chosen something else meanwhile, or left the page.
            if wanted.try_get_untracked().as_ref() == Some(&asked) {
                let _ = found.try_set(Some((asked, entries)));
            }
        });
    };
    Effect::new(move |_| {
        let asked = wanted.get();
        if is_online.get() {
            ask(asked);
        }
    });
    let days = Memo::new(move |_| {
        let wanted = wanted.get();
        found.with(|found| {
            let (_, told) = found.as_ref().filter(|(asked, _)| *asked == wanted)?;
            Some(match told {
                Ok(entries) => Ok(in_days(entries, &wanted, part.get(), today.get())),
                Err(fault) => Err(*fault),
            })
        })
    });
    let is_cut =
        Memo::new(move |_| found.with(|found| matches!(found, Some((_, Ok(entries))) if entries.len() >= log::MOST)));
    let again = move |_| {
        found.set(None);
        ask(wanted.get_untracked());
    };
    let content = move || match days.get() {
        Some(Ok(days)) if days.is_empty() => {
            let said = move || if is_cut.get() { tr::log_newest(log::MOST) } else { part.get().nothing() };
            view! { <Empty icon="history" title=said/> }.into_any()
        }
        Some(Ok(days)) => {
            let days = days.into_iter().map(|day| view! { <OneDay day/> }).collect_view();
            let cut = move || is_cut.get().then(|| view! { <p class="soft small">{tr::log_newest(log::MOST)}</p> });
            view! {
                {days}
                {cut}
            }
            .into_any()
        }
        // What is here already stays when the network goes.
        _ if !is_online.get() => {
            view! { <Empty icon="offline" title=tr::log_offline todo=tr::older_away_todo/> }.into_any()
        }
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(_)) => view! {
            <Notice color="warning" alert=true>
                <p>{tr::log_not_known}</p>
                <div class="cluster">
                    <button type="button" class="ds-button" data-variant="secondary" on:click=again>
                        <Icon name="refresh"/>
                        {tr::action_retry}
                    </button>
                </div>
            </Notice>
        }
        .into_any(),
    };
    let title = move || part.get().title();
    view! {
        <Page title=title name="log">
            <PageHead title=title lead=move || part.get().lead()/>
            {move || (part.get() == Part::All).then(|| view! { <Filters by about/> })}
            {content}
        </Page>
    }
}

/// Whose doings, and to whom: for whoever sees all and has names to choose from.
#[component]
fn Filters(by: Typed, about: Typed) -> impl IntoView {
    let db = use_db();
    let colleagues = db.view(|view| {
        let all = view.all::<Staff>()?.into_iter();
        Ok(by_name(all.map(|one| (one.id.to_string(), one.name.to_string()))))
    });
    let people = db.view(|view| {
        let all = view.all::<Person>()?.into_iter();
        Ok(by_name(all.map(|one| (one.id.to_string(), one.full_name()))))
    });
    let is_any = Memo::new(move |_| colleagues.with(|all| all.as_ref().is_some_and(|all| !all.is_empty())));
    let select = |field: Field, value: Typed, known: Memo<Option<Choices>>| {
        let options: Signal<Choices> = Signal::derive(move || {
            let everybody = (String::new(), tr::people_all());
            iter::once(everybody).chain(known.get().unwrap_or_default()).collect()
        });
        view! { <SelectField field value options/> }
    };
    move || {
        is_any.get().then(|| {
            view! {
                <div class="toolbar">
                    {select(BY, by, colleagues)} {select(ABOUT, about, people)}
                </div>
            }
        })
    }
}

fn by_name(all: impl Iterator<Item = (String, String)>) -> Choices {
    let mut choices: Choices = all.collect();
    sort_by_key(&mut choices, |(_, name)| alphabet(name));
    choices
}

#[component]
fn OneDay(day: Day) -> impl IntoView {
    let Day { date, title, lines, spoken } = day;
    let id = format!("log-{date}");
    let named_by = id.clone();
    let listen = spoken.map(|spoken| view! { <Speak text=spoken label=title.clone()/> });
    let lines = lines.into_iter().map(|Line { icon, said, small }| {
        view! {
            <li>
                {icon.map(|name| view! { <Icon name/> })}
                <div>
                    <b>{said}</b>
                    <span class="soft small">{small}</span>
                </div>
            </li>
        }
    });
    view! {
        <section class="stack" aria-labelledby=named_by>
            <div class="cluster">
                <h2 id=id>{title}</h2>
                {listen}
            </div>
            <ol class="outbox">{lines.collect_view()}</ol>
        </section>
    }
}

/// What of `entries` is `wanted`, in words, day by day. They come newest first and stay so.
fn in_days(entries: &[Entry], wanted: &Wanted, part: Part, today: Date) -> Vec<Day> {
    let entries: Vec<&Entry> = entries.iter().filter(|entry| wanted.has(entry)).collect();
    let days = entries.chunk_by(|one, next| one.at.date() == next.at.date());
    let in_words = |entries: &[&Entry]| {
        let date = entries.first()?.at.date();
        let spoken = || {
            let said = entries.iter().map(|entry| hers(entry).1);
            iter::once(title(date, today)).chain(said).collect::<Vec<_>>().join(". ")
        };
        Some(Day {
            date,
            title: title(date, today),
            lines: entries.iter().map(|entry| line(entry, part)).collect(),
            spoken: (part == Part::Hers).then(|| in_norwegian(spoken)),
        })
    };
    days.filter_map(in_words).collect()
}

/// “I dag”, “Mandag 23. november”, with the year when that is another one.
fn title(date: Date, today: Date) -> String {
    if date == today {
        return tr::date_today();
    }
    let day = dates::capital(&dates::long_date(date));
    if date.year() == today.year() { day } else { format!("{day} {}", date.year()) }
}

fn line(entry: &Entry, part: Part) -> Line {
    let role = entry.by_role.map(nav::role_name);
    let (icon, said, by) = match part {
        Part::Hers => {
            let (icon, said) = hers(entry);
            (Some(icon), said, role)
        }
        Part::Own => (None, deed(entry), None),
        Part::All => {
            let by = match role {
                Some(role) => format!("{} ({role})", who(entry)),
                None => who(entry),
            };
            (None, deed(entry), Some(by))
        }
    };
    let received = entry.at.date();
    let clock = dates::clock(entry.at.time_of_day().minutes());
    // Done without a network, and shared another day.
    let made = entry.made_at.filter(|made| made.date() != received);
    let made = made.map(|made| tr::log_made(dates::moment(made, received)));
    Line { icon, said, small: [Some(clock), by, made].into_iter().flatten().collect::<Vec<_>>().join(" · ") }
}

/// What was done to her, in a sentence for a participant, and its pictogram.
fn hers(entry: &Entry) -> (&'static str, String) {
    let who = who(entry);
    match entry.name.as_deref() {
        None => ("trash", tr::log_hers_erased(who)),
        Some(person::Register::NAME) => ("person-plus", tr::log_hers_registered(who)),
        Some(person::Correct::NAME) => ("person", tr::log_hers_corrected(who)),
        Some(person::Assign::NAME) => ("leader", tr::log_hers_contact(who)),
        Some(group::Enrol::NAME) => ("people", tr::log_hers_enrolled(who)),
        Some(group::Leave::NAME) => ("people", tr::log_hers_left(who)),
        Some(attendance::Set::NAME) => ("tasks", tr::log_hers_attendance(who)),
        Some(noted::CARD) => ("card", tr::log_hers_card(who)),
        Some(noted::SIGN_IN) => ("door", tr::log_hers_sign_in()),
        Some(_) => ("edit", tr::log_hers_other(who)),
    }
}

/// What was done, and whom it was about where this device knows her.
fn deed(entry: &Entry) -> String {
    let kind = entry.name.as_deref().map_or_else(tr::log_erased, i18n::kind);
    let colleague = || {
        let id = entry.what.as_deref()?.strip_prefix("staff/")?;
        names::colleague(&AnyId::parse(id).ok()?)
    };
    match entry.about.as_ref().and_then(names::participant).or_else(colleague) {
        Some(about) => format!("{kind}: {about}"),
        None => kind,
    }
}

fn who(entry: &Entry) -> String {
    entry.by_name.clone().unwrap_or_else(tr::log_somebody)
}

#[cfg(test)]
mod tests {
    use shared::testkit::{at, date, id};

    use super::*;
    use crate::i18n::speak;

    fn entry(when: &str, name: Option<&str>) -> Entry {
        Entry {
            at: at(when),
            made_at: name.map(|_| at(when)),
            by: id("kari"),
            by_name: Some("Kari Nilsen".to_owned()),
            by_role: None,
            about: None,
            what: None,
            name: name.map(str::to_owned),
        }
    }

    fn days(entries: &[Entry], part: Part) -> Vec<Day> {
        in_days(entries, &Wanted::default(), part, date("2026-11-24"))
    }

    #[test]
    fn days_stand_apart_newest_first() {
        speak("nb");
        let times = ["2026-11-24 10:03", "2026-11-24 09:00", "2026-11-23 15:00", "2025-12-01 08:00"];
        let days = days(&times.map(|when| entry(when, Some("attendance.set"))), Part::Own);
        let titles: Vec<&str> = days.iter().map(|day| day.title.as_str()).collect();
        assert_eq!(titles, ["I dag", "Mandag 23. november", "Mandag 1. desember 2025"]);
        let first: Vec<&str> = days[0].lines.iter().map(|line| line.small.as_str()).collect();
        assert_eq!(first, ["10.03", "09.00"]);
    }

    #[test]
    fn a_participant_reads_and_hears_a_sentence() {
        speak("en");
        let days = days(&[entry("2026-11-24 10:03", Some("attendance.set"))], Part::Hers);
        assert_eq!(days[0].lines[0].said, "Kari Nilsen wrote down whether you were here");
        assert_eq!(days[0].spoken.as_deref(), Some("I dag. Kari Nilsen skrev ned om du var her"));
    }

    #[test]
    fn everything_that_can_be_done_to_a_participant_has_its_own_sentence() {
        speak("nb");
        let known =
            ["person.register", "person.correct", "person.assign", "group.enrol", "group.leave", "attendance.set"];
        let mut said: Vec<String> = known.map(|name| hers(&entry("2026-11-24 10:03", Some(name))).1).into();
        said.push(hers(&entry("2026-11-24 10:03", Some("card.lend"))).1);
        said.push(hers(&entry("2026-11-24 10:03", None)).1);
        said.sort();
        said.dedup();
        assert_eq!(said.len(), known.len() + 2);
    }

    #[test]
    fn what_was_erased_says_so_and_who_did_it() {
        speak("nb");
        let days = days(&[entry("2026-11-24 10:03", None)], Part::All);
        assert_eq!(days[0].lines[0].said, "Innholdet er slettet");
        assert_eq!(days[0].lines[0].small, "10.03 · Kari Nilsen");
    }

    #[test]
    fn what_was_shared_later_says_when_it_was_done() {
        speak("nb");
        let late = Entry { made_at: Some(at("2026-11-23 14:10")), ..entry("2026-11-24 10:03", Some("attendance.set")) };
        assert_eq!(days(&[late], Part::Own)[0].lines[0].small, "10.03 · gjort mandag 23. november, 14.10");
    }
}
