//! What a school and the kitchen may do to an order.

use serde::{Deserialize, Serialize};

use super::{Choice, Late, LateAnswer, Order, Verdict, in_bounds, lunch};
use crate::{
    command::{self, Ask, Command, Ctx},
    domain::{
        crew::{self, By},
        school::School,
    },
    entity::{Key, Tag},
    policy::{Action, Permit},
    prim::{Answers, Date, Id},
    registry::Kind,
    rejection::Rejection,
    view::{Halt, View},
};

/// Orders, changes or closes one day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Which school.
    pub school: Id<School>,
    /// Which day.
    pub day: Date,
    /// What is wanted.
    pub choice: Choice,
    /// The answers its author was looking at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Box<str>>,
}

impl Command for Change {
    const NAME: &'static str = "order.change";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        let action = if self.choice == Choice::Closed { Action::CloseLunch } else { Action::OrderLunch };
        Ok(Ask::new(action, [Tag::school(&self.school)]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<command::Change>, Halt> {
        let school = view.must::<School>(&Key::of(&[&self.school]))?;
        if let Choice::Count(count) = self.choice {
            in_bounds(count)?;
        }
        school.open_on(self.day)?;
        if self.day < ctx.received_at.date() {
            return Err(Rejection::DayIsOver { date: self.day }.into());
        }
        let before = lunch(view, school, self.day)?;
        let mut order = standing_order(view, &self.school, self.day)?;
        if ctx.received_at < before.deadline {
            order.answers.add(ctx.answer(self.choice, &self.seen));
        } else {
            order.late.push(Late {
                id: ctx.id.into(),
                choice: self.choice,
                before: before.stands.packets(before.standard),
                by: ctx.actor.user.as_str().into(),
                made_at: ctx.made_at,
                received_at: ctx.received_at,
                answer: None,
            });
        }
        Ok(vec![command::Change::Put(order.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Order, Key::of(&[&self.school, &self.day])))
    }
}

/// Answers a wish that came after the deadline.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerLate {
    /// Which school.
    pub school: Id<School>,
    /// Which day.
    pub day: Date,
    /// The wish that is answered.
    pub question: Box<str>,
    /// Yes, no, or so many.
    pub verdict: Verdict,
    /// Who of the crew answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<By>,
}

impl AnswerLate {
    /// What whoever answers proves to have said. For ever: a queue may lie on a tablet for a month.
    #[must_use]
    pub fn said(&self) -> String {
        let Self { school, day, question, verdict, by: _ } = self;
        let verdict = match verdict {
            Verdict::Yes => "yes".to_owned(),
            Verdict::No => "no".to_owned(),
            Verdict::Count(count) => count.to_string(),
        };
        format!("{} {school} {day} {verdict} {question}", Self::NAME)
    }
}

impl Command for AnswerLate {
    const NAME: &'static str = "order.answer";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        let about = [Tag::kitchen(), Tag::school(&self.school)];
        Ok(Ask::new(Action::AnswerLate, about))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<command::Change>, Halt> {
        let key = Key::of(&[&self.school, &self.day]);
        let mut order = view.must::<Order>(&key)?.clone();
        if let Verdict::Count(count) = self.verdict {
            in_bounds(count)?;
        }
        if self.day < ctx.received_at.date() {
            return Err(Rejection::DayIsOver { date: self.day }.into());
        }
        let seen = order.answers.seen();
        let open = order.late.last_mut().filter(|late| late.id == self.question && late.answer.is_none());
        let late = open.ok_or(Rejection::AlreadyAnswered)?;
        late.answer = Some(LateAnswer {
            verdict: self.verdict,
            by: ctx.actor.user.as_str().into(),
            hand: crew::hand(self.by.as_ref(), &self.said(), view)?,
            at: ctx.received_at,
        });
        let accepted = match self.verdict {
            Verdict::Yes => Some(late.choice),
            Verdict::No => None,
            Verdict::Count(count) => Some(Choice::Count(count)),
        };
        if let Some(choice) = accepted {
            order.answers.add(ctx.answer(choice, &seen));
        }
        Ok(vec![command::Change::Put(order.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Order, Key::of(&[&self.school, &self.day])))
    }

    fn foreseen(&self) -> Vec<(Kind, Key)> {
        self.about().into_iter().chain(self.by.as_ref().map(By::foreseen)).collect()
    }
}

fn standing_order(view: View<'_>, school: &Id<School>, day: Date) -> Result<Order, Halt> {
    let order = view.get::<Order>(&Key::of(&[school, &day]))?.cloned();
    Ok(order.unwrap_or_else(|| Order { school: school.clone(), day, answers: Answers::default(), late: Vec::new() }))
}
