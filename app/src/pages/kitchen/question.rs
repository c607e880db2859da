//! A late wish of a school, and the kitchen's answer: yes, no, or another number.

use leptos::prelude::*;
use shared::domain::order::{Choice, Late, Verdict};

use super::board::{Question, SchoolBoard, difference};
use crate::{
    components::{Icon, Stepper},
    i18n::tr,
    pages::orders::words,
};

/// Answers a wish; why not is told by the signal.
pub(crate) type Answering = Callback<(Question, Verdict, RwSignal<Option<String>>)>;

/// “+4”, “−4” or “steng dagen”.
pub(crate) fn wished(late: &Late, standard: u16) -> String {
    if late.choice == Choice::Closed {
        return tr::board_wish_close();
    }
    match difference(late, standard) {
        more @ 0.. => format!("+{more}"),
        fewer => format!("−{}", fewer.unsigned_abs()),
    }
}

/// A wish that waits.
#[component]
pub(crate) fn QuestionCard(
    /// The wish.
    question: Question,
    /// Takes the answer.
    on_answer: Answering,
    /// May this user answer?
    may_answer: Signal<bool>,
) -> impl IntoView {
    let number = RwSignal::new(question.suggestion());
    let refused = RwSignal::new(None::<String>);
    let heading = format!("question-{}", question.school);
    let labelled_by = heading.clone();
    let question = StoredValue::new(question);
    let said = move || {
        question.with_value(|question| {
            tr::kitchen_late_question(
                question.name.clone(),
                wished(&question.late, question.standard),
                words::clock(question.late.made_at),
                words::clock(question.late.received_at),
            )
        })
    };
    let change = move || {
        question.with_value(|question| {
            let wish = words::choice(question.late.choice, question.standard);
            tr::plan_old_new(tr::order_packets(question.late.before), wish)
        })
    };
    let deadline = move || question.with_value(|question| tr::order_deadline_passed(words::clock(question.deadline)));
    let answer = move |verdict: Verdict| {
        on_answer.run((question.get_value(), verdict, refused));
    };
    let buttons = move || {
        let on_change = Callback::new(move |count: i64| number.set(count));
        view! {
            <div class="question__answers">
                <button
                    type="button"
                    class="ds-button"
                    data-color="success"
                    on:click=move |_| answer(Verdict::Yes)
                >
                    {tr::kitchen_late_yes}
                </button>
                <button
                    type="button"
                    class="ds-button"
                    data-variant="secondary"
                    on:click=move |_| answer(Verdict::No)
                >
                    {tr::kitchen_late_no}
                </button>
                <span class="question__other">
                    <Stepper label=tr::board_late_total value=number on_change/>
                    <button
                        type="button"
                        class="ds-button"
                        data-variant="secondary"
                        on:click=move |_| answer(Verdict::Count(number.get_untracked()))
                    >
                        {move || tr::board_late_total_send(number.get())}
                    </button>
                </span>
            </div>
        }
    };
    view! {
        <section class="question" aria-labelledby=labelled_by>
            <Icon name="help"/>
            <div>
                <h2 id=heading>{said}</h2>
                <p>{change}</p>
                <p>{deadline}</p>
                {move || may_answer.get().then(buttons)}
                {move || {
                    refused.get().map(|said| view! { <p class="ds-validation-message" role="alert">{said}</p> })
                }}
            </div>
        </section>
    }
}

/// A wish that has its answer: what the school sees, with the time.
#[component]
pub(crate) fn AnsweredCard(
    /// The school whose wish it was.
    school: SchoolBoard,
) -> impl IntoView {
    let heading = format!("answered-{}", school.id);
    let labelled_by = heading.clone();
    let school = StoredValue::new(school);
    let asked = move || {
        school.with_value(|school| {
            let late = school.answered.as_ref().map(|(late, _)| wished(late, school.standard));
            tr::board_asked(school.name.clone(), late.unwrap_or_default())
        })
    };
    let answer =
        move || school.with_value(|school| school.answered.as_ref().and_then(|(late, by)| answered(late, by.clone())));
    view! {
        <section class="question" data-answered="" aria-labelledby=labelled_by>
            <Icon name="check-circle"/>
            <div>
                <h2 id=heading>{asked}</h2>
                <p>{answer}</p>
            </div>
        </section>
    }
}

fn answered(late: &Late, by: Option<String>) -> Option<String> {
    let answer = late.answer.as_ref()?;
    let time = words::clock(answer.at);
    Some(match (answer.verdict, by) {
        (Verdict::Yes, Some(name)) => tr::kitchen_answered_yes(name, time),
        (Verdict::Yes, None) => tr::board_answered_yes(time),
        (Verdict::No, Some(name)) => tr::kitchen_answered_no(name, time),
        (Verdict::No, None) => tr::board_answered_no(time),
        (Verdict::Count(count), Some(name)) => tr::kitchen_answered_count(count, name, time),
        (Verdict::Count(count), None) => tr::board_answered_count(count, time),
    })
}

#[cfg(test)]
mod tests {
    use shared::testkit::at;

    use super::*;
    use crate::i18n::speak;

    #[test]
    fn a_wish_is_said_as_more_fewer_or_closed() {
        speak("nb");
        let said = |choice: Choice| {
            let late = Late {
                id: "a.1".into(),
                choice,
                before: 55,
                by: "other-secretary".into(),
                made_at: at("2026-11-23 11:40"),
                received_at: at("2026-11-23 13:05"),
                answer: None,
            };
            wished(&late, 55)
        };
        assert_eq!(said(Choice::Count(59)), "+4");
        assert_eq!(said(Choice::Count(51)), "−4");
        assert_eq!(said(Choice::Standard), "+0");
        assert_eq!(said(Choice::Closed), "steng dagen");
    }
}
