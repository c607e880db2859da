//! The places each part of the centre's people goes to: which page is home, and what is in the bar.
//!
//! Not a matter of rights: those are in `shared/src/policy.rs`. This is what is at hand.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::{Role, policy};

use crate::{components::Icon, i18n::tr};

/// The part of somebody who is not signed in.
pub const NOBODY: Role = Role::Admin;

/// A place in the bar.
struct Place {
    href: &'static str,
    icon: &'static str,
    /// Its icon while the person is there.
    icon_here: &'static str,
    said: fn() -> String,
}

const TODAY: Place = place("/today", "home", "home-fill", tr::nav_today);
const WEEK: Place = place("/week", "calendar", "calendar-fill", tr::nav_week);
const PEOPLE: Place = place("/people", "people", "people-fill", tr::nav_participants);
const PLAN: Place = place("/plan", "calendar", "calendar-fill", tr::nav_plan);
const ATTENDANCE: Place = place("/attendance", "tasks", "tasks-fill", tr::nav_attendance);
const KITCHEN: Place = place("/kitchen", "kitchen", "kitchen-fill", tr::nav_kitchen);
const ME: Place = place("/more", "person", "person", tr::nav_me);
const MORE: Place = place("/more", "settings", "settings", tr::nav_more);

/// Pages that are reached from “Mer” or “Meg” and have no place of their own in a bar.
const BELOW_MORE: [&str; 4] = ["/log", "/outbox", "/staff", "/held"];

const fn place(href: &'static str, icon: &'static str, icon_here: &'static str, said: fn() -> String) -> Place {
    Place { href, icon, icon_here, said }
}

/// The page that opens at `/`.
pub const fn home(role: Role) -> &'static str {
    match role {
        Role::Participant => "/today",
        Role::School => "/orders",
        Role::Kitchen => "/kitchen",
        Role::Adviser | Role::Manager | Role::Reception => "/people",
        Role::Teacher => "/attendance",
        Role::Mentor | Role::Partner | Role::Admin => "/more",
    }
}

fn places(role: Role) -> &'static [Place] {
    match role {
        Role::Participant => &[TODAY, WEEK, ME],
        Role::Adviser => &[PEOPLE, PLAN, ATTENDANCE, MORE],
        Role::Teacher => &[ATTENDANCE, PLAN, MORE],
        Role::Manager => &[PEOPLE, PLAN, KITCHEN, MORE],
        Role::Reception => &[PEOPLE, PLAN, MORE],
        Role::Kitchen => &[KITCHEN, MORE],
        // One page each: language and device are a tap away in the top bar.
        Role::School | Role::Mentor | Role::Partner | Role::Admin => &[],
    }
}

/// What the page of language and device is called in her bar.
pub fn more_name(role: Role) -> fn() -> String {
    let more = places(role).iter().find(|place| place.href == MORE.href);
    more.map_or(MORE.said, |place| place.said)
}

/// The shape of the bar: the value of `data-nav`.
pub const fn shape(role: Role) -> &'static str {
    match role {
        Role::Participant => "tabs",
        Role::Adviser | Role::Teacher | Role::Manager | Role::Reception | Role::Kitchen => "rail",
        Role::School | Role::Mentor | Role::Partner | Role::Admin => "none",
    }
}

/// The size of type and targets, the value of `data-size`: large on phones of participants and in
/// the kitchen.
pub const fn size(role: Role) -> &'static str {
    match role {
        Role::Participant | Role::Kitchen => "lg",
        Role::Adviser
        | Role::Teacher
        | Role::School
        | Role::Reception
        | Role::Manager
        | Role::Mentor
        | Role::Partner
        | Role::Admin => "md",
    }
}

/// What people call the part.
pub fn role_name(role: Role) -> String {
    match role {
        Role::Participant => tr::role_participant(),
        Role::Adviser => tr::role_adviser(),
        Role::Teacher => tr::role_teacher(),
        Role::Kitchen => tr::role_kitchen(),
        Role::School => tr::role_school(),
        Role::Reception => tr::role_reception(),
        Role::Manager => tr::role_manager(),
        Role::Mentor => tr::role_mentor(),
        Role::Partner => tr::role_partner(),
        Role::Admin => tr::role_admin(),
    }
}

/// Those parts in which people have their account by invitation, in the order of the access table.
pub fn invited() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| policy::is_invited(*role))
}

/// The bar of places; nothing for those with a single page.
#[component]
pub fn Nav(role: Role) -> impl IntoView {
    let pathname = use_location().pathname;
    let places = places(role);
    let items = move || {
        let items = places.iter().map(|place| {
            let is_here = Memo::new(move |_| pathname.with(|path| is_here(path, place.href)));
            let icon = move || if is_here.get() { place.icon_here } else { place.icon };
            view! {
                <li>
                    <a href=place.href aria-current=move || is_here.get().then_some("page")>
                        <Icon name=icon/>
                        <span>{place.said}</span>
                    </a>
                </li>
            }
        });
        items.collect_view()
    };
    (!places.is_empty()).then(|| {
        view! {
            <nav class="nav" aria-label=tr::nav_main>
                <ul>{items()}</ul>
            </nav>
        }
    })
}

/// Is `place` where she is, or what led her there?
fn is_here(path: &str, place: &str) -> bool {
    is_within(path, place) || (place == MORE.href && BELOW_MORE.iter().any(|page| is_within(path, page)))
}

fn is_within(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_current_on_its_page_and_below_it() {
        assert!(is_within("/week", "/week"));
        assert!(is_within("/week/2026-11-23", "/week"));
        assert!(!is_within("/weekend", "/week"));
        assert!(!is_within("/", "/week"));
    }

    #[test]
    fn more_is_current_on_the_pages_it_leads_to() {
        assert!(is_here("/staff/kari", "/more"));
        assert!(is_here("/log", "/more"));
        assert!(!is_here("/log", "/today"));
        assert!(!is_here("/people", "/more"));
    }

    #[test]
    fn home_is_in_the_bar_of_everybody_who_has_one() {
        for role in Role::ALL {
            let places = places(role);
            assert_eq!(places.is_empty(), shape(role) == "none", "{role:?}");
            assert!(places.is_empty() || places.iter().any(|place| place.href == home(role)), "{role:?}");
        }
    }
}
