//! The closed screen: who opens the page shows with her PIN or password that it is she, without a network too.

use leptos::{ev::SubmitEvent, html, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::sign_in::Hello;
use crate::{
    components::{Dialog, Icon, Languages, Notice, Page, Speak, Submit, field::error},
    i18n::{in_norwegian, tr},
    parts::Hands,
    platform::clock,
    session::{self, Asks, Opened},
};

/// The closed screen. Over a page of those who share the device, each may show by her own PIN that she is one of them;
/// before there is a page, only what opens the device tells them apart from others.
#[component]
pub fn LockScreen() -> impl IntoView {
    let is_shared = session::me().is_some_and(|me| me.role.stay().is_shared);
    let way = if is_shared { Hands::WhoIsThere.show() } else { view! { <Unlock/> }.into_any() };
    view! {
        <Page title=tr::auth_locked class="sign-in">
            <Hello title=tr::auth_locked lead=tr::lock_lead/>
            {way}
            <div class="sign-in__help stack">
                <TakeAway/>
            </div>
            <Languages/>
        </Page>
    }
}

/// Provided by whoever shows [`Unlock`]: called when it has opened the device.
#[derive(Debug, Clone, Copy)]
pub struct OnOpened(pub fn());

/// What opens the device: her PIN or password; and the way for whoever has another by now.
#[component]
pub fn Unlock() -> impl IntoView {
    let is_pin = session::asks() == Asks::Pin;
    let word: fn() -> String = if is_pin { tr::auth_pin } else { tr::auth_password };
    let wrong: fn(usize) -> String = if is_pin { tr::lock_wrong_pin } else { tr::lock_wrong_password };
    let forgotten: fn() -> String = if is_pin { tr::lock_forgotten_pin } else { tr::lock_forgotten_password };
    let secret = RwSignal::new(String::new());
    let left = RwSignal::new(None::<u8>);
    let is_wrong = Signal::derive(move || left.with(Option::is_some));
    let is_blank = RwSignal::new(false);
    let is_under_way = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let on_opened = use_context::<OnOpened>();
    let open = move |event: SubmitEvent| {
        event.prevent_default();
        if is_under_way.get_untracked() {
            return;
        }
        is_blank.set(secret.with_untracked(String::is_empty));
        if is_blank.get_untracked() {
            // What was said before was about something else.
            left.set(None);
            return focus(field);
        }
        is_under_way.set(true);
        spawn_local(async move {
            let opened = session::unlock(&secret.get_untracked()).await;
            // Opened, the screen is gone.
            let _ = is_under_way.try_set(false);
            match (opened, on_opened) {
                (Opened::Wrong { left: so_many }, _) => {
                    let _ = left.try_set(Some(so_many));
                    let _ = secret.try_set(String::new());
                    focus(field);
                }
                (Opened::Yes(_), Some(OnOpened(then))) => then(),
                (Opened::Yes(_) | Opened::Shut, _) => {}
            }
        });
    };
    let answer = move || left.get().map(|left| said_wrong(move || wrong(left.into())));
    view! {
        <form class="card sign-in__form" on:submit=open novalidate>
            {answer}
            <SecretField
                id="unlock"
                label=word
                value=secret
                wrong=is_wrong
                blank=is_blank.into()
                is_pin
                autocomplete="current-password"
                field
                first=true
            />
            <Submit is_under_way wide=true>
                {move || if is_under_way.get() { tr::lock_opening() } else { tr::auth_unlock() }}
            </Submit>
        </form>
        <div class="sign-in__help stack">
            <button
                type="button"
                class="ds-button"
                data-variant="tertiary"
                data-wide=""
                on:click=move |_| session::ask_server()
            >
                {forgotten}
            </button>
        </div>
    }
}

/// What is wrong with what she has typed, read out at once.
pub fn said_wrong(said: impl Fn() -> String + Send + Sync + 'static) -> impl IntoView {
    view! {
        <Notice color="danger" alert=true>
            <p>{said}</p>
        </Notice>
    }
}

/// A field for what opens the device, now or from now on: a PIN large enough to be seen being typed.
#[component]
pub fn SecretField(
    /// Its id.
    id: &'static str,
    /// What it is called.
    label: fn() -> String,
    /// A sentence under that.
    #[prop(optional)]
    hint: Option<fn() -> String>,
    /// What is typed.
    value: RwSignal<String>,
    /// Was it wrong?
    wrong: Signal<bool>,
    /// Was it left empty?
    #[prop(optional)]
    blank: Signal<bool>,
    /// Is it a few digits?
    is_pin: bool,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// The field, to put the focus on it.
    #[prop(optional)]
    field: NodeRef<html::Input>,
    /// Does it take the focus when it comes?
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    if first {
        // The page itself takes the focus when it comes.
        Effect::new(move |_| {
            spawn_local(async move {
                clock::sleep(0).await;
                focus(field)
            })
        });
    }
    let described = hint.map(|_| format!("{id}-hint"));
    let said = described.clone().zip(hint).map(|(id, hint)| view! { <small id=id>{hint}</small> });
    let aloud = move || match hint {
        Some(hint) => format!("{}. {}", label(), hint()),
        None => label(),
    };
    view! {
        <div class="ds-field">
            <div class="label-picture">
                <Icon name="lock"/>
                <div>
                    <label class="ds-label" for=id>
                        {label}
                    </label>
                    {said}
                </div>
                <Speak text=move || in_norwegian(aloud)/>
            </div>
            <input
                class="ds-input"
                class=("pin-input", is_pin)
                id=id
                type="password"
                required
                inputmode=is_pin.then_some("numeric")
                autocomplete=autocomplete
                aria-describedby=described
                aria-invalid=move || (wrong.get() || blank.get()).then_some("true")
                aria-errormessage=move || blank.get().then(|| format!("{id}-error"))
                node_ref=field
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {move || error(format!("{id}-error"), blank.get().then(|| tr::reject_empty(label())))}
        </div>
    }
}

/// The way in for somebody else, when whoever was here does not come back.
#[component]
pub fn TakeAway() -> impl IntoView {
    let asks = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="ds-button"
            data-variant="tertiary"
            data-color="neutral"
            data-wide=""
            on:click=move |_| asks.set(true)
        >
            {tr::lock_other}
        </button>
        <Dialog open=asks title=tr::lock_other lead=tr::lock_other_lead>
            <div class="actions">
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    data-color="danger"
                    on:click=move |_| spawn_local(session::take_away())
                >
                    {tr::lock_take_away}
                </button>
                <button type="button" class="ds-button" on:click=move |_| asks.set(false)>
                    {tr::action_cancel}
                </button>
            </div>
        </Dialog>
    }
}

/// Puts the focus on a field.
pub fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.try_get_untracked().flatten() {
        // Cannot fail for an element of the document.
        let _ = field.focus();
    }
}
