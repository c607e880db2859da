//! The kitchen's board for a day: the total, each school, its ticks, and what it asks.
//!
//! Pure: rows and the time go in, the page's model comes out. The count sheet shows the same.

use shared::{
    Halt, Key, View,
    domain::{
        crew::Crew,
        order::{Late, Order, Stands},
        packing::{self, SchoolDay, Step, Tick},
        school::School,
    },
    prim::{Answer, AnswersNow, AnyId, Date, Id, Timestamp, day_after},
};

use crate::pages::orders::desk::{Names, Said, disputed, names};

/// The kitchen's day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Board {
    /// Which day.
    pub date: Date,
    /// All packets.
    pub total: u32,
    /// The dish and what comes beside it.
    pub menu: Option<String>,
    /// The schools that get packets or ask something, by name.
    pub schools: Vec<SchoolBoard>,
    /// The schools the calendar has closed.
    pub closed: Vec<ClosedSchool>,
    /// The packets for which each step is done.
    pub done: [u32; 4],
    /// When nothing goes out: the next day on which a school is open.
    pub next_day: Option<Date>,
}

/// One school's day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SchoolBoard {
    /// Which school.
    pub id: Id<School>,
    /// What it is called.
    pub name: String,
    /// How many packets to make.
    pub packets: u16,
    /// How many it usually is.
    pub standard: u16,
    /// Closed by the school for this day.
    pub is_closed: bool,
    /// The different answers of a dispute.
    pub disputed: Vec<Said>,
    /// The answers one who looks at this has seen.
    pub seen: Vec<Box<str>>,
    /// Its classes and how many usually eat there.
    pub classes: Vec<(String, u16)>,
    /// The four steps, in order.
    pub steps: [StepBoard; 4],
    /// The wish that waits for an answer.
    pub question: Option<Late>,
    /// The wish answered last, with the name of who answered.
    pub answered: Option<(Late, Option<String>)>,
    /// Until when the school could change freely.
    pub deadline: Timestamp,
}

/// A school the calendar has closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClosedSchool {
    /// What it is called.
    pub name: String,
    /// The reason its calendar gives.
    pub reason: Option<String>,
}

/// A late wish that waits for the kitchen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// Which school.
    pub school: Id<School>,
    /// What it is called.
    pub name: String,
    /// The wish.
    pub late: Late,
    /// How many packets the school usually gets.
    pub standard: u16,
    /// Until when it could change freely.
    pub deadline: Timestamp,
}

/// One step of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepBoard {
    /// Which school.
    pub school: Id<School>,
    /// Which step.
    pub step: Step,
    /// Whether it is done.
    pub state: TickState,
    /// The answers one who looks at this has seen.
    pub seen: Vec<Box<str>>,
}

/// Whether a step is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TickState {
    /// Nobody has said so, or somebody took it back.
    Open,
    /// Done, by whom and when.
    Done {
        /// Who, where this device knows the name.
        by: Option<String>,
        /// When it was made.
        at: Timestamp,
    },
    /// Those who did not see each other say different things.
    Disputed(Vec<Ticked>),
}

/// One of several answers: whether the step is done, by whom and when it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticked {
    /// Done, or not.
    pub done: bool,
    /// Who, where this device knows the name.
    pub by: Option<String>,
    /// When it was made.
    pub at: Timestamp,
}

/// Are those of the crew called by their aliases?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hands {
    /// Yes.
    Named,
    /// No: nobody stands at the tablet, and whoever passes reads numbers.
    Unnamed,
}

/// What those are called who have said something.
struct Called {
    users: Names,
    hands: Names,
}

impl Called {
    fn of(view: View<'_>, hands: Hands) -> Result<Self, Halt> {
        let crew = match hands {
            Hands::Named => view.all::<Crew>()?,
            Hands::Unnamed => Vec::new(),
        };
        let mut called = Self { users: names(view)?, hands: Names::new() };
        called.hands.extend(crew.iter().map(|one| (one.id.to_string(), one.alias.to_string())));
        Ok(called)
    }

