//! Who may see and do what. The table is in [`table`]; no other file knows what a role can do.
//!
//! Deny by default. The page greys with it, the phone forecasts with it, the server judges with it
//! on every command and filters every outgoing row.

mod condition;
mod ground;
mod proof;
mod shield;
mod stay;
mod table;

use serde::{Deserialize, Serialize};

pub use self::{
    condition::Condition,
    ground::Ground,
    proof::{Proof, Vouched},
    shield::Keeping,
    stay::Stay,
    table::{Cell, Class, Thing, Verb},
};
use crate::{
    command::Ask,
    entity::{Grant, Tag},
    prim::{AnyId, Date, sort_by},
    rejection::Rejection,
};

/// The part a user plays at the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Takes part in the programme.
    Participant,
    /// A contact person (programrådgiver).
    Adviser,
    /// Leads groups and activities.
    Teacher,
    /// The kitchen's shared tablet.
    Kitchen,
    /// Orders lunches for one school.
    School,
    /// Receives visitors.
    Reception,
    /// Answers for the centre.
    Manager,
    /// A mentor or bridge-builder.
    Mentor,
    /// A partner organisation.
    Partner,
    /// Keeps the installation running; sees no content.
    Admin,
}

impl Role {
    /// Every role, in the order of the access table.
    pub const ALL: [Self; 10] = [
        Self::Participant,
        Self::Adviser,
        Self::Teacher,
        Self::Kitchen,
        Self::School,
        Self::Reception,
        Self::Manager,
        Self::Mentor,
        Self::Partner,
        Self::Admin,
    ];
}

/// How the actor must be tied to the thing. They stand in order, the narrowest first: where several let her do
/// something, the first of them is the [`Ground`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The thing is about herself.
    Own,
    /// The participant is assigned to her.
    Assigned,
    /// She leads the group.
    Session,
    /// It belongs to a session of today.
    Today,
    /// It belongs to her school.
    Organisation,
    /// The participant has said yes to it, and the yes still holds.
    Consent,
    /// She is named for the protected person, and her session keeps nothing.
    Named,
    /// She has broken the glass today, and her session keeps nothing.
    Glass,
    /// Counts only, of five or more.
    Aggregate,
    /// No tie is needed.
    All,
}

impl Relation {
    /// Every tie, the narrowest first.
    pub const ALL: [Self; 10] = [
        Self::Own,
        Self::Assigned,
        Self::Session,
        Self::Today,
        Self::Organisation,
        Self::Consent,
        Self::Named,
        Self::Glass,
        Self::Aggregate,
        Self::All,
    ];

    /// The family of tags a grant must lie in for this tie. Where there is none, no thing that exists can be
    /// tied like this, and the answer is no.
    const fn tag_prefix(self) -> Option<&'static str> {
        match self {
            Self::Own | Self::Assigned => Some("participant:"),
            Self::Session => Some(Tag::ROSTER),
            Self::Organisation => Some("school:"),
            Self::Today | Self::Consent | Self::Named | Self::Glass | Self::Aggregate | Self::All => None,
        }
    }
}

