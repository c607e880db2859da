//! The loaded bundles: Norwegian always, and the chosen language if it is another.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

use super::{Direction, Language, LoadError};

/// The messages of one language.
pub(super) type Bundle = FluentBundle<FluentResource>;

/// Which of the loaded languages speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The chosen one; Norwegian where it lacks a message.
    Chosen,
    /// Norwegian.
    Norwegian,
}

/// Everything that is loaded.
pub(super) struct Catalogue {
    norwegian: Option<Bundle>,
    chosen: Option<Bundle>,
}

impl Catalogue {
    pub(super) const fn empty() -> Self {
        Self { norwegian: None, chosen: None }
    }

    pub(super) fn set_norwegian(&mut self, norwegian: Bundle) {
        self.norwegian = Some(norwegian);
    }

    /// Speaks `chosen` from now on, or Norwegian alone.
    ///
    /// Fluent can wrap each inserted value in the invisible marks U+2068 and U+2069, so that a
    /// Latin name cannot turn an Arabic sentence around. They are on in both bundles as soon as
    /// the screen runs from right to left, and off otherwise: among left-to-right languages they
    /// would only get into copied texts, the speech of a screen reader and the locators of tests.
    /// Texts with these marks are for the screen; `shared` refuses them in what people save.
    pub(super) fn choose(&mut self, chosen: Option<Bundle>, direction: Direction) {
        self.chosen = chosen;
        let isolate = direction == Direction::RightToLeft;
        for bundle in self.chosen.iter_mut().chain(&mut self.norwegian) {
            bundle.set_use_isolating(isolate);
        }
    }

    /// The text of `key`; the key itself when nobody knows it, which the build rules out for
    /// files of the same release.
    pub(super) fn format(&self, key: &'static str, args: &FluentArgs<'_>, voice: Voice) -> String {
        let first = match voice {
            Voice::Chosen => self.chosen.as_ref(),
            Voice::Norwegian => None,
        };
        let mut speakers = first.into_iter().chain(&self.norwegian);
        speakers.find_map(|bundle| say(bundle, key, args)).unwrap_or_else(|| {
            debug_assert!(self.norwegian.is_none(), "there is no message {key}");
            key.to_owned()
        })
    }
}

/// Reads a message file.
pub(super) fn parse(language: &Language, source: String) -> Result<Bundle, LoadError> {
    let malformed = |what: String| LoadError::Malformed { what };
    let resource = FluentResource::try_new(source)
        .map_err(|(_, errors)| malformed(errors.first().map(ToString::to_string).unwrap_or_default()))?;
    let mut bundle = FluentBundle::new(vec![language.code.parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource)
        .map_err(|errors| malformed(errors.first().map(ToString::to_string).unwrap_or_default()))?;
    Ok(bundle)
}

fn say(bundle: &Bundle, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
    debug_assert!(errors.is_empty(), "{key}: {errors:?}");
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARABIC: Language = Language { code: "ar", own_name: "العربية", direction: Direction::RightToLeft };
    const NORWEGIAN: Language = Language { code: "nb", own_name: "Norsk", direction: Direction::LeftToRight };

    fn bundle(language: &Language, source: &str) -> Bundle {
        parse(language, source.to_owned()).unwrap()
    }

    fn with_name(name: &'static str) -> FluentArgs<'static> {
        FluentArgs::from_iter([("name", name)])
    }

    #[test]
    fn norwegian_fills_what_a_language_lacks() {
        let mut catalogue = Catalogue::empty();
        catalogue.set_norwegian(bundle(&NORWEGIAN, "yes = Ja\nno = Nei\n"));
        catalogue.choose(Some(bundle(&ARABIC, "yes = نعم\n")), ARABIC.direction);
        let said = |key, voice| catalogue.format(key, &FluentArgs::new(), voice);
        assert_eq!(said("yes", Voice::Chosen), "نعم");
        assert_eq!(said("no", Voice::Chosen), "Nei");
        assert_eq!(said("yes", Voice::Norwegian), "Ja");
    }

    #[test]
    fn values_are_isolated_only_while_the_screen_runs_from_right_to_left() {
        let mut catalogue = Catalogue::empty();
        catalogue.set_norwegian(bundle(&NORWEGIAN, "with = Med { $name }\n"));
        catalogue.choose(Some(bundle(&ARABIC, "with = مع { $name }\n")), ARABIC.direction);
        let args = with_name("Kari");
        assert_eq!(catalogue.format("with", &args, Voice::Chosen), "مع \u{2068}Kari\u{2069}");
        assert_eq!(catalogue.format("with", &args, Voice::Norwegian), "Med \u{2068}Kari\u{2069}");
        catalogue.choose(None, NORWEGIAN.direction);
        assert_eq!(catalogue.format("with", &args, Voice::Chosen), "Med Kari");
    }

    #[test]
    fn without_any_language_the_key_is_shown() {
        let said = Catalogue::empty().format("week-title", &FluentArgs::new(), Voice::Chosen);
        assert_eq!(said, "week-title");
    }

    #[test]
    fn a_page_in_place_of_the_file_is_told_apart() {
        let page = "<!DOCTYPE html>\n<title>Minvei</title>\n".to_owned();
        assert!(matches!(parse(&NORWEGIAN, page), Err(LoadError::Malformed { .. })));
    }

    #[test]
    fn plurals_follow_the_language() {
        let source =
            "days = { $n ->\n    [one] one\n    [two] two\n    [few] few\n    [many] many\n   *[other] other\n }\n";
        let mut catalogue = Catalogue::empty();
        catalogue.choose(Some(bundle(&ARABIC, source)), ARABIC.direction);
        let said = |n: i64| {
            let args = FluentArgs::from_iter([("n", n)]);
            catalogue.format("days", &args, Voice::Chosen)
        };
        assert_eq!([1, 2, 3, 11, 100].map(said), ["one", "two", "few", "many", "other"]);
    }
}
