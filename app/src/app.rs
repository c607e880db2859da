//! The shell and the router: one line for each page.
//!
//! Whoever is not signed in sees the sign-in on every address, and afterwards the page itself.

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    location::{BrowserUrl, LocationProvider as _},
    path,
};

use crate::{
    components::{Empty, OverPage, Page, toast::Toasts},
    i18n::tr,
    nav::{self, Nav},
    pages::Home,
    parts::{Access, Door, KitchenRoom, Marking, Office, Own, Participant, Planning, Review, School},
    session::{self, Cover, Stage},
    shell::{Lines, SkipLink, Stopped, TopBar, stops},
    sync::signals,
};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Frame/>
        </Router>
    }
}

#[component]
fn Frame() -> impl IntoView {
    let stage = Memo::new(|_| session::stage());
    let stopped = Memo::new(move |_| match stage.get() {
        Stage::Stopped(trouble) => Some(trouble),
        Stage::Ready(_) => signals::trouble().filter(|trouble| stops(*trouble)),
        Stage::SignedOut | Stage::Locked | Stage::Codes(_) | Stage::ChoosePin(_) => None,
    });
    let role = Memo::new(move |_| match stage.get() {
        Stage::Ready(me) if stopped.get().is_none() => Some(me.role),
        Stage::Ready(_)
        | Stage::SignedOut
        | Stage::Locked
        | Stage::Codes(_)
        | Stage::ChoosePin(_)
        | Stage::Stopped(_) => None,
    });
    let cover = Memo::new(move |_| if stage.get() == Stage::Locked { Some(Cover::Lock) } else { session::cover() });
    let has_codes = Memo::new(move |_| matches!(stage.get(), Stage::Codes(_)));
    let is_choosing = Memo::new(move |_| matches!(stage.get(), Stage::ChoosePin(_)));
    let is_closed = Memo::new(move |_| stage.get() == Stage::Locked);
    let page = move || match (stopped.get(), role.get()) {
        (Some(trouble), _) => view! { <Stopped trouble/> }.into_any(),
        (None, _) if has_codes.get() => Door::WriteDown.show(),
        (None, _) if is_choosing.get() => Door::ChoosePin.show(),
        (None, Some(_)) => view! { <Pages/> }.into_any(),
        (None, None) if is_closed.get() => ().into_any(),
        (None, None) => view! { <Front/> }.into_any(),
    };
    let closed = move || {
        cover.get().map(|cover| {
            let page = match cover {
                Cover::Lock => Door::LockScreen,
                Cover::SignIn { .. } => Door::SignInOver,
            };
            provide_context(OverPage);
            view! {
                <div class="app" data-nav="none">
                    <TopBar role=Memo::new(|_| None)/>
                    {page.show()}
                </div>
            }
        })
    };
    view! {
        {closed}
        // What is half-written stays there, out of sight and out of reach.
        <div
            class="app"
            hidden=move || cover.with(Option::is_some)
            data-nav=move || role.get().map_or("none", nav::shape)
            data-size=move || role.get().map_or("md", nav::size)
        >
            <SkipLink/>
            <TopBar role/>
            <Lines role/>
            {move || role.get().map(|role| view! { <Nav role/> })}
            {page}
            <Toasts/>
        </div>
    }
}

/// Which page somebody sees who is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WayIn {
    SignIn,
    Enter,
    Invite,
    Online,
}

impl WayIn {
    fn at(path: &str) -> Self {
        match path.trim_end_matches('/') {
            _ if session::is_online_wanted() => Self::Online,
            "/enter" => Self::Enter,
            "/invite" => Self::Invite,
            _ => Self::SignIn,
        }
    }
}

/// The sign-in on every address, but those that are a way in themselves.
#[component]
fn Front() -> impl IntoView {
    let pathname = use_location().pathname;
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        pathname.track();
        // A link that was followed stands in the address once routes have shown its page; here are none.
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
    });
    let way_in = Memo::new(move |_| pathname.with(|path| WayIn::at(path)));
    move || match way_in.get() {
        WayIn::SignIn => Door::SignIn.show(),
        WayIn::Enter => Door::Enter.show(),
        WayIn::Invite => Door::Invite.show(),
        WayIn::Online => Door::Online.show(),
    }
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFound/> }>
            <Route path=path!("/") view=Home/>
            <Route path=path!("/sign-in") view=|| Door::SignInAgain.show()/>
            <Route path=path!("/enter") view=|| Door::EnterAgain.show()/>
            <Route path=path!("/invite") view=|| Door::InviteAgain.show()/>
            <Route path=path!("/online") view=Home/>
            <Route path=path!("/today") view=|| Participant::Today.show()/>
            <Route path=path!("/week/:date?") view=|| Participant::Week.show()/>
            <Route path=path!("/orders") view=|| School::Orders.show()/>
            <Route path=path!("/kitchen/:date/sheet") view=|| KitchenRoom::CountSheet.show()/>
            <Route path=path!("/kitchen/:date?") view=|| KitchenRoom::Kitchen.show()/>
            <Route path=path!("/people") view=|| Office::People.show()/>
            <Route path=path!("/people/new") view=|| Office::PersonNew.show()/>
            <Route path=path!("/people/:id") view=|| Office::PersonPage.show()/>
            <Route path=path!("/plan/:monday?") view=|| Planning::Plan.show()/>
            <Route path=path!("/attendance") view=|| Marking::AttendanceList.show()/>
            <Route path=path!("/attendance/:series/:date") view=|| Marking::AttendanceSheet.show()/>
            <Route path=path!("/staff") view=|| Access::StaffList.show()/>
            <Route path=path!("/staff/:id") view=|| Access::StaffPage.show()/>
            <Route path=path!("/outbox") view=|| Review::Outbox.show()/>
            <Route path=path!("/more") view=|| Own::More.show()/>
            <Route path=path!("/log") view=|| Review::LogPage.show()/>
            <Route path=path!("/held") view=|| Review::HeldList.show()/>
        </FlatRoutes>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Page title=tr::app_not_found_title>
            <h1 class="ds-sr-only">{tr::app_not_found_title}</h1>
            <Empty icon="help" title=tr::app_not_found_title todo=tr::app_not_found_todo>
                <a class="ds-button" href="/">
                    {tr::app_to_front}
                </a>
            </Empty>
        </Page>
    }
}
