//! Colleagues and schools' contacts, for the manager: who they are, who can sign in, who has left; and the page of
//! each.

mod accounts;
mod form;
mod handover;
mod leave;
mod link;
pub mod model;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::{
    Role,
    domain::staff::Staff,
    entity::{Key, Tag},
    policy::Action,
    prim::{AnyId, Date},
    registry::Kind,
};

use self::{
    accounts::{AccessState, Accounts},
    form::{EditForm, NewForm, Whose},
    handover::{HandOver, hers},
    leave::Leave,
    link::SignInLink,
    model::{Colleague, Everybody, everybody, school_name},
};
use crate::{
    components::{Dialog, Empty, Icon, Notice, Page, PageHead, ShareMark, Skeleton},
    db::use_db,
    i18n::tr,
    nav,
    pages::{people::model::initials, plan::words},
};

/// Is this a page for whoever is signed in?
fn is_for_her() -> Memo<bool> {
    let db = use_db();
    Memo::new(move |_| db.can(Action::InviteStaff, vec![Tag::staff()]))
}

/// What everybody else finds here.
#[component]
fn NotFound() -> impl IntoView {
    view! {
        <h1 class="ds-sr-only">{tr::app_not_found_title}</h1>
        <Empty icon="help" title=tr::app_not_found_title todo=tr::app_not_found_todo>
            <a class="ds-button" href="/">
                {tr::app_to_front}
            </a>
        </Empty>
    }
}

/// Everybody who is invited rather than handed a card.
#[component]
pub fn StaffList() -> impl IntoView {
    let (is_filled, is_for_her) = (use_db().is_filled(), is_for_her());
    let page = move || match (is_filled.get(), is_for_her.get()) {
        (false, _) => view! { <Skeleton/> }.into_any(),
        (true, false) => view! { <NotFound/> }.into_any(),
        (true, true) => view! { <Lists/> }.into_any(),
    };
    view! {
        <Page title=tr::staff_title width="wide" name="staff">
            {page}
        </Page>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let db = use_db();
    let is_online = db.is_online();
    let accounts = Accounts::follow();
    let open = RwSignal::new(false);
    let all = db.view(everybody);
    let list = |of: fn(&Everybody) -> &Vec<Colleague>| {
        Memo::new(move |_| all.with(|all| all.as_ref().map(of).cloned().unwrap_or_default()))
    };
    let (colleagues, schools) = (list(|all| &all.colleagues), list(|all| &all.schools));
    let gone = list(|all| &all.gone);
    let is_nobody = Memo::new(move |_| [colleagues, schools, gone].iter().all(|list| list.with(Vec::is_empty)));
    view! {
        <PageHead title=tr::staff_title lead=tr::staff_lead>
            <button type="button" class="ds-button" on:click=move |_| open.set(true)>
                <Icon name="person-plus"/>
                {tr::staff_new}
            </button>
        </PageHead>
        {move || {
            (!is_online.get()).then(|| view! { <Notice icon="offline">{tr::staff_offline}</Notice> })
        }}
        {move || is_nobody.get().then(|| view! { <Empty icon="people" title=tr::staff_nobody/> })}
        <Section id="staff-colleagues" title=tr::staff_colleagues list=colleagues>
            <Table title=tr::staff_colleagues list=colleagues sort=Sort::Colleagues accounts/>
        </Section>
        <Section id="staff-schools" title=tr::staff_schools list=schools>
            <Table title=tr::staff_schools list=schools sort=Sort::Schools accounts/>
        </Section>
        <Show when=move || gone.with(|gone| !gone.is_empty())>
            <details class="ds-details">
                <summary>{move || tr::staff_gone(gone.with(Vec::len))}</summary>
                <div>
                    <Table title=tr::staff_gone_title list=gone sort=Sort::Gone accounts/>
                </div>
            </details>
        </Show>
        <Dialog open title=tr::staff_new lead=tr::staff_new_lead>
            <NewForm open/>
        </Dialog>
    }
}

/// A heading and a list, while there is anybody on it.
#[component]
fn Section(id: &'static str, title: fn() -> String, list: Memo<Vec<Colleague>>, children: ChildrenFn) -> impl IntoView {
    view! {
        <Show when=move || list.with(|list| !list.is_empty())>
            <section class="stack" aria-labelledby=id>
                <h2 id=id>{title}</h2>
                {children()}
            </section>
        </Show>
    }
}

/// Who is in a list: decides what stands beside each name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Colleagues,
    Schools,
    Gone,
}

impl Sort {
    /// The heads of the two columns beside the name.
    fn heads(self) -> [fn() -> String; 2] {
        match self {
            Self::Colleagues => [tr::staff_role, tr::staff_access],
            Self::Schools => [tr::staff_school, tr::staff_access],
            Self::Gone => [tr::staff_role, tr::staff_left],
        }
    }
}