/// Everything that can be done with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Register a participant.
    RegisterPerson,
    /// See a participant's name and contact.
    SeePerson,
    /// Correct a participant's name and contact.
    CorrectPerson,
    /// Hand a participant her card and PIN.
    IssueCard,
    /// Give a participant another contact person.
    AssignContact,
    /// Make a participant a protected person.
    ShieldPerson,
    /// Ask that somebody more is named for her, or that she is protected no more.
    AskShield,
    /// Answer what another has asked.
    AnswerShield,
    /// Let somebody be named for her no more.
    EndNamed,
    /// See every protected person until the end of the day, with a reason.
    BreakGlass,
    /// See who has an account.
    SeeAccounts,
    /// Register a colleague and invite her, or hand a school its link.
    InviteStaff,
    /// Correct a colleague's name or part.
    CorrectStaff,
    /// Close a colleague's account, or open it again.
    EndStaff,
    /// Put a participant into a group.
    Enrol,
    /// Take her out.
    Unenrol,
    /// See that a participant is in a group.
    SeeEnrolment,
    /// Plan an activity of the week.
    PlanWeek,
    /// Change one that stands, or say on which day it is the last time.
    ChangeSeries,
    /// Move or cancel one occurrence, declare a red day.
    ChangeDay,
    /// Mark attendance.
    MarkAttendance,
    /// Mark it where somebody has.
    CorrectMark,
    /// Change a school's standing count.
    ChangeStanding,
    /// Order for one day, or change what is ordered.
    OrderLunch,
    /// Say that nothing is wanted on one day.
    CloseLunch,
    /// Answer a late order.
    AnswerLate,
    /// Tick what is made, packed, loaded, delivered.
    TickPacking,
    /// Write the dish of a day.
    PlanMenu,
    /// Write another where there is one.
    CorrectMenu,
    /// Say that somebody works in the kitchen.
    AddCrew,
    /// Give her another PIN.
    SetCrewPin,
    /// Say that she does not work there any more.
    EndCrew,
    /// See who did what to whose rows.
    SeeLog,
    /// Take in, from a file, what somebody's device could not share.
    TakeInQueue,
    /// Answer what somebody did while she was allowed to, and that came when she was not any more.
    AnswerHeld,
}

impl Action {
    /// Every action, in the order of the access table.
    pub const ALL: [Self; 35] = [
        Self::RegisterPerson,
        Self::SeePerson,
        Self::CorrectPerson,
        Self::IssueCard,
        Self::AssignContact,
        Self::ShieldPerson,
        Self::AskShield,
        Self::AnswerShield,
        Self::EndNamed,
        Self::BreakGlass,
        Self::SeeAccounts,
        Self::InviteStaff,
        Self::CorrectStaff,
        Self::EndStaff,
        Self::Enrol,
        Self::Unenrol,
        Self::SeeEnrolment,
        Self::PlanWeek,
        Self::ChangeSeries,
        Self::ChangeDay,
        Self::MarkAttendance,
        Self::CorrectMark,
        Self::ChangeStanding,
        Self::OrderLunch,
        Self::CloseLunch,
        Self::AnswerLate,
        Self::TickPacking,
        Self::PlanMenu,
        Self::CorrectMenu,
        Self::AddCrew,
        Self::SetCrewPin,
        Self::EndCrew,
        Self::SeeLog,
        Self::TakeInQueue,
        Self::AnswerHeld,
    ];
}

