//! The second step of her sign-in: whether it is set up, how many recovery codes are left, and setting it up anew.
//! The server knows it; without a network nobody does.

use leptos::{ev::SubmitEvent, prelude::*};
use wasm_bindgen_futures::spawn_local;

use crate::{
    components::{Dialog, DialogButtons, Notice, Skeleton},
    db::use_db,
    i18n::tr,
    pages::sign_in::{CodeField, Fits, Focus, PasswordField, SetUp, StepLead, TypedCode},
    session,
    sync::net::{self, Fault, Second, SecondState, Shown},
};

/// Below so many recovery codes she is told to get new ones.
const FEW: u32 = 3;

/// How far setting it up has come.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    /// First she types her password, since she has none yet.
    Password,
    /// First she types a code of the one she has.
    Code,
    /// Her app is told the new one.
    SetUp(Second),
}

/// Setting it up.
#[derive(Clone, Copy)]
struct Setting {
    stage: RwSignal<Stage>,
    code: TypedCode,
    secret: RwSignal<String>,
    is_blank: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    is_under_way: RwSignal<bool>,
}

impl Setting {
    fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Password),
            code: TypedCode::new(),
            secret: RwSignal::new(String::new()),
            is_blank: RwSignal::new(false),
            fault: RwSignal::new(None),
            is_under_way: RwSignal::new(false),
        }
    }

    fn is_wrong_code(self) -> bool {
        self.fault.get() == Some(Fault::WrongCode)
    }

    /// From the beginning.
    fn start(self, is_on: bool) {
        self.code.clear();
        self.secret.set(String::new());
        self.is_blank.set(false);
        self.fault.set(None);
        self.stage.set(if is_on { Stage::Code } else { Stage::Password });
    }

    /// Is the field empty? Then it says so and takes the focus; what was said before was about something else.
    fn lacks(self) -> bool {
        let is_blank = self.stage.with_untracked(|stage| match stage {
            Stage::Password => self.secret.with_untracked(|secret| secret.trim().is_empty()),
            Stage::Code | Stage::SetUp(_) => self.code.read().is_empty(),
        });
        self.is_blank.set(is_blank);
        if is_blank {
            self.fault.set(None);
        }
        is_blank
    }

    /// Asks for a new secret.
    fn begin(self, shown: Shown) {
        self.ask(async move { net::second_begin(&shown).await.map(Stage::SetUp) });
    }

    /// Shows the server that her app knows it. Her recovery codes take the place of the page, left or not.
    fn confirm(self) {
        let code = self.code.read();
        self.ask(async move {
            net::second_confirm(&code).await.map(|codes| {
                session::show_codes(codes);
                Stage::Code
            })
        });
    }

    fn ask(self, answer: impl Future<Output = Result<Stage, Fault>> + 'static) {
        if self.is_under_way.get_untracked() {
            return;
        }
        self.is_under_way.set(true);
        self.fault.set(None);
        spawn_local(async move {
            let answer = answer.await;
            // The page may have been left meanwhile.
            let _ = self.is_under_way.try_set(false);
            match answer {
                Ok(stage) => {
                    // A code is good once, and nobody is to find the password.
                    self.code.clear();
                    let _ = self.secret.try_set(String::new());
                    let _ = self.stage.try_set(stage);
                }
                Err(fault) => {
                    let _ = self.fault.try_set(Some(fault));
                }
            }
        });
    }
}

/// How it stands, and the button that sets it up.
#[component]
pub fn SecondStep() -> impl IntoView {
    let db = use_db();
    let is_online = db.is_online();
    let found = RwSignal::new(None::<Result<SecondState, Fault>>);
    let look = move || {
        spawn_local(async move {
            let state = net::second().await;
            let _ = found.try_set(Some(state));
        });
    };
    Effect::new(move |_| {
        if is_online.get() {
            look();
        }
    });
    let setting = Setting::new();
    let open = RwSignal::new(false);
    let known = Memo::new(move |_| found.get().and_then(Result::ok));
    let is_on = Memo::new(move |_| known.get().is_some_and(|state| state.is_on));
    let state = move || match found.get() {
        _ if !is_online.get() => view! { <p class="soft">{tr::second_offline}</p> }.into_any(),
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(_)) => view! { <Notice color="warning">{tr::second_not_known}</Notice> }.into_any(),
        Some(Ok(state)) => view! { <Standing state/> }.into_any(),
    };
    let label = move || if is_on.get() { tr::second_anew() } else { tr::second_set_up() };
    let show = move |_| {
        setting.start(is_on.get_untracked());
        open.set(true);
    };
    // The button stays while what it says changes: the focus comes back to it.
    let is_known = Memo::new(move |_| known.get().is_some());
    view! {
        <section class="card stack" aria-labelledby="second">
            <h2 id="second">{tr::second_title}</h2>
            {state}
            <Show when=move || is_known.get()>
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    disabled=move || !is_online.get()
                    on:click=show
                >
                    {label}
                </button>
            </Show>
            <Dialog open title=tr::second_set_up>
                <Inside setting open/>
            </Dialog>
        </section>
    }
}