#[component]
fn Table(title: fn() -> String, list: Memo<Vec<Colleague>>, sort: Sort, accounts: Accounts) -> impl IntoView {
    let [second, third] = sort.heads();
    view! {
        <div class="table-card">
            <table class="ds-table people">
                <caption class="ds-sr-only">{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr::adviser_name}</th>
                        <th scope="col">{second}</th>
                        <th scope="col">{third}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || list.get()
                        key=Colleague::clone
                        children=move |one: Colleague| view! { <Row one sort accounts/> }
                    />
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(one: Colleague, sort: Sort, accounts: Accounts) -> impl IntoView {
    let Colleague { id, name, role, school, left } = one;
    let [second, third] = sort.heads();
    let part = move || match (sort, &school) {
        (Sort::Schools, school) => school.clone().unwrap_or_else(tr::adviser_unknown),
        (Sort::Gone, Some(school)) => format!("{}, {school}", nav::role_name(role)),
        (Sort::Colleagues | Sort::Gone, _) => nav::role_name(role),
    };
    let key = Key::of(&[&id]);
    let state = match (sort, left) {
        (Sort::Gone, Some(day)) => (move || with_year(day)).into_any(),
        (Sort::Colleagues | Sort::Schools | Sort::Gone, _) => {
            view! { <AccessState accounts user=id.clone()/> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">
                <a class="people__name" href=format!("/staff/{id}")>
                    <span class="avatar" aria-hidden="true">
                        {initials(&name)}
                    </span>
                    <span>{name.clone()}</span>
                </a>
            </th>
            <td data-label=second>{part}</td>
            <td data-label=third>
                <div class="access">{state} <ShareMark kind=Kind::Staff key=key quiet=true/></div>
            </td>
        </tr>
    }
}

/// “24. november 2026”: somebody may have left long ago.
fn with_year(day: Date) -> String {
    format!("{} {}", words::day_and_month(day), day.year())
}

/// The page of one colleague or school's contact.
#[component]
pub fn StaffPage() -> impl IntoView {
    let db = use_db();
    let asked_for = use_params_map();
    let id = Memo::new(move |_| {
        let id = asked_for.with(|params| params.get("id"));
        id.and_then(|id| AnyId::parse(&id).ok())
    });
    let staff = db.view(move |view| match id.get() {
        Some(id) => Ok(view.get::<Staff>(&Key::of(&[&id]))?.cloned()),
        None => Ok(None),
    });
    let staff = Memo::new(move |_| staff.get().flatten());
    // Built anew for somebody else only: rows that change must not take away what is typed.
    let shown = Memo::new(move |_| staff.with(|staff| staff.as_ref().map(|one| one.id.clone())));
    let (is_filled, is_for_her) = (db.is_filled(), is_for_her());
    let page = move || match (is_filled.get(), is_for_her.get(), shown.get()) {
        (false, ..) => view! { <Skeleton/> }.into_any(),
        (true, true, Some(id)) => view! { <One id staff/> }.into_any(),
        (true, ..) => view! { <NotFound/> }.into_any(),
    };
    view! {
        // Browsers write titles down: none names anybody.
        <Page title=tr::staff_title width="wide" name="staff">
            {page}
        </Page>
    }
}

fn name_of(staff: Memo<Option<Staff>>) -> Option<String> {
    staff.with(|staff| staff.as_ref().map(|one| one.name.to_string()))
}

/// The page once she is known on this device.
#[component]
fn One(id: AnyId, staff: Memo<Option<Staff>>) -> impl IntoView {
    let db = use_db();
    let accounts = Accounts::follow();
    let whose = if db.me().user == id { Whose::Own } else { Whose::Others };
    let may_correct = Memo::new(move |_| db.can(Action::CorrectStaff, vec![Tag::staff()]));
    let name = Memo::new(move |_| name_of(staff).unwrap_or_default());
    let has_left = Memo::new(move |_| staff.with(|staff| staff.as_ref().is_some_and(|one| one.left.is_some())));
    let role = Memo::new(move |before: Option<&Role>| {
        let role = staff.with(|staff| staff.as_ref().map(|one| one.role));
        role.or_else(|| before.copied()).unwrap_or(nav::NOBODY)
    });
    let school = db.view(move |view| staff.with(|staff| Ok(staff.as_ref().and_then(|one| school_name(view, one)))));
    let lead = move || {
        let school = school.get().flatten();
        [Some(nav::role_name(role.get())), school].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let people = hers(id.clone());
    let about = {
        let key = Key::of(&[&id]);
        move || {
            (may_correct.get() && !has_left.get()).then(|| {
                view! {
                    <section class="card" aria-labelledby="staff-about">
                        <h2 id="staff-about">{tr::people_about}</h2>
                        <EditForm staff whose key=key.clone()/>
                    </section>
                }
            })
        }
    };
    let was_out = Memo::new(move |was: Option<&bool>| was == Some(&true) || has_left.get());
    let sign_in = {
        let id = id.clone();
        move || {
            let was_out = was_out.get();
            (!has_left.get()).then(|| view! { <SignInLink id=id.clone() name role was_out accounts/> })
        }
    };
    view! {
        <div>
            <a class="ds-button" data-variant="tertiary" data-color="neutral" href="/staff">
                <Icon name="chevron-prev" directional=true/>
                {tr::staff_back}
            </a>
        </div>
        <div class="person-head">
            <span class="avatar" data-size="lg" aria-hidden="true">
                {move || initials(&name.get())}
            </span>
            <div>
                <h1>{move || name.get()}</h1>
                <p class="lead">{lead}</p>
            </div>
        </div>
        <div class="columns">
            <div>{about} {sign_in}</div>
            <div>
                <HandOver from=id.clone() people/>
                <Leave staff id whose people accounts/>
            </div>
        </div>
    }
}