impl Action {
    /// Where it stands in the access table: what is done, and with what.
    #[must_use]
    pub const fn place(self) -> (Thing, Verb) {
        match self {
            Self::RegisterPerson => (Thing::Person, Verb::Create),
            Self::SeePerson => (Thing::Person, Verb::Read),
            Self::CorrectPerson => (Thing::Person, Verb::Correct),
            Self::IssueCard => (Thing::Card, Verb::Create),
            Self::AssignContact => (Thing::Assignment, Verb::Correct),
            Self::ShieldPerson => (Thing::ProtectedIdentity, Verb::Create),
            Self::AskShield => (Thing::ProtectedIdentity, Verb::Correct),
            Self::AnswerShield => (Thing::ProtectedIdentity, Verb::Approve),
            Self::EndNamed => (Thing::ProtectedIdentity, Verb::Cancel),
            Self::BreakGlass => (Thing::BrokenGlass, Verb::Create),
            Self::SeeAccounts => (Thing::Account, Verb::Read),
            Self::InviteStaff => (Thing::Account, Verb::Create),
            Self::CorrectStaff => (Thing::Account, Verb::Correct),
            Self::EndStaff => (Thing::Account, Verb::Cancel),
            Self::Enrol => (Thing::Enrolment, Verb::Create),
            Self::Unenrol => (Thing::Enrolment, Verb::Cancel),
            Self::SeeEnrolment => (Thing::Enrolment, Verb::Read),
            Self::PlanWeek => (Thing::Calendar, Verb::Create),
            Self::ChangeSeries => (Thing::Calendar, Verb::Correct),
            Self::ChangeDay => (Thing::Calendar, Verb::Correct),
            Self::MarkAttendance => (Thing::Mark, Verb::Create),
            Self::CorrectMark => (Thing::Mark, Verb::Correct),
            Self::ChangeStanding => (Thing::Standing, Verb::Correct),
            Self::OrderLunch => (Thing::Order, Verb::Correct),
            Self::CloseLunch => (Thing::Order, Verb::Cancel),
            Self::AnswerLate => (Thing::LateAnswer, Verb::Create),
            Self::TickPacking => (Thing::Packing, Verb::Correct),
            Self::PlanMenu => (Thing::Menu, Verb::Create),
            Self::CorrectMenu => (Thing::Menu, Verb::Correct),
            Self::AddCrew => (Thing::Crew, Verb::Create),
            Self::SetCrewPin => (Thing::Crew, Verb::Correct),
            Self::EndCrew => (Thing::Crew, Verb::Cancel),
            Self::SeeLog => (Thing::AccessLog, Verb::Read),
            Self::TakeInQueue => (Thing::CarriedQueue, Verb::Create),
            Self::AnswerHeld => (Thing::HeldCommand, Verb::Correct),
        }
    }
}

/// Who may do `verb` with `thing`, and tied how. A tie alone never meets a [`Condition`].
pub fn allowed(thing: Thing, verb: Verb) -> impl Iterator<Item = (Role, Relation)> {
    let cells = thing.cells().iter();
    #[cfg(feature = "planted")]
    let cells = table::mistaken(thing, cells);
    let cells = cells.filter(move |cell| cell.condition.is_none() && cell.verbs.contains(&verb));
    cells.map(|cell| (cell.role, cell.relation))
}

/// The audiences that come with a role alone.
#[must_use]
pub fn audiences(role: Role) -> Vec<Tag> {
    match role {
        Role::Participant | Role::School | Role::Mentor | Role::Partner => vec![Tag::public()],
        Role::Adviser | Role::Teacher | Role::Reception => vec![Tag::public(), Tag::staff()],
        Role::Kitchen => vec![Tag::public(), Tag::kitchen()],
        Role::Manager => vec![Tag::public(), Tag::staff(), Tag::kitchen(), Tag::people()],
        Role::Admin => Vec::new(),
    }
}

impl Grant {
    /// `user` reaches the rows about herself.
    #[must_use]
    pub fn own(user: AnyId, tag: Tag) -> Self {
        Self::lasting(user, tag, Role::Participant)
    }

    /// `user` is the contact person of the participant.
    #[must_use]
    pub fn assigned(user: AnyId, tag: Tag) -> Self {
        Self::lasting(user, tag, Role::Adviser)
    }

    /// `user` leads the group.
    #[must_use]
    pub fn session(user: AnyId, tag: Tag) -> Self {
        Self::lasting(user, tag, Role::Teacher)
    }

    /// `user` orders for the school.
    #[must_use]
    pub fn organisation(user: AnyId, tag: Tag) -> Self {
        Self::lasting(user, tag, Role::School)
    }

    /// `user` is told what became of something she did, in whatever part she plays.
    pub fn told(user: &AnyId) -> impl Iterator<Item = Self> {
        let (user, tag) = (user.clone(), Tag::user(user));
        let parts = Role::ALL.into_iter().filter(|role| is_invited(*role));
        parts.map(move |role| Self::lasting(user.clone(), tag.clone(), role))
    }

    fn lasting(user: AnyId, tag: Tag, role: Role) -> Self {
        Self { user, tag, role, from: None, until: None }
    }
}

/// The part of whoever a row about a participant is about.
pub const TAKES_PART: Role = Role::Participant;

