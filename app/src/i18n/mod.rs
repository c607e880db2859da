//! The texts of the app: one message file per language, fetched when somebody wants it.
//!
//! Norwegian is always loaded. It fills what another language lacks, and cards show it first. A
//! text read in a view changes by itself when the language does:
//!
//! ```ignore
//! view! { <button>{tr::action_save}</button> <p>{move || tr::order_packets(count.get())}</p> }
//! ```
//!
//! Where no view should follow, in a task or an event handler, wrap the call in `untrack`.

mod browser;
mod catalogue;
#[allow(dead_code, reason = "a vocabulary: pages take the words they need")]
pub mod dates;
mod rejection;

use std::cell::{Cell, RefCell};

use fluent_bundle::FluentArgs;
use gloo_net::http::Request;
use leptos::prelude::{ArcRwSignal, Get, Track, Update};

use catalogue::{Bundle, Catalogue, Voice};

pub use self::rejection::{kind, rejection, what};

/// Every message as a function, written by `build.rs`; its documentation is the Norwegian text.
#[allow(dead_code, reason = "a vocabulary: pages take the words they need")]
pub mod tr {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

/// A language there is a message file for.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its BCP 47 tag, which is also the name of its file: `nb`.
    pub code: &'static str,
    /// What its speakers call it.
    pub own_name: &'static str,
    /// Which way its lines run.
    pub direction: Direction,
}

/// Which way the lines of a language run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// As in Norwegian.
    LeftToRight,
    /// As in Arabic.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir`.
    pub const fn html(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// Why a language could not be loaded. The language shown before stays.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no message file for it.
    #[error("there is no language {code}")]
    Unknown {
        /// The code asked for.
        code: String,
    },
    /// The network failed.
    #[error("could not fetch the language")]
    Unreachable(#[source] gloo_net::Error),
    /// The server answered, but not with the file.
    #[error("the server answered {status} to the language")]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// Something else came in its place, such as a sign-in page.
    #[error("this is no message file: {what}")]
    Malformed {
        /// What could not be read.
        what: String,
    },
}

const NORWEGIAN: &Language = &tr::LANGUAGES[0];

thread_local! {
    /// A bundle is not `Send`; the browser has one thread.
    static CATALOGUE: RefCell<Catalogue> = const { RefCell::new(Catalogue::empty()) };
    /// The language on the screen. Set after each change of the catalogue: texts follow it.
    static SHOWN: ArcRwSignal<&'static Language> = ArcRwSignal::new(NORWEGIAN);
    /// The language asked for last, so that a slower file cannot overtake a later choice.
    static WANTED: Cell<&'static Language> = const { Cell::new(NORWEGIAN) };
    static VOICE: Cell<Voice> = const { Cell::new(Voice::Chosen) };
}

/// Loads Norwegian, then the language chosen before or the first the browser asks for.
///
/// Call it once, before mounting. An error means that there are no texts at all.
pub async fn start() -> Result<(), LoadError> {
    let norwegian = fetch(NORWEGIAN).await?;
    CATALOGUE.with_borrow_mut(|catalogue| catalogue.set_norwegian(norwegian));
    let preferred = browser::preferences().into_iter().find_map(|tag| matching(&tag));
    let language = preferred.unwrap_or(NORWEGIAN);
    if let Err(fault) = show(language).await {
        leptos::logging::warn!("{} is not shown: {fault:?}", language.code);
        show(NORWEGIAN).await?;
    }
    Ok(())
}

/// Shows the language `code` from now on, and remembers it on this device.
pub async fn use_language(code: &str) -> Result<(), LoadError> {
    let language = find(code).ok_or_else(|| LoadError::Unknown { code: code.to_owned() })?;
    show(language).await?;
    if WANTED.get() == language {
        browser::remember(language.code);
    }
    Ok(())
}

/// The language on the screen; a view that reads it follows it.
#[cfg_attr(debug_assertions, track_caller)]
pub fn language() -> &'static Language {
    SHOWN.with(ArcRwSignal::clone).get()
}

/// Is the screen in Norwegian? Then a card need not show both languages.
#[cfg_attr(debug_assertions, track_caller)]
pub fn is_norwegian() -> bool {
    language() == NORWEGIAN
}