    /// Whoever had her hand in it, or else the account.
    fn name(&self, by: &str, hand: Option<&AnyId>) -> Option<String> {
        let alias = hand.and_then(|hand| self.hands.get(hand.as_str()));
        alias.or_else(|| self.users.get(by)).cloned()
    }

    fn author<T>(&self, answer: &Answer<T>) -> Option<String> {
        self.name(&answer.by, answer.hand.as_ref())
    }
}

impl TickState {
    /// Is the step done?
    pub(crate) const fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

impl SchoolBoard {
    /// Does it differ from what is usual?
    pub(crate) const fn differs(&self) -> bool {
        self.packets != self.standard || !self.disputed.is_empty()
    }

    /// The step at its place in the day.
    pub(crate) fn step(&self, step: Step) -> &StepBoard {
        &self.steps[step as usize]
    }
}

impl Board {
    /// The schools that differ from what is usual.
    pub(crate) fn differing(&self) -> impl Iterator<Item = &SchoolBoard> {
        self.schools.iter().filter(|one| one.differs())
    }

    /// The school with this identifier, if it is on the board.
    pub(crate) fn school(&self, id: &Id<School>) -> Option<&SchoolBoard> {
        self.schools.iter().find(|one| one.id == *id)
    }

    /// The wishes that wait for an answer.
    pub(crate) fn questions(&self) -> Vec<Question> {
        let asked = self.schools.iter().filter_map(|one| {
            one.question.clone().map(|late| Question {
                school: one.id.clone(),
                name: one.name.clone(),
                late,
                standard: one.standard,
                deadline: one.deadline,
            })
        });
        asked.collect()
    }

    /// The packets for which `step` is done.
    pub(crate) const fn done(&self, step: Step) -> u32 {
        self.done[step as usize]
    }