/// The part of whoever answers for a centre: it is opened with one.
pub const ANSWERS: Role = Role::Manager;

/// Does somebody in this role have her account by invitation? Participants have cards.
#[must_use]
pub const fn is_invited(role: Role) -> bool {
    !matches!(role, Role::Participant)
}

/// Does somebody in this role order for a school, which must then be named?
#[must_use]
pub const fn has_school(role: Role) -> bool {
    matches!(role, Role::School)
}

/// May somebody in this role be a participant's contact person?
#[must_use]
pub const fn may_be_contact(role: Role) -> bool {
    matches!(role, Role::Adviser | Role::Manager)
}

/// Somebody who asks, with the rights she has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who she is.
    pub user: AnyId,
    /// The part she plays.
    pub role: Role,
    /// What she has been granted.
    pub grants: Vec<Grant>,
    /// What becomes of the rows that she receives.
    pub keeping: Keeping,
}

impl Actor {
    /// The audiences she belongs to on `day`, sorted and without repeats.
    #[must_use]
    pub fn tags(&self, day: Date) -> Vec<Tag> {
        let mut tags = audiences(self.role);
        // What she was granted in another part is not hers while she plays this one.
        let own = self.grants.iter().filter(|grant| grant.role == self.role && grant.holds_on(day));
        tags.extend(own.flat_map(|grant| self.brings(grant)));
        sort_by(&mut tags, Ord::cmp);
        tags.dedup();
        tags
    }

    /// May she receive a row of these audiences on `day`?
    #[must_use]
    pub fn sees(&self, tags: &[Tag], day: Date) -> bool {
        let held = self.tags(day);
        tags.iter().any(|tag| held.binary_search(tag).is_ok())
    }

    /// The tie by which she has what a line of the table gives by `relation`, if she has it. It is another one where
    /// a protected person is reached.
    fn tie(&self, relation: Relation, verb: Verb, about: &[Tag], day: Date) -> Option<Relation> {
        if let Some(tie) = self.reaches_protected(relation, verb, about, day) {
            return Some(tie);
        }
        if shield::is_protected(about) {
            return None;
        }
        if relation == Relation::All {
            return Some(relation);
        }
        if relation == Relation::Own && about.contains(&Tag::user(&self.user)) {
            return Some(relation);
        }
        let family = relation.tag_prefix()?;
        let is_tied = self.grants.iter().any(|grant| {
            grant.role == self.role
                && grant.tag.as_str().starts_with(family)
                && grant.holds_on(day)
                && about.contains(&grant.tag)
        });
        is_tied.then_some(relation)
    }
}

/// Proof that the policy was asked and said yes. Only [`check`] makes one.
#[derive(Debug)]
pub struct Permit {
    action: Action,
    ground: Ground,
}

impl Permit {
    /// What is permitted.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Why.
    #[must_use]
    pub const fn ground(&self) -> Ground {
        self.ground
    }
}

/// May `actor` do what is asked on `day`? A thing she may not see is gone, never forbidden.
pub fn check(actor: &Actor, ask: &Ask, day: Date) -> Result<Permit, Rejection> {
    let (thing, verb) = ask.action.place();
    let hers = allowed(thing, verb).filter(|(role, _)| *role == actor.role);
    let ties = hers.filter_map(|(_, relation)| actor.tie(relation, verb, &ask.about, day));
    if let Some(relation) = ties.min() {
        return Ok(Permit { action: ask.action, ground: Ground { role: actor.role, relation } });
    }
    if actor.sees(&ask.about, day) {
        return Err(Rejection::Forbidden);
    }
    Err(Rejection::Gone)
}

/// Would `actor` be let do `action` to something of these audiences? For greying a button.
#[must_use]
pub fn can(actor: &Actor, action: Action, about: impl IntoIterator<Item = Tag>, day: Date) -> bool {
    check(actor, &Ask::new(action, about), day).is_ok()
}
