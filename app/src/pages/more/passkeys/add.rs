//! Adding a passkey: what she calls it, that it is she, and then her device is asked.

use leptos::{ev::SubmitEvent, prelude::*};
use serde_json::value::RawValue;
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{
        Notice,
        field::{self, Field, TextField, Typed, required_name},
    },
    i18n::tr,
    pages::sign_in::{CodeField, Fits, Focus, PasswordField, TypedCode},
    platform::passkey::{self, NoPasskey},
    sync::{
        net::Fault,
        passkeys::{self, Asked, Shows},
    },
};

const NAME: Field = Field { id: "passkey-name", label: tr::passkeys_name };

/// What is typed, and how far it has come.
#[derive(Clone, Copy)]
pub struct Adding {
    name: Typed,
    code: TypedCode,
    secret: RwSignal<String>,
    /// The server knows that it is she: her device is asked, once more if she has called it off.
    asked: RwSignal<Option<Asked>>,
    /// Does what she shows lack?
    is_blank: RwSignal<bool>,
    fault: RwSignal<Option<field::Fault>>,
    no: RwSignal<Option<No>>,
    is_under_way: RwSignal<bool>,
}

/// Why it is not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum No {
    /// Her device has made none.
    Device(NoPasskey),
    /// The server says no, or nothing.
    Server(Fault),
}

impl Adding {
    /// Nothing is typed yet.
    pub fn new() -> Self {
        Self {
            name: Typed::empty(),
            code: TypedCode::new(),
            secret: RwSignal::new(String::new()),
            asked: RwSignal::new(None),
            is_blank: RwSignal::new(false),
            fault: RwSignal::new(None),
            no: RwSignal::new(None),
            is_under_way: RwSignal::new(false),
        }
    }

    /// From the beginning, unless her device is being asked.
    pub fn start(self) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.name.set(passkey::device().map_or_else(|| untrack(tr::passkeys_name_unknown), str::to_owned));
        self.code.clear();
        self.secret.set(String::new());
        self.asked.set(None);
        self.is_blank.set(false);
        self.fault.set(None);
        self.no.set(None);
    }

    fn send(self, shows: Shows, done: Callback<String>) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.no.set(None);
        self.is_blank.set(false);
        let name = match required_name(NAME, &self.name.get_untracked()) {
            Ok(name) => name.to_string(),
            Err(fault) => return self.fault.set(Some(fault)),
        };
        self.fault.set(None);
        if self.asked.with_untracked(Option::is_none) && self.typed(shows).trim().is_empty() {
            return self.is_blank.set(true);
        }
        self.is_under_way.set(true);
        spawn_local(async move {
            let added = self.add(shows, &name).await;
            // The page may have been left meanwhile.
            let _ = self.is_under_way.try_set(false);
            match added {
                Ok(()) => {
                    done.try_run(name);
                }
                Err(no) => {
                    let _ = self.no.try_set(Some(no));
                }
            }
        });
    }

    async fn add(self, shows: Shows, name: &str) -> Result<(), No> {
        let asked = match self.asked.get_untracked() {
            Some(asked) => asked,
            None => self.ask(shows).await.map_err(No::Server)?,
        };
        let made = passkey::make(asked.options.get()).await.map_err(No::Device)?;
        let made = RawValue::from_string(made).map_err(|_| No::Device(NoPasskey::Failed))?;
        // It is answered once, whatever comes of it.
        let _ = self.asked.try_set(None);
        passkeys::confirm(&asked.ceremony, name, &made).await.map_err(No::Server)
    }

    /// What she shows.
    fn typed(self, shows: Shows) -> String {
        match shows {
            Shows::Code => self.code.read(),
            Shows::Password => self.secret.get_untracked(),
        }
    }

    /// Shows the server that it is she.
    async fn ask(self, shows: Shows) -> Result<Asked, Fault> {
        let asked = passkeys::begin(shows, &self.typed(shows)).await?;
        self.code.clear();
        let _ = self.secret.try_set(String::new());
        let _ = self.asked.try_set(Some(asked.clone()));
        Ok(asked)
    }
}

/// The form.
#[component]
pub fn Add(
    /// What she types.
    adding: Adding,
    /// What she shows, once that is known.
    shows: Memo<Option<Shows>>,
    /// Hears what the new one is called.
    done: Callback<String>,
) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(shows) = shows.get_untracked() {
            adding.send(shows, done);
        }
    };
    let wrong = Signal::derive(move || adding.no.get() == Some(No::Server(Fault::WrongCode)));
    let blank: Signal<bool> = adding.is_blank.into();
    let missing = Memo::new(move |_| shows.get().filter(|_| adding.asked.with(Option::is_none)));
    let proof = move || {
        missing.get().map(|shows| match shows {
            Shows::Code => {
                view! { <CodeField code=adding.code wrong blank fits=Fits::Both focus=Focus::Stays/> }.into_any()
            }
            Shows::Password => {
                view! { <PasswordField label=tr::auth_password value=adding.secret wrong blank/> }.into_any()
            }
        })
    };
    let why = move || {
        let no = adding.no.get().zip(shows.get());
        no.filter(|(no, _)| *no != No::Device(NoPasskey::CalledOff)).map(|(no, shows)| {
            view! {
                <Notice color="danger" alert=true>
                    <p>{move || said(no, shows)}</p>
                </Notice>
            }
        })
    };
    let label = move || if adding.is_under_way.get() { tr::passkeys_making() } else { tr::passkeys_make() };
    view! {
        <form class="stack" on:submit=send novalidate>
            <TextField
                field=NAME
                value=adding.name
                fault=adding.fault
                hint=tr::passkeys_name_hint
                required=true
            />
            {proof}
            {why}
            <div class="actions">
                <button type="submit" class="ds-button">
                    {label}
                </button>
            </div>
        </form>
    }
}

/// Why it is not added, and what to do.
fn said(no: No, shows: Shows) -> String {
    match no {
        No::Device(NoPasskey::Here) => tr::passkeys_here(),
        No::Device(NoPasskey::CalledOff | NoPasskey::Failed) => tr::passkeys_device_failed(),
        No::Server(Fault::WrongCode) => match shows {
            Shows::Code => tr::second_wrong(),
            Shows::Password => tr::passkeys_wrong_password(),
        },
        No::Server(Fault::Wait { seconds }) => tr::auth_wait(seconds),
        No::Server(Fault::WrongSecret) => tr::auth_again(),
        No::Server(Fault::Unreachable) => tr::more_rescue_needs_network(),
        No::Server(Fault::Gone | Fault::Forbidden) => tr::passkeys_not_added(),
        No::Server(Fault::OtherPerson | Fault::OnlineOnly | Fault::Unreadable | Fault::NotYet) => tr::auth_not_yet(),
    }
}