/// Says `text` in Norwegian whatever the screen's language: `in_norwegian(tr::activity_kitchen)`.
///
/// Mark the element with `lang="nb"` when the screen is not in Norwegian.
pub fn in_norwegian<T>(text: impl FnOnce() -> T) -> T {
    let before = VOICE.replace(Voice::Norwegian);
    let said = text();
    VOICE.set(before);
    said
}

/// What every function of [`tr`] calls.
#[cfg_attr(debug_assertions, track_caller)]
fn format(key: &'static str, args: &FluentArgs<'_>) -> String {
    SHOWN.with(ArcRwSignal::clone).track();
    CATALOGUE.with_borrow(|catalogue| catalogue.format(key, args, VOICE.get()))
}

async fn show(language: &'static Language) -> Result<(), LoadError> {
    WANTED.set(language);
    let bundle = if language == NORWEGIAN { None } else { Some(fetch(language).await?) };
    if WANTED.get() != language {
        return Ok(());
    }
    CATALOGUE.with_borrow_mut(|catalogue| catalogue.choose(bundle, language.direction));
    browser::mark_document(language);
    SHOWN.with(ArcRwSignal::clone).update(|shown| *shown = language);
    Ok(())
}

async fn fetch(language: &'static Language) -> Result<Bundle, LoadError> {
    let address = format!("/locales/{}.ftl", language.code);
    let response = Request::get(&address).send().await.map_err(LoadError::Unreachable)?;
    if !response.ok() {
        return Err(LoadError::Refused { status: response.status() });
    }
    let source = response.text().await.map_err(LoadError::Unreachable)?;
    catalogue::parse(language, source)
}

fn find(code: &str) -> Option<&'static Language> {
    tr::LANGUAGES.iter().find(|language| language.code == code)
}

/// The language we have for a browser's tag such as `en-GB`; all Norwegian is read as `nb`.
fn matching(tag: &str) -> Option<&'static Language> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let norwegian = matches!(primary.as_str(), "no" | "nn").then_some(NORWEGIAN);
    find(&primary).or(norwegian)
}

/// Installs a language from the real files without a browser.
#[cfg(test)]
pub(crate) fn speak(code: &str) {
    let bundle = |language: &Language| {
        let source = match language.code {
            "nb" => include_str!("../../locales/nb.ftl"),
            "en" => include_str!("../../locales/en.ftl"),
            other => panic!("no test has the file of {other}"),
        };
        catalogue::parse(language, source.to_owned()).expect("the build has checked the file")
    };
    let language = find(code).expect("the build has listed the language");
    CATALOGUE.with_borrow_mut(|catalogue| {
        catalogue.set_norwegian(bundle(NORWEGIAN));
        let chosen = (language != NORWEGIAN).then(|| bundle(language));
        catalogue.choose(chosen, language.direction);
    });
    SHOWN.with(ArcRwSignal::clone).update(|shown| *shown = language);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_said_in_the_chosen_language_and_in_norwegian() {
        speak("en");
        assert_eq!(tr::order_packets(62), "62 lunch packets");
        assert_eq!(in_norwegian(|| tr::order_packets(1)), "1 matpakke");
        assert_eq!(in_norwegian(tr::action_save), "Lagre");
        assert_eq!(tr::action_save(), "Save");
        assert!(!is_norwegian());
        speak("nb");
        assert_eq!(tr::action_save(), "Lagre");
        assert!(is_norwegian());
    }

    #[test]
    fn every_language_says_the_order_sentence_of_the_school() {
        speak("nb");
        let said = tr::order_until("12.00", dates::left(70));
        assert_eq!(said, "Du kan endre til kl. 12.00 – 1 t 10 min igjen.");
        speak("en");
        let said = tr::order_unusual(62, 620);
        assert_eq!(said, "Usually 62. Is 620 right?");
    }

    #[test]
    fn the_browsers_tags_find_our_languages() {
        let code = |tag| matching(tag).map(|language| language.code);
        assert_eq!(code("nb-NO"), Some("nb"));
        assert_eq!(code("nn"), Some("nb"));
        assert_eq!(code("no"), Some("nb"));
        assert_eq!(code("EN_us"), Some("en"));
        assert_eq!(code("tlh"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn norwegian_comes_first_in_the_list_of_languages() {
        assert_eq!(NORWEGIAN.code, "nb");
        assert_eq!(NORWEGIAN.direction.html(), "ltr");
    }
}
