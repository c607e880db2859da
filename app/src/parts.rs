//! The app in parts: what everybody needs, and the pages of each kind of user, which come when somebody
//! first goes there. A participant's phone does not wait for the office.
//!
//! With the feature `split`, `cargo xtask` cuts the wasm here; without it, all is one file. The service
//! worker keeps every part: a page nobody has opened yet opens without a network too.

use std::{cell::Cell, future::Future, pin::Pin, thread::LocalKey};

use futures::FutureExt as _;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::SplitLoaderError as NotHere;

use crate::{
    components::{Empty, Page, Skeleton},
    i18n::tr,
    pages::{
        AskPasskey, AttendanceList, AttendanceSheet, BreakGlass, BrokenGlass, ChoosePin, CountSheet, CrewSection,
        Enter, EnterAgain, HeldList, Invite, InviteAgain, Kitchen, LockScreen, LogPage, More, NextStep, Online, Orders,
        Outbox, People, PersonNew, PersonPage, Plan, Shield, SignIn, SignInAgain, SignInOver, StaffList, StaffPage,
        Today, Unlock, Week, WhoIsThere, WriteDown,
    },
    platform::update,
};

/// A part and its pages, and what stands inside pages of others; `$view` and `$load` are where it is cut off.
macro_rules! part {
    ($(#[$about:meta])* $part:ident: $view:ident, $load:ident, [$($page:ident),*], [$($piece:ident),*]) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        pub enum $part {
            $(
                #[doc = concat!("The page `", stringify!($page), "`.")]
                $page,
            )*
            $(
                #[doc = concat!("The piece `", stringify!($piece), "` of a page.")]
                $piece,
            )*
        }

        impl $part {
            /// The page, as soon as its part is here.
            pub fn show(self) -> AnyView {
                thread_local!(static IS_HERE: Cell<bool> = const { Cell::new(false) });
                show(&IS_HERE, self.place(), || Box::pin($load()), move || Box::pin($view(self)))
            }

            fn view(self) -> AnyView {
                match self {
                    $(Self::$page => view! { <$page/> }.into_any(),)*
                    $(Self::$piece => view! { <$piece/> }.into_any(),)*
                }
            }

            const fn place(self) -> Place {
                match self {
                    $(Self::$page => Place::Alone,)*
                    $(Self::$piece => Place::InPage,)*
                }
            }
        }

        #[cfg(feature = "split")]
        #[wasm_split_helpers::wasm_split($view, preload($load), fallible)]
        fn $view(page: $part) -> Result<AnyView, NotHere> {
            Ok(page.view())
        }

        #[cfg(not(feature = "split"))]
        async fn $view(page: $part) -> Result<AnyView, NotHere> {
            Ok(page.view())
        }

        #[cfg(not(feature = "split"))]
        async fn $load() -> Result<(), NotHere> {
            Ok(())
        }
    };
}

part!(
    /// What stands before the door: every way in with what follows it, how one is made, the closed screen and its PIN.
    Door: door, load_door,
    [ChoosePin, SignIn, SignInAgain, SignInOver, LockScreen, Enter, EnterAgain, Invite, InviteAgain, WriteDown, Online],
    [NextStep, AskPasskey, Unlock]
);
part!(
    /// What is one's own: this device, the language, the ways in, signing out.
    Own: own, load_own, [More], []
);
part!(
    /// What a participant sees.
    Participant: participant, load_participant, [Today, Week], []
);
part!(
    /// Where schools order.
    School: school, load_school, [Orders], []
);
part!(
    /// What is made and counted.
    KitchenRoom: kitchen, load_kitchen, [Kitchen, CountSheet], []
);
part!(
    /// Who works in the kitchen, and who of them is there.
    Hands: hands, load_hands, [], [CrewSection, WhoIsThere]
);
part!(
    /// Participants, for those who follow them up and those who register them.
    Office: office, load_office, [People, PersonNew, PersonPage], []
);
part!(
    /// Who was there.
    Marking: marking, load_marking, [AttendanceList, AttendanceSheet], []
);
part!(
    /// The plan of the week.
    Planning: planning, load_planning, [Plan], []
);
part!(
    /// Who works here, their accounts and links.
    Access: access, load_access, [StaffList, StaffPage], []
);
part!(
    /// Who did what, what is not shared yet, and what waits for a manager.
    Review: review, load_review, [LogPage, HeldList, Outbox], []
);

part!(
    /// Protected persons: who knows of one, and the broken glass.
    Protected: protected, load_protected, [], [Shield, BreakGlass, BrokenGlass]
);

type Coming<T> = Pin<Box<dyn Future<Output = Result<T, NotHere>>>>;

/// Where something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the page.
    Alone,
    /// There is a page around it.
    InPage,
}

/// How far a part has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Coming,
    Here,
    Missing,
}

/// What there is of a part, after `load` has come to an end well; then `view` is there at once.
fn show(
    is_here: &'static LocalKey<Cell<bool>>,
    place: Place,
    load: fn() -> Coming<()>,
    view: impl Fn() -> Coming<AnyView> + Send + 'static,
) -> AnyView {
    let now = move || view().now_or_never().and_then(Result::ok);
    if is_here.get() {
        return now().into_any();
    }
    let stage = RwSignal::new(Stage::Coming);
    let fetch = move || {
        stage.set(Stage::Coming);
        spawn_local(async move {
            let has_come = load().await.is_ok();
            is_here.set(has_come);
            // Whoever has gone on to another page does not wait.
            let _ = stage.try_set(if has_come { Stage::Here } else { Stage::Missing });
        });
    };
    fetch();
    // A tab of an old version asks for a part in vain once the new one has been taken in another.
    let again = move |_| if update::is_ready() { update::take() } else { fetch() };
    let missing = move || {
        view! {
            <Empty icon="offline" title=tr::app_part_missing_title todo=tr::app_part_missing_todo>
                <button type="button" class="ds-button" on:click=again>
                    {tr::action_retry}
                </button>
            </Empty>
        }
    };
    let shown = move || match (stage.get(), place) {
        (Stage::Here, _) => now().into_any(),
        (Stage::Coming, _) => view! { <Skeleton/> }.into_any(),
        (Stage::Missing, Place::InPage) => missing().into_any(),
        (Stage::Missing, Place::Alone) => view! {
            <Page title=tr::app_part_missing_title>
                <h1 class="ds-sr-only">{tr::app_part_missing_title}</h1>
                {missing()}
            </Page>
        }
        .into_any(),
    };
    shown.into_any()
}
