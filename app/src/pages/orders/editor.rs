//! Changing one day: what is typed waits a moment, may be questioned, and is then sent.
//!
//! What the rules refuse stays in the field with the reason. After the deadline nothing is sent
//! by itself: the school asks the kitchen.

use std::time::Duration;

use leptos::prelude::*;
use shared::{
    domain::order::{Choice, MOST_PACKETS, is_surprising},
    prim::{Date, Timestamp},
};

use super::{desk::Day, words};
use crate::{components::Notice, i18n::tr};

/// How long a count stands still before it is sent: one order for four taps on “one more”.
const PAUSE: Duration = Duration::from_millis(700);

/// What a control wants for a day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wish {
    /// Which day.
    pub date: Date,
    /// What is wanted.
    pub choice: Choice,
    /// The answers its author was looking at.
    pub seen: Vec<Box<str>>,
    /// What stood before, to go back to; nothing in a dispute.
    pub before: Option<Choice>,
    /// Does it come after the deadline, so that the kitchen is asked?
    pub is_late: bool,
}

/// Takes a wish, or says why not.
pub(crate) type Wishes = Callback<Wish, Result<(), String>>;

#[derive(Debug, Clone, PartialEq)]
struct Draft {
    count: i64,
    seen: Vec<Box<str>>,
    hold: Hold,
}

/// What a count that was typed waits for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Hold {
    /// For a pause, or to be sent to the kitchen as a question.
    Pause,
    /// For a yes: it is far from the usual count.
    Unusual(i64),
    /// For another count: this one was refused, and why.
    Refused(String),
}

/// Has the person said that an unusual count is meant?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meant {
    Perhaps,
    Yes,
}

/// The state of one day's controls.
#[derive(Clone, Copy)]
pub(crate) struct Editor {
    day: Memo<Day>,
    is_late: Memo<bool>,
    wishes: Wishes,
    draft: RwSignal<Option<Draft>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Editor {
    /// The controls of `day`. A count that still waits is sent when they leave the page.
    pub(crate) fn new(day: Memo<Day>, now: Memo<Timestamp>, wishes: Wishes) -> Self {
        let editor = Self {
            day,
            is_late: Memo::new(move |_| day.with(|day| now.get() >= day.deadline)),
            wishes,
            draft: RwSignal::new(None),
            timer: StoredValue::new(None),
        };
        on_cleanup(move || {
            if editor.timer.get_value().is_some() {
                editor.commit(Meant::Perhaps);
            }
        });
        editor
    }

    /// The count in the field: the typed one, or what stands.
    pub(crate) fn count(self) -> i64 {
        let typed = self.draft.with(|draft| draft.as_ref().map(|draft| draft.count));
        typed.unwrap_or_else(|| self.day.with(|day| i64::from(day.packets)))
    }

    /// What a typed count waits for, if there is one.
    pub(crate) fn hold(self) -> Option<Hold> {
        self.draft.with(|draft| draft.as_ref().map(|draft| draft.hold.clone()))
    }

    /// Does the field hold a count that cannot be sent like this?
    pub(crate) fn is_invalid(self) -> bool {
        matches!(self.hold(), Some(Hold::Unusual(_) | Hold::Refused(_)))
    }

    /// Is the deadline over?
    pub(crate) fn is_late(self) -> bool {
        self.is_late.get()
    }

    /// Somebody typed or stepped to `count`. She saw what stood when she began.
    pub(crate) fn typed(self, count: i64) {
        self.stop();
        let begun = self.draft.with_untracked(|draft| draft.as_ref().map(|draft| draft.seen.clone()));
        let seen = begun.unwrap_or_else(|| self.day.with_untracked(|day| day.seen.clone()));
        let hold = Hold::Pause;
        self.draft.set(Some(Draft { count, seen, hold }));
        if !self.is_late.get_untracked() {
            let timer = set_timeout_with_handle(move || self.commit(Meant::Perhaps), PAUSE);
            self.timer.set_value(timer.ok());
        }
    }

    /// Sends a choice that needs no typing: closed, or the standard again.
    pub(crate) fn choose(self, choice: Choice) {
        self.stop();
        let seen = self.day.with_untracked(|day| day.seen.clone());
        match self.wish(choice, seen.clone()) {
            Ok(()) => self.draft.set(None),
            Err(said) => {
                let count = self.day.with_untracked(|day| i64::from(day.packets));
                let hold = Hold::Refused(said);
                self.draft.set(Some(Draft { count, seen, hold }));
            }
        }
    }

    /// Forgets what was typed.
    pub(crate) fn forget(self) {
        self.stop();
        self.draft.set(None);
    }

    fn commit(self, meant: Meant) {
        self.stop();
        let Some(draft) = self.draft.get_untracked() else {
            return;
        };
        match self.day.with_untracked(|day| weigh(day, draft.count, meant)) {
            Weighed::Stands => return self.draft.set(None),
            Weighed::Unusual => {
                let hold = Hold::Unusual(draft.count);
                return self.draft.set(Some(Draft { hold, ..draft }));
            }
            Weighed::Send => {}
        }
        match self.wish(Choice::Count(draft.count), draft.seen.clone()) {
            Ok(()) => self.draft.set(None),
            Err(said) => {
                let hold = Hold::Refused(said);
                self.draft.set(Some(Draft { hold, ..draft }));
            }
        }
    }

    fn wish(self, choice: Choice, seen: Vec<Box<str>>) -> Result<(), String> {
        let (date, before) = self.day.with_untracked(|day| (day.date, day.chosen));
        self.wishes.run(Wish { date, choice, seen, before, is_late: self.is_late.get_untracked() })
    }

    fn stop(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        self.timer.set_value(None);
    }
}

/// What is to be done with a typed count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weighed {
    /// Nothing: it says what stands.
    Stands,
    /// Ask first: it is far from the usual count.
    Unusual,
    /// Send it; the rules judge the rest.
    Send,
}

