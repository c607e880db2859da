//! The languages participants read or hear best, by BCP 47 tag.

use shared::prim::sort_by;

use crate::{components::field::Choices, i18n::tr};

/// The tags a form offers.
const OFFERED: [&str; 29] = [
    "sq", "am", "ar", "bs", "my", "prs", "en", "tl", "fr", "kmr", "ckb", "lt", "nb", "om", "ps", "fa", "pl", "rw",
    "ro", "ru", "so", "es", "sw", "ta", "th", "ti", "tr", "uk", "ur",
];

/// What the language of a tag is called; the tag itself where we have no name.
pub fn name(tag: &str) -> String {
    match tag {
        "am" => tr::speaks_am(),
        "ar" => tr::speaks_ar(),
        "bs" => tr::speaks_bs(),
        "ckb" => tr::speaks_ckb(),
        "en" => tr::speaks_en(),
        "es" => tr::speaks_es(),
        "fa" => tr::speaks_fa(),
        "fr" => tr::speaks_fr(),
        "kmr" => tr::speaks_kmr(),
        "lt" => tr::speaks_lt(),
        "my" => tr::speaks_my(),
        "nb" => tr::speaks_nb(),
        "om" => tr::speaks_om(),
        "pl" => tr::speaks_pl(),
        "prs" => tr::speaks_prs(),
        "ps" => tr::speaks_ps(),
        "ro" => tr::speaks_ro(),
        "ru" => tr::speaks_ru(),
        "rw" => tr::speaks_rw(),
        "so" => tr::speaks_so(),
        "sq" => tr::speaks_sq(),
        "sw" => tr::speaks_sw(),
        "ta" => tr::speaks_ta(),
        "th" => tr::speaks_th(),
        "ti" => tr::speaks_ti(),
        "tl" => tr::speaks_tl(),
        "tr" => tr::speaks_tr(),
        "uk" => tr::speaks_uk(),
        "ur" => tr::speaks_ur(),
        other => other.to_owned(),
    }
}

/// The choices of a form: unknown first, then by name, and `standing` even where we do not offer it.
pub fn choices(standing: &str) -> Choices {
    let unknown = (String::new(), tr::adviser_unknown());
    let other = (!standing.is_empty() && !OFFERED.contains(&standing)).then_some(standing);
    let mut named: Choices = OFFERED.into_iter().chain(other).map(|tag| (tag.to_owned(), name(tag))).collect();
    sort_by(&mut named, |a, b| a.1.cmp(&b.1));
    std::iter::once(unknown).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_offered_has_a_name() {
        crate::i18n::speak("nb");
        for tag in OFFERED {
            assert_ne!(name(tag), tag);
        }
    }

    #[test]
    fn a_language_we_do_not_offer_stays_chosen() {
        crate::i18n::speak("nb");
        let choices = choices("xx");
        assert_eq!(choices.len(), OFFERED.len() + 2);
        assert!(choices.iter().any(|(tag, words)| tag == "xx" && words == "xx"));
        assert_eq!(choices[0].0, "");
    }
}
