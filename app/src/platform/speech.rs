//! Reads Norwegian aloud with the device's own voice, where it has one.
//!
//! Traps met here: voices arrive late; speech starts only from a tap; an utterance that is dropped
//! goes silent in the middle; one above some 200 characters stops by itself.

use std::cell::RefCell;

use leptos::prelude::{ArcRwSignal, Get as _, RwSignal, Set as _, window};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Event, SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice};

use super::js;

/// The most characters one utterance may have.
const MOST: usize = 190;

thread_local! {
    static HAS_VOICE: ArcRwSignal<bool> = ArcRwSignal::new(false);
    static SPEAKING: RefCell<Option<Speaking>> = const { RefCell::new(None) };
}

/// What is being read: kept alive, so that it is read to its end.
struct Speaking {
    /// Whose button shows that it is read.
    shown: RwSignal<bool>,
    utterances: Vec<SpeechSynthesisUtterance>,
    _when_done: Closure<dyn FnMut(Event)>,
}

/// Looks for a Norwegian voice, now and whenever the browser has found more voices.
pub fn start() {
    let Some(synthesis) = synthesis() else { return };
    let look = || {
        let has_voice = norwegian_voice().is_some();
        HAS_VOICE.with(ArcRwSignal::clone).set(has_voice);
    };
    look();
    js::listen(&synthesis, "voiceschanged", move |_| look());
}

/// Is there a Norwegian voice? A view that asks follows it.
pub fn has_voice() -> bool {
    HAS_VOICE.with(ArcRwSignal::clone).get()
}

/// Reads `text` aloud instead of whatever is read now; `shown` is true while it lasts.
pub fn say(text: &str, shown: RwSignal<bool>) {
    stop();
    let (Some(synthesis), Some(voice)) = (synthesis(), norwegian_voice()) else {
        return;
    };
    let when_done = Closure::<dyn FnMut(Event)>::new(move |_: Event| {
        let _ = shown.try_set(false);
    });
    let mut utterances = Vec::new();
    for piece in pieces(text) {
        let Ok(utterance) = SpeechSynthesisUtterance::new_with_text(&piece) else {
            continue;
        };
        utterance.set_lang("nb-NO");
        utterance.set_voice(Some(&voice));
        utterances.push(utterance);
    }
    if let Some(last) = utterances.last() {
        last.set_onend(Some(when_done.as_ref().unchecked_ref()));
        last.set_onerror(Some(when_done.as_ref().unchecked_ref()));
        let _ = shown.try_set(true);
    }
    for utterance in &utterances {
        synthesis.speak(utterance);
    }
    let speaking = Speaking { shown, utterances, _when_done: when_done };
    SPEAKING.set(Some(speaking));
}

/// Stops reading.
pub fn stop() {
    if let Some(synthesis) = synthesis() {
        synthesis.cancel();
    }
    if let Some(before) = SPEAKING.take() {
        for utterance in &before.utterances {
            utterance.set_onend(None);
            utterance.set_onerror(None);
        }
        let _ = before.shown.try_set(false);
    }
}

fn synthesis() -> Option<SpeechSynthesis> {
    let window = window();
    if !js::has(&window, "speechSynthesis") {
        return None;
    }
    window.speech_synthesis().ok()
}

fn norwegian_voice() -> Option<SpeechSynthesisVoice> {
    let voices = synthesis()?.get_voices();
    let mut voices = voices.iter().map(|voice| voice.unchecked_into::<SpeechSynthesisVoice>());
    voices.find(|voice| is_norwegian(&voice.lang()))
}

/// Android writes `nb_NO`.
fn is_norwegian(language: &str) -> bool {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    matches!(primary.to_ascii_lowercase().as_str(), "nb" | "no")
}

/// `text` in pieces that a voice reads to their end: at sentences, else at spaces.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for word in text.split_whitespace() {
        let is_full = piece.chars().count() + 1 + word.chars().count() > MOST;
        let ends = piece.ends_with(['.', '!', '?']) && piece.chars().count() > MOST / 2;
        if !piece.is_empty() && (is_full || ends) {
            pieces.push(std::mem::take(&mut piece));
        }
        if !piece.is_empty() {
            piece.push(' ');
        }
        piece.push_str(word);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_read_in_pieces_that_lose_nothing() {
        let text = "Mat og prat. Klokka ni til halv tolv. ".repeat(20);
        let pieces = pieces(&text);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= MOST));
        assert_eq!(pieces.join(" "), text.trim());
        assert!(pieces[0].ends_with('.'));
    }

    #[test]
    fn a_short_text_is_one_piece_and_no_text_is_none() {
        assert_eq!(pieces(" God  morgen "), ["God morgen"]);
        assert!(pieces("  ").is_empty());
    }

    #[test]
    fn norwegian_is_known_by_all_its_names() {
        for code in ["nb-NO", "nb_NO", "no", "NB"] {
            assert!(is_norwegian(code), "{code}");
        }
        for code in ["nn-NO", "en-GB", "nbx", ""] {
            assert!(!is_norwegian(code), "{code}");
        }
    }
}
