//! The list of participants: those this user may see, found by name, group or language.
//!
//! Whose are listed stands in the address. What is typed does not: a name would stay in the history.

pub mod languages;
pub mod model;

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use shared::{
    entity::Tag,
    policy::{self, Action},
};

use self::model::{Entry, Whose, everybody, find, initials, is_mine, shown};
use crate::{
    components::{Empty, Icon, Page, PageHead, Skeleton},
    db::use_db,
    i18n::tr,
    parts::Protected,
    session,
};

/// What is searched for.
#[derive(Clone, Copy)]
struct Search {
    text: RwSignal<String>,
    whose: RwSignal<Whose>,
}

/// The list of participants.
#[component]
pub fn People() -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let me = StoredValue::new(db.me().user);
    let search = search_in_address();
    let all = db.view(move |view| everybody(view, today.get()));
    let found = Memo::new(move |_| {
        all.with(|all| {
            let all = all.as_deref().unwrap_or_default();
            me.with_value(|me| search.text.with(|text| find(all, search.whose.get(), me, text, languages::name)))
        })
    });
    let counts = Memo::new(move |_| {
        all.with(|all| {
            let all = all.as_deref().unwrap_or_default();
            let mine = me.with_value(|me| all.iter().filter(|entry| is_mine(entry, me)).count());
            (all.len(), mine)
        })
    });
    let is_filled = db.is_filled();
    Effect::new(move |_| {
        if is_filled.get() {
            for (place, people) in found.with(|found| shown(found)) {
                db.looked(&place, people);
            }
        }
    });
    let is_anybody = Memo::new(move |_| counts.get().0 > 0);
    // Whoever registers participants and can be nobody's contact person is sent none.
    let only_registers =
        Memo::new(move |_| db.can(Action::RegisterPerson, vec![Tag::staff()]) && !policy::may_be_contact(db.me().role));
    let lead = move || match counts.get() {
        _ if only_registers.get() => tr::people_only_registers(),
        (all, mine) if mine == 0 || mine == all => tr::adviser_participants_count(all),
        (all, mine) => tr::people_count_mine(tr::adviser_participants_count(all), mine),
    };
    let list = move || {
        if !is_filled.get() {
            return view! { <Skeleton/> }.into_any();
        }
        if only_registers.get() {
            return ().into_any();
        }
        if !is_anybody.get() {
            return view! {
                <Empty icon="people" title=tr::adviser_empty_title todo=tr::adviser_empty_todo>
                    <RegisterLink/>
                </Empty>
            }
            .into_any();
        }
        view! {
            <SearchForm search counts/>
            <Table found/>
        }
        .into_any()
    };
    view! {
        <Page title=tr::adviser_participants_title width="wide" name="people">
            <PageHead title=tr::adviser_participants_title lead=lead>
                <RegisterLink/>
            </PageHead>
            {session::keeps_nothing().then(|| Protected::BrokenGlass.show())}
            {list}
        </Page>
    }
}

/// The way to the form, for those who may register.
#[component]
fn RegisterLink() -> impl IntoView {
    let db = use_db();
    let may_register = Memo::new(move |_| db.can(Action::RegisterPerson, vec![Tag::staff()]));
    move || {
        may_register.get().then(|| {
            view! {
                <a class="ds-button" href="/people/new">
                    <Icon name="person-plus"/>
                    {tr::adviser_register}
                </a>
            }
        })
    }
}

/// Nothing typed yet, and whose participants the address asks for.
fn search_in_address() -> Search {
    let asked_for = use_query_map().get_untracked();
    Search {
        text: RwSignal::new(String::new()),
        whose: RwSignal::new(match asked_for.get_str("whose") {
            Some("mine") => Whose::Mine,
            _ => Whose::All,
        }),
    }
}

#[component]
fn SearchForm(search: Search, counts: Memo<(usize, usize)>) -> impl IntoView {
    let navigate = use_navigate();
    let choose = move |whose: Whose| {
        search.whose.set(whose);
        let address = match whose {
            Whose::All => "/people",
            Whose::Mine => "/people?whose=mine",
        };
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(address, options);
    };
    let is_split = Memo::new(move |_| {
        let (all, mine) = counts.get();
        mine > 0 && mine < all
    });
    let segments = move || {
        is_split.get().then(|| {
            let choice = |whose: Whose, said: fn() -> String| {
                let choose = choose.clone();
                view! {
                    <label>
                        <input
                            type="radio"
                            name="people-whose"
                            prop:checked=move || search.whose.get() == whose
                            on:change=move |_| choose(whose)
                        />
                        <span>{move || said()}</span>
                    </label>
                }
            };
            view! {
                <fieldset class="segments">
                    <legend class="ds-sr-only">{tr::people_whose}</legend>
                    {choice(Whose::All, tr::people_all)}
                    {choice(Whose::Mine, tr::adviser_mine)}
                </fieldset>
            }
        })
    };
    view! {
        <form class="toolbar" role="search" on:submit=|event: SubmitEvent| event.prevent_default()>
            <div class="ds-field">
                <label class="ds-label" for="people-search">
                    {tr::adviser_search}
                </label>
                <div class="search-input">
                    <Icon name="search"/>
                    <input
                        class="ds-input"
                        id="people-search"
                        type="search"
                        autocomplete="off"
                        placeholder=tr::people_search_by
                        prop:value=move || search.text.get()
                        on:input=move |event| search.text.set(event_target_value(&event))
                    />
                </div>
            </div>
            {segments}
        </form>
    }
}

#[component]
fn Table(found: Memo<Vec<Entry>>) -> impl IntoView {
    let is_empty = Memo::new(move |_| found.with(Vec::is_empty));
    move || {
        if is_empty.get() {
            return view! { <Empty icon="search" title=tr::adviser_none_found/> }.into_any();
        }
        view! {
            <div class="table-card">
                <table class="ds-table people">
                    <caption class="ds-sr-only">{tr::adviser_participants_title}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr::adviser_name}</th>
                            <th scope="col">{tr::adviser_groups}</th>
                            <th scope="col">{tr::adviser_language}</th>
                            <th scope="col">{tr::adviser_contact_person}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || found.get()
                            key=Entry::clone
                            children=|entry: Entry| view! { <Row entry/> }
                        />
                    </tbody>
                </table>
            </div>
        }
        .into_any()
    }
}

#[component]
fn Row(entry: Entry) -> impl IntoView {
    let Entry { id, name, groups, known, .. } = entry;
    let sign = initials(&name);
    let is_shielded = known.as_ref().is_some_and(|known| known.is_shielded);
    let (language, contact) = known.map_or((None, None), |known| (known.language, Some(known.contact_name)));
    let inside = view! {
        <span class="avatar" aria-hidden="true">
            {sign}
        </span>
        <span>{name}</span>
        {is_shielded.then(|| view! { <span class="pill" data-color="warning">{tr::shield_mark}</span> })}
    };
    let who = if contact.is_some() {
        view! {
            <a class="people__name" href=format!("/people/{id}")>
                {inside}
            </a>
        }
        .into_any()
    } else {
        view! { <span class="people__name">{inside}</span> }.into_any()
    };
    let groups = groups.join(", ");
    let groups = move || if groups.is_empty() { tr::adviser_groups_none() } else { groups.clone() };
    let language = move || language.as_deref().map_or_else(tr::adviser_unknown, languages::name);
    view! {
        <tr>
            <th scope="row">{who}</th>
            <td data-label=tr::adviser_groups>{groups}</td>
            <td data-label=tr::adviser_language>{language}</td>
            <td data-label=tr::adviser_contact_person>{contact}</td>
        </tr>
    }
}
