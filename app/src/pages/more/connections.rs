//! The providers outside by which she can sign in: connected or not, and how to change that. The server knows it;
//! without a network nobody does.

use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Dialog, DialogButtons, Icon, Notice, Skeleton, toast},
    db::use_db,
    i18n::{dates, tr},
    pages::sign_in::{CodeField, Fits, Focus, PasswordField, TypedCode, leave_for, when_back, why_not},
    sync::{
        net::Fault,
        oidc::{self, Asks, Connection, Mine, No, Purpose},
    },
};

/// Connecting her: with which provider, and what she shows first.
#[derive(Clone, Copy)]
struct Linking {
    open: RwSignal<bool>,
    with: RwSignal<Option<Connection>>,
    asks: RwSignal<Asks>,
    code: TypedCode,
    secret: RwSignal<String>,
    is_blank: RwSignal<bool>,
    no: RwSignal<Option<No>>,
    is_under_way: RwSignal<bool>,
}

impl Linking {
    fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            with: RwSignal::new(None),
            asks: RwSignal::new(Asks::Nothing),
            code: TypedCode::new(),
            secret: RwSignal::new(String::new()),
            is_blank: RwSignal::new(false),
            no: RwSignal::new(None),
            is_under_way: RwSignal::new(false),
        }
    }

    /// Asks for what she must show; without that she goes at once.
    fn begin(self, connection: Connection, asks: Asks) {
        self.code.clear();
        self.secret.set(String::new());
        self.is_blank.set(false);
        self.no.set(None);
        self.asks.set(asks);
        self.with.set(Some(connection));
        if asks == Asks::Nothing { self.go() } else { self.open.set(true) }
    }

    /// What she shows, if anything is asked for.
    fn shown(self) -> Option<String> {
        match self.asks.get_untracked() {
            Asks::Code => Some(self.code.read()),
            Asks::Pin | Asks::Password => Some(self.secret.get_untracked()),
            Asks::Nothing => None,
        }
    }

    /// Is the field empty? Then it says so and takes the focus; what was said before was about something else.
    fn lacks(self) -> bool {
        let is_blank = self.shown().is_some_and(|shown| shown.trim().is_empty());
        self.is_blank.set(is_blank);
        if is_blank {
            self.no.set(None);
        }
        is_blank
    }

    /// Sends her to the provider.
    fn go(self) {
        let Some(connection) = self.with.get_untracked().filter(|_| !self.is_under_way.get_untracked()) else { return };
        self.is_under_way.set(true);
        self.no.set(None);
        let shown = self.shown();
        spawn_local(async move {
            let gone = leave_for(&connection.id, Purpose::Link, shown.as_deref()).await;
            let _ = self.is_under_way.try_set(false);
            let _ = self.no.try_set(gone.err());
        });
    }

    fn called(self) -> String {
        self.with.get().map(|connection| connection.label).unwrap_or_default()
    }

    fn is_wrong(self) -> bool {
        self.no.get() == Some(No::Fault(Fault::WrongCode))
    }
}