    /// Does anything go out, or is anything asked?
    pub(crate) fn goes_out(&self) -> bool {
        self.schools.iter().any(|one| one.packets > 0 || one.question.is_some())
    }
}

/// How many more (or fewer) packets a late wish means.
pub(crate) fn difference(late: &Late, standard: u16) -> i64 {
    i64::from(late.choice.packets(standard)) - i64::from(late.before)
}

impl Question {
    /// The number between what stands and what is wished that is nearest to the wish.
    pub(crate) fn suggestion(&self) -> i64 {
        let wish = i64::from(self.late.choice.packets(self.standard));
        match difference(&self.late, self.standard) {
            1.. => wish - 1,
            ..=-1 if wish > 0 => wish + 1,
            _ => i64::from(self.late.before),
        }
    }
}

/// The board of `date`.
pub(crate) fn board(view: View<'_>, date: Date, hands: Hands) -> Result<Board, Halt> {
    let sheet = packing::sheet(view, date)?;
    let called = Called::of(view, hands)?;
    let done = Step::ALL.map(|step| sheet.done(step));
    let menu = sheet.menu.map(|menu| {
        let beside = menu.beside.iter().map(ToString::to_string);
        let parts: Vec<String> = std::iter::once(menu.dish.to_string()).chain(beside).collect();
        parts.join(", ")
    });
    let mut schools = Vec::new();
    let mut closed = Vec::new();
    let mut next_days = Vec::new();
    for one in &sheet.schools {
        next_days.extend(one.school.open_days(day_after(date), 1));
        if one.lunch.stands == Stands::ClosedByCalendar {
            closed.push(ClosedSchool {
                name: one.school.name.to_string(),
                reason: one.school.reason_closed(date).map(ToString::to_string),
            });
            continue;
        }
        schools.push(school(view, one, &called)?);
    }
    let board = Board { date, total: sheet.total, menu, schools, closed, done, next_day: None };
    let next_day = next_days.into_iter().min().filter(|_| !board.goes_out());
    Ok(Board { next_day, ..board })
}

fn school(view: View<'_>, one: &SchoolDay<'_>, called: &Called) -> Result<SchoolBoard, Halt> {
    let (school, lunch) = (one.school, &one.lunch);
    let order = view.get::<Order>(&Key::of(&[&school.id, &lunch.day]))?;
    let answered = lunch.answered.map(|late| {
        let by = late.answer.as_ref().and_then(|answer| called.name(&answer.by, answer.hand.as_ref()));
        (late.clone(), by)
    });
    let steps = Step::ALL.map(|step| {
        let tick = one.ticks[step as usize];
        StepBoard {
            school: school.id.clone(),
            step,
            // Packets that came after the tick are not done with it.
            state: tick
                .filter(|tick| tick.packets >= one.packets || tick.answers.settled().is_none())
                .map_or(TickState::Open, |tick| tick_state(tick, called)),
            seen: tick.map(|tick| tick.answers.seen()).unwrap_or_default(),
        }
    });
    Ok(SchoolBoard {
        id: school.id.clone(),
        name: school.name.to_string(),
        packets: one.packets,
        standard: lunch.standard,
        is_closed: lunch.stands == Stands::ClosedByHand,
        disputed: disputed(order, &called.users),
        seen: order.map(|order| order.answers.seen()).unwrap_or_default(),
        classes: school.classes.iter().map(|class| (class.name.to_string(), class.pupils)).collect(),
        steps,
        question: lunch.question.cloned(),
        answered,
        deadline: lunch.deadline,
    })
}

fn tick_state(tick: &Tick, called: &Called) -> TickState {
    match tick.answers.now() {
        AnswersNow::Open => TickState::Open,
        AnswersNow::Settled(answer) if answer.value => {
            TickState::Done { by: called.author(answer), at: answer.made_at }
        }
        AnswersNow::Settled(_) => TickState::Open,
        AnswersNow::Disputed(heads) => {
            let said =
                heads.into_iter().map(|head| Ticked { done: head.value, by: called.author(head), at: head.made_at });
            TickState::Disputed(said.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        Role,
        domain::{
            crew,
            order::{self, Choice},
            packing::SetTick,
        },
        prim::Bytes,
        testkit::{Rows, at, centre, date, id, name},
    };

    use super::*;

    const DAY: &str = "2026-11-24";

    fn look(rows: &Rows) -> Board {
        board(rows.view(), date(DAY), Hands::Named).unwrap()
    }

    fn change(rows: &mut Rows, received: &str, choice: Choice) {
        let change = order::Change { school: id("fridalen"), day: date(DAY), choice, seen: Vec::new() };
        let made = at("2026-11-23 11:40");
        rows.run_late("other-secretary", Role::School, made, at(received), change).unwrap();
    }

    #[test]
    fn the_total_comes_first_and_schools_stand_by_name() {
        let board = look(&centre());
        assert_eq!(board.total, 117);
        let schools: Vec<_> = board.schools.iter().map(|one| (one.name.as_str(), one.packets)).collect();
        assert_eq!(schools, [("Fridalen", 55), ("Slettebakken", 62)]);
        assert_eq!(board.differing().count(), 0);
        assert_eq!(board.next_day, None);
    }

    #[test]
    fn what_differs_from_the_standard_is_named() {
        let mut rows = centre();
        change(&mut rows, "2026-11-23 11:41", Choice::Count(51));
        let board = look(&rows);
        let differing: Vec<_> = board.differing().map(|one| (one.standard, one.packets)).collect();
        assert_eq!(differing, [(55, 51)]);
        assert_eq!(board.total, 113);
    }

    #[test]
    fn a_late_wish_is_a_question_until_it_is_answered() {
        let mut rows = centre();
        change(&mut rows, "2026-11-23 13:05", Choice::Count(59));
        let board = look(&rows);
        let school = board.school(&id("fridalen")).unwrap();
        let late = school.question.clone().unwrap();
        assert_eq!(difference(&late, school.standard), 4);
        assert_eq!(board.questions()[0].suggestion(), 58);
        assert_eq!((school.packets, school.differs()), (55, false));
        let answer = order::AnswerLate {
            school: id("fridalen"),
            day: date(DAY),
            question: late.id,
            verdict: order::Verdict::Yes,
            by: None,
        };
        rows.run("kitchen", Role::Kitchen, at("2026-11-23 13:10"), answer).unwrap();
        let board = look(&rows);
        let school = board.school(&id("fridalen")).unwrap();
        assert_eq!((school.question.is_none(), school.packets), (true, 59));
        assert_eq!(school.answered.as_ref().and_then(|(_, by)| by.as_deref()), Some("kitchen"));
    }

    #[test]
    fn ticks_are_summed_by_packets_and_may_be_taken_back() {
        let mut rows = centre();
        let tick = |rows: &mut Rows, done: bool| {
            let seen = look(rows).schools[1].step(Step::Packed).seen.clone();
            let command =
                SetTick { day: date(DAY), school: id("slettebakken"), step: Step::Packed, done, seen, by: None };
            rows.run("kitchen", Role::Kitchen, at("2026-11-24 09:12"), command).unwrap();
        };
        tick(&mut rows, true);
        let board = look(&rows);
        assert_eq!((board.done(Step::Packed), board.done(Step::Made)), (62, 0));
        assert!(board.schools[1].step(Step::Packed).state.is_done());
        tick(&mut rows, false);
        assert_eq!(look(&rows).schools[1].step(Step::Packed).state, TickState::Open);
    }

    #[test]
    fn who_has_ticked_is_called_by_her_alias_while_somebody_stands_there() {
        let mut rows = centre();
        let key = || Bytes::new([7; 32]);
        let (salt, symbol) = (Bytes::new([1; 32]), crew::Symbol::Sun);
        let add = crew::Add { id: id("k1"), alias: name("Amina"), symbol, salt, key: key() };
        rows.run("kitchen", Role::Kitchen, at("2026-11-24 08:00"), add).unwrap();
        let step = Step::Packed;
        let tick = SetTick { day: date(DAY), school: id("slettebakken"), step, done: true, seen: Vec::new(), by: None };
        let by = Some(crew::By::prove(id("k1"), &key(), &tick.said()));
        rows.run("kitchen", Role::Kitchen, at("2026-11-24 09:12"), SetTick { by, ..tick }).unwrap();
        let who = |hands| match board(rows.view(), date(DAY), hands).unwrap().schools[1].step(step).state.clone() {
            TickState::Done { by, .. } => by,
            other => panic!("{other:?}"),
        };
        assert_eq!(who(Hands::Named).as_deref(), Some("Amina"));
        assert_eq!(who(Hands::Unnamed).as_deref(), Some("kitchen"));
    }

    #[test]
    fn two_tablets_that_disagree_about_a_tick_are_both_named_until_one_is_chosen() {
        let mut rows = centre();
        let tick = |rows: &mut Rows, done: bool, seen: Vec<Box<str>>| {
            let command =
                SetTick { day: date(DAY), school: id("slettebakken"), step: Step::Packed, done, seen, by: None };
            rows.run("kitchen", Role::Kitchen, at("2026-11-24 09:12"), command).unwrap();
        };
        tick(&mut rows, true, Vec::new());
        tick(&mut rows, false, Vec::new());
        let step = look(&rows).schools[1].step(Step::Packed).clone();
        let TickState::Disputed(said) = &step.state else {
            panic!("{:?}", step.state);
        };
        assert_eq!(said.iter().map(|one| one.done).collect::<Vec<_>>(), [true, false]);
        assert_eq!(look(&rows).done(Step::Packed), 0);
        tick(&mut rows, true, step.seen);
        assert!(look(&rows).schools[1].step(Step::Packed).state.is_done());
    }

    #[test]
    fn on_a_weekend_the_next_day_of_delivery_is_offered() {
        let board = board(centre().view(), date("2026-11-28"), Hands::Named).unwrap();
        assert_eq!((board.total, board.closed.len()), (0, 2));
        assert!(!board.goes_out());
        assert_eq!(board.next_day, Some(date("2026-11-30")));
    }

    #[test]
    fn a_closed_school_says_why() {
        let board = board(centre().view(), date("2026-12-22"), Hands::Named).unwrap();
        assert_eq!(board.closed[0].reason.as_deref(), Some("Juleferie"));
        assert_eq!(board.next_day, Some(date("2027-01-04")));
    }
}
