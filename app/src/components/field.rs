//! Fields of a form: the controls, and the meaning of what was typed.
//!
//! A field shows what was typed, or else what stands in the rows; so nothing typed is lost, and an
//! untouched form follows the rows. Reading it gives values, or a [`Fault`] that is shown at its field.

use leptos::{html, prelude::*};
use shared::prim::{Date, Name, Note, TextError, TimeOfDay};

use crate::i18n::tr;

/// A field: the id of its control, unique on the page, and its label.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The id of the control.
    pub id: &'static str,
    /// What it is called.
    pub label: fn() -> String,
}

/// What a field holds: what was typed, or else what stands.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    typed: RwSignal<Option<String>>,
    standing: Signal<String>,
}

impl Typed {
    /// Nothing is typed yet over what stands.
    pub fn over(standing: Signal<String>) -> Self {
        Self { typed: RwSignal::new(None), standing }
    }

    /// Nothing is typed yet over a text that stays as it is.
    pub fn over_text(text: String) -> Self {
        Self::over(Signal::stored(text))
    }

    /// An empty field.
    pub fn empty() -> Self {
        Self::over_text(String::new())
    }

    /// What the field shows.
    pub fn get(self) -> String {
        self.typed.get().unwrap_or_else(|| self.standing.get())
    }

    /// As [`Typed::get`], for an event handler.
    pub fn get_untracked(self) -> String {
        untrack(|| self.get())
    }

    /// `text` was typed.
    pub fn set(self, text: String) {
        self.typed.set(Some(text));
    }

    /// What was typed stands now: the field follows the rows again.
    pub fn settle(self) {
        self.typed.set(None);
    }
}

/// What can be chosen: a value and its words.
pub type Choices = Vec<(String, String)>;

/// What is wrong with a form: with one of its fields, or with the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    field: Option<&'static str>,
    said: String,
}

impl Fault {
    /// Something is wrong with the whole: the rules said no.
    pub fn of_form(said: String) -> Self {
        Self { field: None, said }
    }

    /// Something is wrong with this field.
    pub fn of(field: Field, said: String) -> Self {
        Self { field: Some(field.id), said }
    }
}

/// The text of a field that has to name something.
pub fn required_name(field: Field, text: &str) -> Result<Name, Fault> {
    Name::parse(text).map_err(|error| Fault::of(field, why(field, &error)))
}

/// The text of a field that may stay empty.
pub fn optional_name(field: Field, text: &str) -> Result<Option<Name>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    required_name(field, text).map(Some)
}

/// The sentences of a field that may not stay empty.
pub fn required_note(field: Field, text: &str) -> Result<Note, Fault> {
    Note::parse(text).map_err(|error| Fault::of(field, why(field, &error)))
}

/// The time of a field that may stay empty.
pub fn optional_time(field: Field, text: &str) -> Result<Option<TimeOfDay>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    // A browser may write seconds: `09:00:00`.
    let minutes = text.get(..5).filter(|_| text.len() == 8).unwrap_or(text);
    let time = TimeOfDay::parse(minutes);
    time.map(Some).map_err(|_| Fault::of(field, untrack(tr::form_time_how)))
}

/// The date of a field that may not stay empty.
pub fn required_date(field: Field, text: &str) -> Result<Date, Fault> {
    let date = optional_date(field, text)?;
    date.ok_or_else(|| Fault::of(field, untrack(|| tr::reject_empty((field.label)()))))
}

/// The date of a field that may stay empty.
pub fn optional_date(field: Field, text: &str) -> Result<Option<Date>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let date = text.parse::<Date>();
    date.map(Some).map_err(|_| Fault::of(field, untrack(tr::form_date_how)))
}

fn why(field: Field, error: &TextError) -> String {
    untrack(|| match error {
        TextError::Empty => tr::reject_empty((field.label)()),
        TextError::TooLong { max } => tr::reject_too_long(*max),
        TextError::Control => tr::form_control_character(),
    })
}

/// A line of text, a date or a time, with what is wrong with it under it.
#[component]
pub fn TextField(
    /// Which field.
    field: Field,
    /// What it holds.
    value: Typed,
    /// What is wrong with the form.
    fault: RwSignal<Option<Fault>>,
    /// The `type` of the control.
    #[prop(default = "text")]
    kind: &'static str,
    /// The keys that a device without a keyboard shows for it.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// A sentence between label and control.
    #[prop(optional)]
    hint: Option<fn() -> String>,
    /// Must it be filled in?
    #[prop(optional)]
    required: bool,
    /// Does it take the whole width of the form?
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let said = said_at(field, fault.into());
    let control = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        fault.track();
        if let Some(control) = control.get_untracked().filter(|_| said.get_untracked().is_some()) {
            // Cannot fail for an element of the document.
            let _ = control.focus();
        }
    });
    let hint_id = format!("{}-hint", field.id);
    let error_id = format!("{}-error", field.id);
    view! {
        <div class="ds-field" data-span=wide.then_some("")>
            <label class="ds-label" for=field.id>
                {move || (field.label)()}
            </label>
            {hint
                .map(|hint| {
                    view! {
                        <p data-field="description" id=hint_id.clone()>
                            {move || hint()}
                        </p>
                    }
                })}
            <input
                class="ds-input"
                id=field.id
                type=kind
                inputmode=inputmode
                autocomplete="off"
                aria-required=required.then_some("true")
                aria-describedby=hint.map(|_| hint_id.clone())
                aria-invalid=move || said.get().map(|_| "true")
                aria-errormessage={
                    let error_id = error_id.clone();
                    move || said.get().map(|_| error_id.clone())
                }
                node_ref=control
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {move || error(error_id.clone(), said.get())}
        </div>
    }
}