/// The providers, each with the way to connect it or to end that.
#[component]
pub fn Connections() -> impl IntoView {
    let is_online = use_db().is_online();
    let found = RwSignal::new(None::<Result<Mine, Fault>>);
    let look = move || {
        spawn_local(async move {
            let mine = oidc::mine().await;
            // The page may have been left meanwhile.
            let _ = found.try_set(Some(mine));
        });
    };
    Effect::new(move |_| {
        if is_online.get() {
            look();
        }
    });
    let linking = Linking::new();
    when_back(move |said| match said {
        Err(no) => linking.no.set(Some(no)),
        Ok(()) => spawn_local(async move {
            match oidc::link().await {
                Ok(()) => toast::say(untrack(tr::oidc_linked)),
                Err(no) => {
                    let _ = linking.no.try_set(Some(no));
                }
            }
            look();
        }),
    });
    let heading = NodeRef::<html::H2>::new();
    let (ends, chosen) = (RwSignal::new(false), RwSignal::new(None::<Connection>));
    let choose = Callback::new(move |connection: Connection| {
        chosen.set(Some(connection));
        ends.set(true);
    });
    let end = Callback::new(move |connection: Connection| {
        spawn_local(async move {
            match oidc::end(&connection.id).await {
                Ok(()) => {
                    toast::say(untrack(|| tr::oidc_ended(connection.label)));
                    look();
                    // The button that had the focus goes with the connection.
                    if let Some(heading) = heading.try_get_untracked().flatten() {
                        let _ = heading.focus();
                    }
                }
                Err(_) => toast::say(untrack(tr::auth_not_yet)),
            }
        });
    });
    let list = move || match found.get() {
        _ if !is_online.get() => view! { <p class="soft">{tr::oidc_offline}</p> }.into_any(),
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(_)) => view! { <Notice color="warning">{tr::oidc_not_known}</Notice> }.into_any(),
        Some(Ok(Mine { asks, providers })) => {
            let items = providers.into_iter().map(|connection| view! { <Item connection asks linking choose/> });
            view! { <ul class="outbox">{items.collect_view()}</ul> }.into_any()
        }
    };
    let called = Memo::new(move |_| chosen.get().map(|connection| connection.label).unwrap_or_default());
    // Whoever can be connected with nothing is told of nothing.
    let is_empty = Memo::new(move |_| {
        found.with(|found| matches!(found, Some(Ok(Mine { providers, .. })) if providers.is_empty()))
    });
    view! {
        <section class="stack" aria-labelledby="connections" hidden=move || is_empty.get()>
            <h2 id="connections" tabindex="-1" node_ref=heading>
                {tr::oidc_title}
            </h2>
            <p class="soft small">{tr::oidc_what}</p>
            <Show when=move || !linking.open.get()>
                <Said linking/>
            </Show>
            {list}
            <Dialog open=linking.open title=move || tr::oidc_link(linking.called())>
                <Proof linking/>
            </Dialog>
            <Dialog
                open=ends
                title=move || tr::oidc_end(called.get())
                lead=move || tr::oidc_end_what(called.get())
            >
                <End chosen open=ends called end/>
            </Dialog>
        </section>
    }
}

#[component]
fn Item(connection: Connection, asks: Asks, linking: Linking, choose: Callback<Connection>) -> impl IntoView {
    let (name, called, since) = (connection.label.clone(), connection.label.clone(), connection.since);
    let state = move || match since {
        Some(since) => tr::oidc_since(dates::moment(since, use_db().today_now())),
        None => tr::oidc_none(),
    };
    let said = move || if since.is_some() { tr::oidc_end(called.clone()) } else { tr::oidc_link(called.clone()) };
    let tapped = move |_| match since {
        Some(_) => choose.run(connection.clone()),
        None => linking.begin(connection.clone(), asks),
    };
    view! {
        <li>
            <Icon name="lock"/>
            <div>
                <b>{name}</b>
                <span class="soft small">{state}</span>
            </div>
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-color=since.is_some().then_some("danger")
                disabled=move || linking.is_under_way.get()
                on:click=tapped
            >
                {said}
            </button>
        </li>
    }
}

/// Ends it, when that is really meant: it was a way in.
#[component]
fn End(
    chosen: RwSignal<Option<Connection>>,
    open: RwSignal<bool>,
    called: Memo<String>,
    end: Callback<Connection>,
) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        open.set(false);
        if let Some(connection) = chosen.get_untracked() {
            end.run(connection);
        }
    };
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <form on:submit=send novalidate>
            <DialogButtons send=move || tr::oidc_end(called.get()) danger=true cancel/>
        </form>
    }
}

/// She shows that it is she: else whoever finds her page open could make it a way in of his own.
#[component]
fn Proof(linking: Linking) -> impl IntoView {
    let wrong = Signal::derive(move || linking.is_wrong());
    let blank: Signal<bool> = linking.is_blank.into();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !linking.lacks() {
            linking.go();
        }
    };
    let field = move || match linking.asks.get() {
        Asks::Code => {
            view! { <CodeField code=linking.code wrong blank fits=Fits::Both focus=Focus::Field/> }.into_any()
        }
        Asks::Pin => view! { <PasswordField label=tr::auth_pin value=linking.secret wrong blank/> }.into_any(),
        Asks::Password | Asks::Nothing => {
            view! { <PasswordField label=tr::auth_password value=linking.secret wrong blank/> }.into_any()
        }
    };
    view! {
        <form on:submit=send novalidate>
            <p>{tr::second_prove}</p>
            <Said linking/>
            {field}
            <div class="actions">
                <button type="submit" class="ds-button" disabled=move || linking.is_under_way.get()>
                    {tr::action_next}
                </button>
            </div>
        </form>
    }
}

/// Why it did not work.
#[component]
fn Said(linking: Linking) -> impl IntoView {
    move || {
        linking.no.get().map(|no| {
            view! {
                <Notice color="danger" alert=true>
                    <p>{move || why_not(no)}</p>
                </Notice>
            }
        })
    }
}