/// Whether it is set up, and how many recovery codes are left.
#[component]
fn Standing(state: SecondState) -> impl IntoView {
    let SecondState { is_on, recovery } = state;
    if !is_on {
        return view! {
            <p>{tr::second_off}</p>
            <p class="soft small">{tr::second_why}</p>
        }
        .into_any();
    }
    let left = move || tr::second_left(recovery);
    let codes = if recovery < FEW {
        view! {
            <Notice color="warning">
                <p>
                    <b>{left}</b>
                </p>
                <p>{tr::second_few}</p>
            </Notice>
        }
        .into_any()
    } else {
        view! { <p>{left}</p> }.into_any()
    };
    view! {
        <p>{tr::second_on}</p>
        {codes}
        <p class="soft small">{tr::second_anew_what}</p>
    }
    .into_any()
}

/// The steps of setting it up.
#[component]
fn Inside(setting: Setting, open: RwSignal<bool>) -> impl IntoView {
    let wrong = Signal::derive(move || setting.is_wrong_code());
    let code = setting.code;
    let blank: Signal<bool> = setting.is_blank.into();
    let prove = move |event: SubmitEvent| {
        event.prevent_default();
        if setting.lacks() {
            return;
        }
        setting.begin(match setting.stage.get_untracked() {
            Stage::Password => Shown::Secret(setting.secret.get_untracked()),
            Stage::Code | Stage::SetUp(_) => Shown::Code(code.read()),
        });
    };
    let confirm = move |event: SubmitEvent| {
        event.prevent_default();
        if !setting.lacks() {
            setting.confirm();
        }
    };
    let cancel = Callback::new(move |()| open.set(false));
    let buttons = move |send: fn() -> String| {
        view! { <DialogButtons send is_under_way=setting.is_under_way cancel/> }
    };
    move || match setting.stage.get() {
        Stage::Password => view! {
            <form on:submit=prove novalidate>
                <p>{tr::second_prove}</p>
                <Said setting/>
                <PasswordField label=tr::auth_password value=setting.secret wrong blank/>
                {buttons(tr::action_next)}
            </form>
        }
        .into_any(),
        Stage::Code => view! {
            <form on:submit=prove novalidate>
                <p>{tr::second_prove}</p>
                <Said setting/>
                <CodeField code wrong blank fits=Fits::Both focus=Focus::Field/>
                {buttons(tr::action_next)}
            </form>
        }
        .into_any(),
        Stage::SetUp(second) => view! {
            <form on:submit=confirm novalidate>
                <StepLead>{tr::second_why}</StepLead>
                <SetUp second>
                    <CodeField code wrong blank fits=Fits::Digits focus=Focus::Stays/>
                </SetUp>
                <Said setting/>
                {buttons(tr::second_confirm)}
            </form>
        }
        .into_any(),
    }
}

/// Why the last step did not work.
#[component]
fn Said(setting: Setting) -> impl IntoView {
    move || {
        let fault = setting.fault.get();
        fault.map(|fault| {
            view! {
                <Notice color="danger" alert=true>
                    <p>{move || why(fault, &setting.stage.get())}</p>
                </Notice>
            }
        })
    }
}

fn why(fault: Fault, stage: &Stage) -> String {
    match fault {
        Fault::WrongCode if *stage == Stage::Password => tr::passkeys_wrong_password(),
        Fault::WrongCode => tr::second_wrong(),
        Fault::Wait { seconds } => tr::auth_wait(seconds),
        Fault::WrongSecret => tr::auth_again(),
        Fault::Unreachable => tr::more_rescue_needs_network(),
        Fault::Forbidden | Fault::OtherPerson | Fault::OnlineOnly => tr::auth_not_yet(),
        Fault::Gone | Fault::NotYet | Fault::Unreadable => tr::auth_not_yet(),
    }
}