/// One of several things, with what is wrong with it under it.
#[component]
pub fn SelectField(
    /// Which field.
    field: Field,
    /// The value of the chosen one.
    value: Typed,
    /// The choices.
    options: Signal<Choices>,
    /// What is wrong with the form.
    #[prop(optional, into)]
    fault: Signal<Option<Fault>>,
    /// Does it take the whole width of the form?
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let said = said_at(field, fault);
    let error_id = format!("{}-error", field.id);
    let control = NodeRef::<html::Select>::new();
    Effect::new(move |_| {
        fault.track();
        if let Some(control) = control.get_untracked().filter(|_| said.get_untracked().is_some()) {
            // Cannot fail for an element of the document.
            let _ = control.focus();
        }
    });
    let choices = move || {
        let choices = options.get().into_iter().map(|(code, words)| {
            let is_chosen = {
                let code = code.clone();
                move || value.get() == code
            };
            view! {
                <option value=code prop:selected=is_chosen>
                    {words}
                </option>
            }
        });
        choices.collect_view()
    };
    view! {
        <div class="ds-field" data-span=wide.then_some("")>
            <label class="ds-label" for=field.id>
                {move || (field.label)()}
            </label>
            <select
                class="ds-input"
                id=field.id
                aria-invalid=move || said.get().map(|_| "true")
                aria-errormessage={
                    let error_id = error_id.clone();
                    move || said.get().map(|_| error_id.clone())
                }
                node_ref=control
                on:change=move |event| value.set(event_target_value(&event))
            >
                {choices}
            </select>
            {move || error(error_id.clone(), said.get())}
        </div>
    }
}

/// What is wrong with the form as a whole; it appears where it stands and is read out.
#[component]
pub fn FormFault(
    /// What is wrong with the form.
    fault: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let said = move || {
        fault.with(|fault| {
            let fault = fault.as_ref().filter(|fault| fault.field.is_none());
            fault.map(|fault| fault.said.clone())
        })
    };
    move || {
        said().map(|said| {
            view! {
                <p class="ds-validation-message" data-span="" role="alert">
                    {said}
                </p>
            }
        })
    }
}

/// What is wrong with this field.
fn said_at(field: Field, fault: Signal<Option<Fault>>) -> Memo<Option<String>> {
    Memo::new(move |_| {
        fault.with(|fault| {
            let fault = fault.as_ref().filter(|fault| fault.field == Some(field.id));
            fault.map(|fault| fault.said.clone())
        })
    })
}

/// What is wrong with a field, under it.
pub fn error(id: String, said: Option<String>) -> impl IntoView {
    said.map(|said| {
        view! {
            <p class="ds-validation-message" id=id data-field="validation" role="alert">
                {said}
            </p>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Field = Field { id: "place", label: tr::plan_place };

    #[test]
    fn an_empty_text_is_nothing_unless_it_must_be_something() {
        crate::i18n::speak("nb");
        assert_eq!(optional_name(PLACE, "  "), Ok(None));
        let fault = required_name(PLACE, " ").unwrap_err();
        assert_eq!(fault.field, Some("place"));
        assert_eq!(fault.said, "Sted kan ikke stå tomt.");
    }

    #[test]
    fn times_and_dates_are_read_as_browsers_write_them() {
        let nine = TimeOfDay::parse("09:00").ok();
        for text in ["09:00", "9.00", "09:00:00"] {
            assert_eq!(optional_time(PLACE, text), Ok(nine), "{text}");
        }
        assert_eq!(optional_time(PLACE, ""), Ok(None));
        assert_eq!(optional_date(PLACE, " "), Ok(None));
        assert_eq!(required_date(PLACE, "2026-11-24").unwrap().to_string(), "2026-11-24");
    }

    #[test]
    fn what_is_no_time_is_said_at_its_field() {
        crate::i18n::speak("nb");
        for wrong in ["25:00", "nå", "09:00:0"] {
            assert_eq!(optional_time(PLACE, wrong).unwrap_err().field, Some("place"), "{wrong}");
        }
        assert!(optional_date(PLACE, "31.12.").is_err());
    }
}
