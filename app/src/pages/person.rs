//! One participant: registering her, and her page with groups, week, and sign-in card.

mod card;
mod contact;
mod form;
mod groups;
mod hidden;
mod week;

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::{use_navigate, use_params_map};
use shared::{
    domain::{
        look::Place,
        person::{self, Person},
    },
    entity::{Entity as _, Key},
    policy::{self, Action},
    prim::Id,
    registry::Kind,
};

use self::{
    card::CardButton,
    contact::{Contact, WhoIsContact},
    form::{Draft, PersonFields},
    groups::Groups,
    hidden::HiddenAddress,
    week::PersonWeek,
};
use crate::{
    components::{
        Empty, Icon, Page, PageHead, ShareMark, Skeleton,
        field::{Fault, Typed},
        toast,
    },
    db::use_db,
    i18n::{rejection, tr},
    pages::{
        people::{languages, model::initials},
        plan::words,
    },
    parts::Protected,
    platform::ids,
};

/// The short form that registers a participant.
#[component]
pub fn PersonNew() -> impl IntoView {
    let db = use_db();
    let navigate = use_navigate();
    let draft = Draft::empty();
    let fault = RwSignal::new(None::<Fault>);
    // Whoever is to know of her too, where she has a hidden address.
    let (is_hidden, with) = (RwSignal::new(false), Typed::empty());
    let me = db.me();
    // Whoever registers her is her contact person, or names one and sees her no more.
    let is_contact = policy::may_be_contact(me.role);
    let contact = Typed::empty();
    let register = move || -> Result<Id<Person>, Fault> {
        let known = draft.read()?;
        let shielded_with = hidden::with(is_hidden, with)?;
        let contact = if is_contact { None } else { Some(contact::named(contact)?) };
        let id = ids::new_id::<Person>();
        let said = untrack(|| tr::adviser_registered(known.first_name.to_string()));
        let command = person::Register {
            id: id.clone(),
            first_name: known.first_name,
            last_name: known.last_name,
            phone: known.phone,
            language: known.language,
            contact,
            shielded_with,
        };
        db.run(command).map_err(|no| Fault::of_form(rejection(&no)))?;
        toast::say(said);
        Ok(id)
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match register() {
            Ok(id) => {
                let to = if is_contact { format!("/people/{id}") } else { "/people".to_owned() };
                navigate(&to, leptos_router::NavigateOptions::default());
            }
            Err(wrong) => fault.set(Some(wrong)),
        }
    };
    let lead = if is_contact { tr::people_only_name_needed } else { tr::people_name_and_contact_needed };
    let contact_person = if is_contact {
        view! {
            <p class="soft">
                {tr::adviser_contact_person} ": " {me.name}
            </p>
        }
        .into_any()
    } else {
        view! { <WhoIsContact value=contact me=me.user fault/> }.into_any()
    };
    view! {
        <Page title=tr::adviser_register name="person">
            <PageHead title=tr::adviser_register lead=lead/>
            <form class="card stack" on:submit=submit novalidate>
                <PersonFields draft fault/>
                <HiddenAddress is_hidden with/>
                {contact_person}
                <div class="actions">
                    <button class="ds-button">{tr::people_register_now}</button>
                    <a class="ds-button" data-variant="tertiary" data-color="neutral" href="/people">
                        {tr::action_cancel}
                    </a>
                </div>
            </form>
        </Page>
    }
}

/// The page of one participant.
#[component]
pub fn PersonPage() -> impl IntoView {
    let db = use_db();
    let asked_for = use_params_map();
    let id = Memo::new(move |_| {
        let id = asked_for.with(|params| params.get("id"));
        id.and_then(|id| Id::<Person>::parse(&id).ok())
    });
    let person = db.view(move |view| match id.get() {
        Some(id) => Ok(view.get::<Person>(&Key::of(&[&id]))?.cloned()),
        None => Ok(None),
    });
    let person = Memo::new(move |_| person.get().flatten());
    // Built anew for another participant, or when her protection begins or ends: rows that change must not take away
    // what is typed.
    let shown = Memo::new(move |_| {
        person.with(|person| person.as_ref().map(|person| (person.id.clone(), person.named.is_some())))
    });
    Effect::new(move |_| {
        if let Some((id, _)) = shown.get() {
            db.looked(&Place::Page, vec![id]);
        }
    });
    let is_filled = db.is_filled();
    let page = move || {
        if shown.with(Option::is_some)
            && let Some(standing) = person.get_untracked()
        {
            return view! { <Details standing person/> }.into_any();
        }
        if !is_filled.get() {
            return view! { <Skeleton/> }.into_any();
        }
        view! {
            <h1 class="ds-sr-only">{tr::adviser_participants_title}</h1>
            <Empty icon="person" title=tr::people_not_here>
                <a class="ds-button" href="/people">
                    {tr::people_to_all}
                </a>
            </Empty>
        }
        .into_any()
    };
    view! {
        // Browsers write titles down: none names anybody.
        <Page title=tr::role_participant width="wide" name="person">
            {page}
        </Page>
    }
}

