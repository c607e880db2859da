//! The entries of the log, day by day, the newest first, and further back on demand.

use std::iter;

use leptos::prelude::*;
use shared::{
    domain::{look::Place, person::Person, staff::Staff},
    prim::{AnyId, sort_by_key},
};
use wasm_bindgen_futures::spawn_local;

use super::{
    Part,
    words::{Day, Line, in_days},
};
use crate::{
    components::{
        Another, Empty, Icon, Notice, Skeleton, Speak,
        field::{Choices, Field, SelectField, Typed},
    },
    db::use_db,
    i18n::tr,
    pages::people::model::alphabet,
    sync::{
        log::{self, Entry, Wanted},
        net::Fault,
    },
};

const BY: Field = Field { id: "log-by", label: tr::log_by };
const ABOUT: Field = Field { id: "log-about", label: tr::role_participant };

/// What the server has given.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    wanted: Wanted,
    told: Result<Vec<Entry>, Fault>,
    /// Is there more before it?
    has_older: bool,
}

impl Found {
    fn new(wanted: Wanted, told: Result<Vec<Entry>, Fault>) -> Self {
        let has_older = told.as_ref().is_ok_and(|entries| entries.len() >= log::MOST);
        Self { wanted, told, has_older }
    }

    /// The place before which it goes on.
    fn last(&self) -> Option<&str> {
        Some(&self.told.as_ref().ok()?.last()?.place)
    }

    /// Takes in what lies before `place`, if that is still where this ends.
    fn go_on(&mut self, wanted: &Wanted, place: &str, older: Vec<Entry>) {
        if self.wanted == *wanted
            && self.last() == Some(place)
            && let Ok(entries) = &mut self.told
        {
            self.has_older = older.len() >= log::MOST;
            entries.extend(older);
        }
    }
}

/// The entries this user may see.
#[component]
pub fn Entries(part: Memo<Part>) -> impl IntoView {
    let db = use_db();
    let (is_online, today) = (db.is_online(), db.today());
    let (by, about) = (Typed::empty(), Typed::empty());
    let chosen = |value: Typed| AnyId::parse(&value.get()).ok();
    let wanted = Memo::new(move |_| Wanted { about: chosen(about), by: chosen(by) });
    let found = RwSignal::new(None::<Found>);
    let ask = move |asked: Wanted| {
        spawn_local(async move {
            let told = log::entries(&asked, None).await;
            // She may have chosen something else meanwhile, or left the page.
            if wanted.try_get_untracked().as_ref() == Some(&asked) {
                let _ = found.try_set(Some(Found::new(asked, told)));
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
            let found = found.as_ref().filter(|found| found.wanted == wanted)?;
            Some(match &found.told {
                Ok(entries) => Ok(in_days(entries, &wanted, part.get(), today.get())),
                Err(fault) => Err(*fault),
            })
        })
    });
    let again = move |_| {
        found.set(None);
        ask(wanted.get_untracked());
    };
    let content = move || match days.get() {
        Some(Ok(days)) if days.is_empty() => {
            view! { <Empty icon="history" title=move || part.get().nothing()/> }.into_any()
        }
        Some(Ok(days)) => days.into_iter().map(|day| view! { <OneDay day/> }).collect_view().into_any(),
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
    view! {
        {move || (part.get() == Part::All).then(|| view! { <Filters by about/> })}
        {content}
        <Older found wanted/>
    }
}

/// The way further back, while there is more.
#[component]
fn Older(found: RwSignal<Option<Found>>, wanted: Memo<Wanted>) -> impl IntoView {
    let is_online = use_db().is_online();
    let (is_asking, has_failed) = (RwSignal::new(false), RwSignal::new(false));
    let has_older = Memo::new(move |_| {
        let wanted = wanted.get();
        found.with(|found| found.as_ref().is_some_and(|found| found.has_older && found.wanted == wanted))
    });
    let on_tap = Callback::new(move |()| {
        let last = found.with_untracked(|found| Some(found.as_ref()?.last()?.to_owned()));
        let Some(place) = last else { return };
        let asked = wanted.get_untracked();
        is_asking.set(true);
        has_failed.set(false);
        spawn_local(async move {
            let told = log::entries(&asked, Some(&place)).await;
            // The page may have been left meanwhile.
            let _ = is_asking.try_set(false);
            let _ = has_failed.try_set(told.is_err());
            if let Ok(older) = told {
                found.try_update(|found| {
                    if let Some(found) = found {
                        found.go_on(&asked, &place, older);
                    }
                });
            }
        });
    });
    let cannot_ask = Signal::derive(move || is_asking.get() || !is_online.get());
    let said = move || {
        let notice = || view! { <Notice color="warning" alert=true>{tr::log_not_known}</Notice> };
        has_failed.get().then(notice)
    };
    move || {
        has_older.get().then(|| {
            view! {
                {said}
                <Another said=tr::log_older disabled=cannot_ask on_tap/>
            }
        })
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
    // It is a list of participants, too.
    Effect::new(move |_| {
        let listed = is_any.get().then(|| people.get()).flatten().unwrap_or_default();
        let listed = listed.iter().filter_map(|(id, _)| AnyId::parse(id).ok()).map(|id| id.cast());
        db.looked(&Place::List, listed.collect());
    });
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

#[cfg(test)]
mod tests {
    use shared::{prim::json, testkit::id};

    use super::*;

    fn entries(newest: u32, count: usize) -> Vec<Entry> {
        let entry = |place: u32| {
            let text = format!(
                r#"{{"place": "{place}", "at": 1, "made_at": null, "by": null, "by_name": null, "by_role": null,
                    "about": null, "name": null}}"#
            );
            json::read(&text).unwrap()
        };
        (1..=newest).rev().take(count).map(entry).collect()
    }

    #[test]
    fn what_lies_further_back_is_put_behind_what_is_shown() {
        let all = Wanted::default();
        let mut found = Found::new(all.clone(), Ok(entries(500, log::MOST)));
        assert_eq!((found.has_older, found.last()), (true, Some("301")));
        found.go_on(&Wanted { by: Some(id("kari")), about: None }, "301", entries(300, 10));
        found.go_on(&all, "302", entries(301, 10));
        assert_eq!(found.last(), Some("301"), "asked for before something else was chosen, or something was added");
        found.go_on(&all, "301", entries(300, 100));
        assert_eq!((found.has_older, found.last()), (false, Some("201")));
        assert!(!Found::new(all, Ok(entries(3, 3))).has_older);
    }
}