fn weigh(day: &Day, count: i64, meant: Meant) -> Weighed {
    let is_settled = day.chosen.is_some() && day.question.is_none();
    if is_settled && i64::from(day.packets) == count {
        return Weighed::Stands;
    }
    // A count outside the bounds is refused anyway: no question first.
    let is_possible = (0..=i64::from(MOST_PACKETS)).contains(&count);
    if meant == Meant::Perhaps && is_possible && is_surprising(count, day.standard) {
        return Weighed::Unusual;
    }
    Weighed::Send
}

/// What stands between a typed count and its being sent: a question, a refusal, the deadline.
#[component]
pub(crate) fn Ask(
    /// The day's controls.
    editor: Editor,
) -> impl IntoView {
    let usual = move || editor.day.with(|day| day.standard);
    let deadline = move || editor.day.with(|day| words::clock(day.deadline));
    move || match editor.hold()? {
        Hold::Unusual(count) => Some(
            view! {
                <Notice color="warning" icon="help" alert=true>
                    <p>
                        <b>{move || tr::order_unusual(usual(), count)}</b>
                    </p>
                    <div class="cluster">
                        <button
                            type="button"
                            class="ds-button"
                            data-variant="secondary"
                            data-size="sm"
                            on:click=move |_| editor.commit(Meant::Yes)
                        >
                            {move || tr::order_unusual_yes(count)}
                        </button>
                        <button type="button" class="ds-button" data-size="sm" on:click=move |_| editor.forget()>
                            {tr::order_unusual_change}
                        </button>
                    </div>
                </Notice>
            }
            .into_any(),
        ),
        Hold::Refused(said) => Some(view! { <p class="ds-validation-message" role="alert">{said}</p> }.into_any()),
        Hold::Pause if editor.is_late() => Some(
            view! {
                <Notice color="warning" icon="late">
                    <p>
                        {move || tr::order_deadline_passed(deadline())} " " {tr::order_deadline_ask}
                    </p>
                    <div class="cluster">
                        <button
                            type="button"
                            class="ds-button"
                            data-size="sm"
                            on:click=move |_| editor.commit(Meant::Perhaps)
                        >
                            {tr::order_ask_kitchen}
                        </button>
                        <button
                            type="button"
                            class="ds-button"
                            data-variant="tertiary"
                            data-color="neutral"
                            data-size="sm"
                            on:click=move |_| editor.forget()
                        >
                            {tr::action_cancel}
                        </button>
                    </div>
                </Notice>
            }
            .into_any(),
        ),
        Hold::Pause => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::testkit::{at, centre, date, id};

    use super::*;
    use crate::pages::orders::desk::desk;

    #[test]
    fn an_unusual_count_is_asked_about_once_and_an_impossible_one_is_not() {
        let desk = desk(centre().view(), &id("secretary"), at("2026-11-24 10:00")).unwrap().unwrap();
        let day = desk.day(date("2026-11-25")).unwrap();
        assert_eq!(weigh(day, 62, Meant::Perhaps), Weighed::Stands);
        assert_eq!(weigh(day, 58, Meant::Perhaps), Weighed::Send);
        assert_eq!(weigh(day, 620, Meant::Perhaps), Weighed::Unusual);
        assert_eq!(weigh(day, 620, Meant::Yes), Weighed::Send);
        assert_eq!(weigh(day, 6_200, Meant::Perhaps), Weighed::Send);
        assert_eq!(weigh(day, -1, Meant::Perhaps), Weighed::Send);
    }

    #[test]
    fn in_a_dispute_the_larger_count_can_still_be_chosen() {
        let desk = desk(centre().view(), &id("secretary"), at("2026-11-24 10:00")).unwrap().unwrap();
        let mut day = desk.day(date("2026-11-25")).unwrap().clone();
        day.chosen = None;
        assert_eq!(weigh(&day, 62, Meant::Perhaps), Weighed::Send);
    }
}
