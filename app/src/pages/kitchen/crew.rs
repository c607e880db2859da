//! Those who work in the kitchen, at the end of its page: who they are, somebody new, a new PIN, and the end.

use leptos::{ev::SubmitEvent, prelude::*};
use shared::{
    Action, AnyCommand, Entity as _, Kind, Tag,
    domain::crew::{self, Crew, PIN_DIGITS, Symbol},
    prim::Bytes,
};
use wasm_bindgen_futures::spawn_local;

use super::bench::{Bench, everybody, picture};
use crate::{
    components::{
        Dialog, DialogButtons, Icon, ShareMark,
        field::{Fault, Field, FormFault, TextField, Typed, required_name},
        toast,
    },
    db::use_db,
    i18n::{rejection, tr},
    platform::{ids, kdf},
    session,
};

const ALIAS: Field = Field { id: "crew-alias", label: tr::crew_alias };
const PIN: Field = Field { id: "crew-pin", label: tr::crew_pin };
const AGAIN: Field = Field { id: "crew-pin-again", label: tr::crew_pin_again };

/// What the dialog is for.
#[derive(Debug, Clone, PartialEq)]
enum Task {
    Add,
    SetPin(Crew),
    End(Crew),
}

/// What every form here needs.
#[derive(Clone, Copy)]
struct Form {
    open: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    is_under_way: RwSignal<bool>,
}

impl Form {
    fn of(open: RwSignal<bool>) -> Self {
        Self { open, fault: RwSignal::new(None), is_under_way: RwSignal::new(false) }
    }

    fn cancel(self) -> Callback<()> {
        Callback::new(move |()| self.open.set(false))
    }

    /// It is done, or the rules say no.
    fn end(self, done: Result<(), String>, said: String) {
        // The page may have been left meanwhile.
        let _ = self.is_under_way.try_set(false);
        match done {
            Ok(()) => {
                let _ = self.open.try_set(false);
                toast::say(said);
            }
            Err(why) => {
                let _ = self.fault.try_set(Some(Fault::of_form(why)));
            }
        }
    }

    /// Makes a key of a PIN, and does what `command` makes of it and its salt.
    fn send(self, pin: String, said: String, command: impl FnOnce(Bytes, Bytes) -> AnyCommand + 'static) {
        self.is_under_way.set(true);
        spawn_local(async move {
            let mut salt = [0; 32];
            ids::fill(&mut salt);
            let done = match kdf::key(&pin, &salt, crew::ROUNDS).await {
                Some(key) => run(command(Bytes::new(salt), Bytes::new(key))),
                None => Err(untrack(tr::crew_no_crypto)),
            };
            self.end(done, said);
        });
    }
}

fn run(command: AnyCommand) -> Result<(), String> {
    use_db().run(command).map(drop).map_err(|no| untrack(|| rejection(&no)))
}

/// A PIN, typed twice.
#[derive(Clone, Copy)]
struct Pins {
    one: Typed,
    again: Typed,
}

impl Pins {
    fn empty() -> Self {
        Self { one: Typed::empty(), again: Typed::empty() }
    }

    fn read(self) -> Result<String, Fault> {
        let pin = self.one.get_untracked();
        if pin.len() != PIN_DIGITS || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::of_form(untrack(|| tr::crew_pin_how(PIN_DIGITS))));
        }
        if pin != self.again.get_untracked() {
            return Err(Fault::of_form(untrack(tr::crew_pin_differs)));
        }
        Ok(pin)
    }
}

/// Those who work here. On a tablet at which nobody stands they are only named when somebody asks, and on one that is
/// closed to nobody: what is tapped there is done once it is open. The page around it provides its [`Bench`].
#[component]
pub fn CrewSection() -> impl IntoView {
    let db = use_db();
    let bench = expect_context::<Bench>();
    let may = Memo::new(move |_| db.can(Action::AddCrew, vec![Tag::kitchen()]));
    let crew = everybody(db);
    let is_none = Memo::new(move |_| crew.with(Vec::is_empty));
    let is_closed = Memo::new(move |_| bench.is_closed());
    let is_asked = RwSignal::new(false);
    let is_shown = Memo::new(move |_| !session::is_closed() && (is_asked.get() || !is_closed.get()));
    let open = bench.writes;
    let task = RwSignal::new(Task::Add);
    let begin = move |what: Task| {
        bench.once_open(move || {
            is_asked.set(true);
            task.set(what);
            open.set(true);
        });
    };
    let row = move |one: Crew| {
        let (alias, key, symbol) = (one.alias.to_string(), one.key(), one.symbol);
        let (for_pin, for_end) = (alias.clone(), alias.clone());
        let (set_pin, end) = (Task::SetPin(one.clone()), Task::End(one));
        view! {
            <li class="crew__one">
                <Icon name=picture(symbol)/>
                <b>{alias}</b>
                <ShareMark kind=Kind::Crew key=key quiet=true/>
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    aria-label=move || tr::crew_new_pin_for(for_pin.clone())
                    on:click=move |_| begin(set_pin.clone())
                >
                    {tr::crew_new_pin}
                </button>
                <button
                    type="button"
                    class="ds-button"
                    data-variant="tertiary"
                    data-color="danger"
                    aria-label=move || tr::crew_end_title(for_end.clone())
                    on:click=move |_| begin(end.clone())
                >
                    {tr::crew_end}
                </button>
            </li>
        }
    };
    let title = move || match task.get() {
        Task::Add => tr::crew_new(),
        Task::SetPin(one) => tr::crew_new_pin_for(one.alias.to_string()),
        Task::End(one) => tr::crew_end_title(one.alias.to_string()),
    };
    let form = move || match task.get() {
        Task::Add => view! { <AddForm open crew/> }.into_any(),
        Task::SetPin(one) => view! { <PinForm open one/> }.into_any(),
        Task::End(one) => view! { <EndForm open one/> }.into_any(),
    };
    view! {
        <Show when=move || may.get()>
            <section class="card stack" aria-labelledby="crew">
                <h2 id="crew">{tr::crew_title}</h2>
                <p class="soft">{move || if is_none.get() { tr::crew_none() } else { tr::crew_what() }}</p>
                <ul class="stack" data-gap="2" hidden=move || is_none.get()>
                    <Show when=move || is_shown.get()>
                        <For each=move || crew.get() key=|one| one.id.to_string() children=row/>
                    </Show>
                </ul>
                <div class="cluster">
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        on:click=move |_| begin(Task::Add)
                    >
                        <Icon name="person-plus"/>
                        {tr::action_add}
                    </button>
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="tertiary"
                        hidden=move || !is_closed.get()
                        aria-expanded=move || if is_shown.get() { "true" } else { "false" }
                        on:click=move |_| bench.once_open(move || is_asked.update(|is_asked| *is_asked = !*is_asked))
                    >
                        {tr::crew_show}
                    </button>
                </div>
            </section>
        </Show>
        <Dialog open title=title>
            {form}
        </Dialog>
    }
}

