//! The address `/`: leads to the page a person starts her day with.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{db::use_db, nav};

/// Leads on to the home of whoever is signed in.
#[component]
pub fn Home() -> impl IntoView {
    let home = nav::home(use_db().me().role);
    let navigate = use_navigate();
    Effect::new(move |_| {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        navigate(home, options);
    });
}