/// The page once she is known on this device.
#[component]
fn Details(standing: Person, person: Memo<Option<Person>>) -> impl IntoView {
    let db = use_db();
    let id = standing.id.clone();
    let key = Key::of(&[&id]);
    let is_shielded = standing.named.is_some();
    // The part about her protection follows her row.
    provide_context(person);
    let about = standing.tags();
    let name = move || person.with(|person| person.as_ref().map(Person::full_name).unwrap_or_default());
    let lead = move || {
        let person = person.get();
        person.map(|person| {
            let since = tr::people_since(words::day_and_month(person.registered));
            let contact = tr::people_contact(person.contact_name.to_string());
            format!("{since} · {contact}")
        })
    };
    let may_correct = {
        let about = about.clone();
        Memo::new(move |_| db.can(Action::CorrectPerson, about.clone()))
    };
    let may_issue = {
        let about = about.clone();
        Memo::new(move |_| db.can(Action::IssueCard, about.clone()))
    };
    let has_shield = {
        let about = about.clone();
        Memo::new(move |_| is_shielded || db.can(Action::ShieldPerson, about.clone()))
    };
    let called = standing.first_name.to_string();
    let card = {
        let (id, called) = (id.clone(), called.clone());
        move || {
            let (person, called) = (id.clone(), called.clone());
            may_issue.get().then(|| view! { <CardButton person called/> })
        }
    };
    let details = move || {
        if may_correct.get() {
            view! { <EditForm person key=key.clone()/> }.into_any()
        } else {
            view! { <Facts person/> }.into_any()
        }
    };
    view! {
        <div class="person-head">
            <span class="avatar" data-size="lg" aria-hidden="true">
                {move || initials(&name())}
            </span>
            <div>
                <h1>{name}</h1>
                {is_shielded.then(|| view! { <span class="pill" data-color="warning">{tr::shield_mark}</span> })}
                <p class="lead">{lead}</p>
            </div>
            {card}
        </div>
        <div class="columns">
            <div>
                <section class="card" aria-labelledby="person-about">
                    <h2 id="person-about">{tr::people_about}</h2>
                    {details}
                    <Contact person about/>
                </section>
                {move || has_shield.get().then(|| Protected::Shield.show())}
                <Groups person=id.clone() called=called.clone()/>
            </div>
            <div>
                <PersonWeek person=id/>
            </div>
        </div>
    }
}

/// What is known of her, for those who may not correct it.
#[component]
fn Facts(person: Memo<Option<Person>>) -> impl IntoView {
    let facts = move || {
        let Some(person) = person.get() else { return Vec::new() };
        let phone = person.phone.as_ref().map(ToString::to_string);
        let language = person.language.as_ref().map(|tag| languages::name(tag.as_str()));
        [
            ("phone", tr::adviser_phone(), phone),
            ("language", tr::adviser_language(), language),
            ("leader", tr::adviser_contact_person(), Some(person.contact_name.to_string())),
        ]
        .into_iter()
        .map(|(icon, label, value)| {
            let value = value.unwrap_or_else(tr::adviser_unknown);
            view! {
                <li>
                    <Icon name=icon/>
                    <span>{format!("{label}: {value}")}</span>
                </li>
            }
        })
        .collect()
    };
    view! { <ul class="facts">{facts}</ul> }
}

/// Corrects what is known of her.
#[component]
fn EditForm(person: Memo<Option<Person>>, key: Key) -> impl IntoView {
    let db = use_db();
    let draft = Draft::of(person);
    let fault = RwSignal::new(None::<Fault>);
    let save = move || -> Result<(), Fault> {
        let known = draft.read()?;
        let Some(before) = person.get_untracked() else {
            return Ok(());
        };
        let after = Person {
            first_name: known.first_name,
            last_name: known.last_name,
            phone: known.phone,
            language: known.language,
            ..before.clone()
        };
        if after != before {
            let said = untrack(|| tr::people_saved(after.first_name.to_string()));
            db.run_undoable(correct(after), correct(before), said).map_err(|no| Fault::of_form(rejection(&no)))?;
        }
        draft.settle();
        Ok(())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        fault.set(save().err());
    };
    view! {
        <form class="stack" on:submit=submit novalidate>
            <PersonFields draft fault/>
            <div class="actions">
                <button class="ds-button">{tr::action_save}</button>
                <ShareMark kind=Kind::Person key=key/>
            </div>
        </form>
    }
}

fn correct(person: Person) -> person::Correct {
    person::Correct {
        id: person.id,
        first_name: person.first_name,
        last_name: person.last_name,
        phone: person.phone,
        language: person.language,
    }
}
