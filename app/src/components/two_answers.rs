//! Several answers to one question: each is named, and whoever may decide chooses one.

use leptos::prelude::*;

use super::Notice;
use crate::i18n::tr;

/// One of the answers.
pub struct Offer {
    /// What, who and when.
    pub said: String,
    /// What the button says; for whom it cannot be seen, `named` says the rest.
    pub pick: String,
    /// The name of the button where it is read aloud.
    pub named: String,
    /// Chooses this answer; nothing for who may only look.
    pub choose: Option<Callback<()>>,
}

/// The answers, and what holds until one is chosen.
#[component]
pub fn TwoAnswers(
    /// What was asked; “To svar. Velg ett.” if left out.
    #[prop(optional, into)]
    title: Option<String>,
    /// The answers.
    offers: Vec<Offer>,
    /// What holds until then.
    #[prop(optional, into)]
    meanwhile: Option<String>,
) -> impl IntoView {
    let offers = offers.into_iter().map(|Offer { said, pick, named, choose }| {
        let button = choose.map(|choose| {
            view! {
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    aria-label=named
                    on:click=move |_| choose.run(())
                >
                    {pick}
                </button>
            }
        });
        view! { <li class="cluster"><span>{said}</span> {button}</li> }
    });
    let offers = offers.collect_view();
    view! {
        <Notice color="warning" icon="help">
            <p>
                <b>{title.unwrap_or_else(tr::kitchen_two_answers)}</b>
            </p>
            <ul class="stack" data-gap="2">
                {offers}
            </ul>
            {meanwhile.map(|said| view! { <p>{said}</p> })}
        </Notice>
    }
}
