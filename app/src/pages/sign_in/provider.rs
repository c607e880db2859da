//! Signing in by a provider outside: a button for each, and what comes of it when she is led back.

use leptos::{html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use wasm_bindgen_futures::spawn_local;

use super::attempt;
use crate::{
    components::Notice,
    i18n::{self, tr},
    session,
    sync::{
        net::Fault,
        oidc::{self, No, Provider, Purpose},
    },
};

/// The way in by a provider: which there are, and what came of the last try.
#[derive(Clone, Copy)]
pub struct Way {
    found: RwSignal<Vec<Provider>>,
    no: RwSignal<Option<No>>,
    is_under_way: RwSignal<bool>,
}

impl Way {
    /// Asks which there are; where a provider has led her back to this page, goes on.
    pub fn new() -> Self {
        let way =
            Self { found: RwSignal::new(Vec::new()), no: RwSignal::new(None), is_under_way: RwSignal::new(false) };
        spawn_local(async move {
            // Without an answer there are no buttons: the other ways in are there all the same.
            if let Ok(providers) = oidc::providers().await {
                let _ = way.found.try_set(providers);
            }
        });
        when_back(move |said| match said {
            Ok(()) => way.finish(),
            Err(no) => way.no.set(Some(no)),
        });
        way
    }

    fn begin(self, provider: String) {
        self.run(async move { leave_for(&provider, Purpose::SignIn, None).await });
    }

    fn finish(self) {
        self.run(async move {
            session::finish().await?;
            // What was on this device was nobody's any more, and has just been thrown away.
            session::whoever_is_in().map(drop).ok_or(No::Fault(Fault::NotYet))
        });
    }

    fn run(self, work: impl Future<Output = Result<(), No>> + 'static) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        self.no.set(None);
        spawn_local(async move {
            let no = work.await.err();
            // After she has come in the page is gone.
            let _ = self.is_under_way.try_set(false);
            let _ = self.no.try_set(no);
        });
    }
}

/// Does this with what a provider's way back says in the address, and takes it out of there.
pub fn when_back(then: impl Fn(Result<(), No>) + 'static) {
    let location = use_location();
    let (hash, pathname) = (location.hash, location.pathname);
    let navigate = use_navigate();
    Effect::new(move |_| {
        let Some(said) = hash.with(|hash| oidc::back_in(hash)) else { return };
        // The router must know that it is gone, too.
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&pathname.get_untracked(), options);
        then(said);
    });
}

/// Sends her to a provider; the page is left. She comes back to one that keeps nothing, if this one does not.
pub async fn leave_for(provider: &str, purpose: Purpose, shown: Option<&str>) -> Result<(), No> {
    let language = untrack(i18n::language).code;
    let keeps = !session::is_online_wanted();
    let address = oidc::begin(provider, purpose, language, shown, keeps).await?;
    window().location().assign(&address).map_err(|_| No::Fault(Fault::NotYet))
}

/// What came of the last try, or that she must wait a moment.
#[component]
pub fn WaySaid(
    /// The way in.
    way: Way,
) -> impl IntoView {
    let no = move || {
        way.no.get().map(|no| {
            // Loaded anew: that page looks at nothing that lies here. There she does the same once more.
            let online = (no == No::Fault(Fault::OnlineOnly)).then(|| {
                view! {
                    <p>
                        <a href="/online" rel="external">
                            {tr::online_title}
                        </a>
                    </p>
                }
            });
            // The button that was tapped stands far below it.
            let said = NodeRef::<html::Div>::new();
            said.on_load(|said| {
                // Cannot fail for an element of the document.
                let _ = said.focus();
            });
            view! {
                <div tabindex="-1" node_ref=said>
                    <Notice color="danger" alert=true>
                        <p>{move || why(no)}</p>
                        {online}
                    </Notice>
                </div>
            }
        })
    };
    view! {
        {no}
        <Show when=move || way.is_under_way.get()>
            <p role="status">{tr::auth_signing_in}</p>
        </Show>
    }
}

/// A button for each provider; nothing where there is none. Below the form, which does not move when they come.
#[component]
pub fn WayButtons(
    /// The way in.
    way: Way,
) -> impl IntoView {
    move || {
        let providers = way.found.get();
        let button = |Provider { id, label }: Provider| {
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    data-wide=""
                    disabled=move || way.is_under_way.get()
                    on:click=move |_| way.begin(id.clone())
                >
                    {move || tr::oidc_sign_in(label.clone())}
                </button>
            }
        };
        (!providers.is_empty()).then(|| {
            let buttons = providers.into_iter().map(button).collect_view();
            view! { <div class="stack">{buttons}</div> }
        })
    }
}

/// Why it did not work, and what to do.
pub fn why(no: No) -> String {
    match no {
        No::Refused => tr::oidc_refused(),
        No::Gone => tr::oidc_gone(),
        No::Away => tr::oidc_away(),
        No::Low => tr::oidc_low(),
        No::Nobody => tr::oidc_nobody(),
        No::NotLinked => tr::oidc_not_linked(),
        No::WithoutSchool => tr::oidc_no_school(),
        No::NotEnough => tr::oidc_not_enough(),
        No::Taken => tr::oidc_taken(),
        No::Fault(Fault::WrongCode) => tr::oidc_wrong(),
        No::Fault(fault) => attempt::why(fault),
    }
}