/// Somebody new.
#[component]
fn AddForm(open: RwSignal<bool>, crew: Memo<Vec<Crew>>) -> impl IntoView {
    let form = Form::of(open);
    let (alias, pins) = (Typed::empty(), Pins::empty());
    let is_free = |symbol: &Symbol| crew.with_untracked(|crew| crew.iter().all(|one| one.symbol != *symbol));
    let symbol = RwSignal::new(Symbol::ALL.into_iter().find(is_free).unwrap_or(Symbol::Sun));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.is_under_way.get_untracked() {
            return;
        }
        let read = || -> Result<_, Fault> { Ok((required_name(ALIAS, &alias.get_untracked())?, pins.read()?)) };
        match read() {
            Ok((alias, pin)) => {
                let said = untrack(|| tr::crew_added(alias.to_string()));
                let symbol = symbol.get_untracked();
                form.send(pin, said, move |salt, key| crew::Add { id: ids::new_id(), alias, symbol, salt, key }.into());
            }
            Err(wrong) => form.fault.set(Some(wrong)),
        }
    };
    let choice = move |one: Symbol| {
        view! {
            <label class="symbol">
                <input
                    type="radio"
                    name="crew-symbol"
                    prop:checked=move || symbol.get() == one
                    on:change=move |_| symbol.set(one)
                />
                <Icon name=picture(one)/>
                <span>{move || word(one)}</span>
            </label>
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <div class="fields">
                <TextField field=ALIAS value=alias fault=form.fault hint=tr::crew_alias_hint required=true/>
                <fieldset class="ds-fieldset">
                    <legend>{tr::crew_symbol}</legend>
                    <div class="symbols">{Symbol::ALL.map(choice).into_iter().collect_view()}</div>
                </fieldset>
                <PinFields pins form/>
                <FormFault fault=form.fault/>
            </div>
            <DialogButtons send=tr::action_add is_under_way=form.is_under_way cancel=form.cancel()/>
        </form>
    }
}

/// A new PIN for somebody.
#[component]
fn PinForm(open: RwSignal<bool>, one: Crew) -> impl IntoView {
    let form = Form::of(open);
    let pins = Pins::empty();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if form.is_under_way.get_untracked() {
            return;
        }
        match pins.read() {
            Ok(pin) => {
                let said = untrack(|| tr::crew_pin_set(one.alias.to_string()));
                let id = one.id.clone();
                form.send(pin, said, move |salt, key| crew::SetPin { id, salt, key }.into());
            }
            Err(wrong) => form.fault.set(Some(wrong)),
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <div class="fields">
                <PinFields pins form/>
                <FormFault fault=form.fault/>
            </div>
            <DialogButtons send=tr::action_save is_under_way=form.is_under_way cancel=form.cancel()/>
        </form>
    }
}

#[component]
fn PinFields(pins: Pins, form: Form) -> impl IntoView {
    view! {
        <TextField field=PIN value=pins.one fault=form.fault kind="password" inputmode="numeric" required=true/>
        <TextField field=AGAIN value=pins.again fault=form.fault kind="password" inputmode="numeric" required=true/>
    }
}

/// Somebody does not work here any more.
#[component]
fn EndForm(open: RwSignal<bool>, one: Crew) -> impl IntoView {
    let form = Form::of(open);
    let alias = one.alias.to_string();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let said = untrack(|| tr::crew_ended(one.alias.to_string()));
        form.end(run(crew::End { id: one.id.clone() }.into()), said);
    };
    view! {
        <form on:submit=submit novalidate>
            <p>{move || tr::crew_end_what(alias.clone())}</p>
            <FormFault fault=form.fault/>
            <DialogButtons send=tr::crew_end danger=true cancel=form.cancel()/>
        </form>
    }
}

/// What a picture is called.
fn word(symbol: Symbol) -> String {
    match symbol {
        Symbol::Sun => tr::crew_symbol_sun(),
        Symbol::Cup => tr::crew_symbol_cup(),
        Symbol::Bag => tr::crew_symbol_bag(),
        Symbol::House => tr::crew_symbol_house(),
        Symbol::Key => tr::crew_symbol_key(),
        Symbol::Heart => tr::crew_symbol_heart(),
        Symbol::Helmet => tr::crew_symbol_helmet(),
        Symbol::Plate => tr::crew_symbol_plate(),
    }
}
