//! The access table: who may do what with which thing, and tied to it how. Compiled into app and server,
//! printed into `docs/ACCESS.md`, and the plan of the tests.
//!
//! What may be seen follows the secrecy of social services: birthplace, home, work and even the fact that
//! somebody takes part are secret (sosialtjenesteloven § 44). So a school sees no person, and a leader of a
//! group sees first names.
//!
//! Lines of things that do not exist yet stand ready; no command leads to them. So do cells that ask for more than
//! a tie: until something brings it, they let nobody do anything.

use super::{
    Condition::{
        self, AgreedContact, AnothersWork, AsWorker, CheckIn, Contact, Credentials, FirstName, FromSystem, Hers, Name,
        NoNames, Part, Present, Reason, Receipt, Reference, Released, Request, Shared, Status, StepUp, Team, Technical,
        WithoutReason,
    },
    Relation::{self, Aggregate, All, Assigned, Consent, Glass, Named, Organisation, Own, Session, Today},
    Role::{self, Admin, Adviser, Kitchen, Manager, Mentor, Participant, Partner, Reception, School, Teacher},
};

/// What somebody does with a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// Makes one.
    Create,
    /// Sees it.
    Read,
    /// Corrects it; what stood before stays in the history.
    Correct,
    /// Cancels or ends it.
    Cancel,
    /// Approves what somebody else has made.
    Approve,
    /// Takes it out of the system.
    Export,
}

impl Verb {
    /// Every verb, in the order of the table.
    pub const ALL: [Self; 6] = [Self::Create, Self::Read, Self::Correct, Self::Cancel, Self::Approve, Self::Export];

    /// Its letter in the printed table.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Create => 'C',
            Self::Read => 'R',
            Self::Correct => 'U',
            Self::Cancel => 'X',
            Self::Approve => 'A',
            Self::Export => 'E',
        }
    }
}

/// One role's rights to a thing by one tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Who.
    pub role: Role,
    /// What she may do.
    pub verbs: &'static [Verb],
    /// How she must be tied to it.
    pub relation: Relation,
    /// What else it asks for. Nothing brings that yet: such a cell lets nobody do anything.
    pub condition: Option<Condition>,
}

impl Cell {
    const fn when(self, condition: Condition) -> Self {
        Self { condition: Some(condition), ..self }
    }
}

const fn may(role: Role, verbs: &'static [Verb], relation: Relation) -> Cell {
    Cell { role, verbs, relation, condition: None }
}

const C: &[Verb] = &[Verb::Create];
const R: &[Verb] = &[Verb::Read];
const U: &[Verb] = &[Verb::Correct];
const A: &[Verb] = &[Verb::Approve];
const E: &[Verb] = &[Verb::Export];
const CR: &[Verb] = &[Verb::Create, Verb::Read];
const CU: &[Verb] = &[Verb::Create, Verb::Correct];
const RU: &[Verb] = &[Verb::Read, Verb::Correct];
const RX: &[Verb] = &[Verb::Read, Verb::Cancel];
const RE: &[Verb] = &[Verb::Read, Verb::Export];
const UA: &[Verb] = &[Verb::Correct, Verb::Approve];
const CRU: &[Verb] = &[Verb::Create, Verb::Read, Verb::Correct];
const CRX: &[Verb] = &[Verb::Create, Verb::Read, Verb::Cancel];
const CRUX: &[Verb] = &[Verb::Create, Verb::Read, Verb::Correct, Verb::Cancel];
const RUX: &[Verb] = &[Verb::Read, Verb::Correct, Verb::Cancel];
const RUXA: &[Verb] = &[Verb::Read, Verb::Correct, Verb::Cancel, Verb::Approve];
const CRUAE: &[Verb] = &[Verb::Create, Verb::Read, Verb::Correct, Verb::Approve, Verb::Export];

macro_rules! table {
    ($($(#[doc = $doc:literal])+ $thing:ident $class:ident [$($cell:expr),* $(,)?])+) => {
        /// A thing of the access table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Thing {
            $($(#[doc = $doc])+ $thing,)+
        }

        impl Thing {
            /// Every thing, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$thing),+];

            /// How secret it is.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$thing => Class::$class),+ }
            }

            /// Who may do what with it.
            #[must_use]
            pub const fn cells(self) -> &'static [Cell] {
                match self { $(Self::$thing => const { &[$($cell),*] }),+ }
            }
        }
    };
}

/// These cells, with one too many and one missing where that is planted.
#[cfg(feature = "planted")]
pub(super) fn mistaken(
    thing: Thing,
    cells: impl Iterator<Item = &'static Cell>,
) -> impl Iterator<Item = &'static Cell> {
    static TOO_MANY: Cell = may(Reception, C, All);
    let is_wrong = crate::planted!(WrongCells);
    let added = (is_wrong && thing == Thing::Mark).then_some(&TOO_MANY);
    let has_lost = is_wrong && thing == Thing::Menu;
    cells.filter(move |cell| !(has_lost && cell.role == Kitchen)).chain(added)
}

/// How secret a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Anybody may know it.
    K0,
    /// For those who work here.
    K1,
    /// Secret by law.
    K2,
    /// Life and safety.
    K3,
}

table! {
    /// A participant's name and contact.
    Person K2 [
        may(Participant, R, Own), may(Participant, U, Own).when(Contact), may(Adviser, C, All),
        may(Adviser, RU, Assigned), may(Teacher, R, Session).when(FirstName), may(Reception, C, All),
        may(Reception, R, All).when(Reference), may(Manager, CRU, All), may(Mentor, R, Assigned).when(AgreedContact),
        may(Partner, R, Consent).when(FirstName),
    ]
    /// Her card and PIN.
    Card K2 [may(Adviser, C, Assigned), may(Manager, C, All)]
    /// That her identity is protected.
    ProtectedIdentity K3 [
        may(Participant, R, Own), may(Adviser, C, Assigned), may(Adviser, RUXA, Named), may(Manager, C, All),
        may(Manager, RUXA, Named), may(Manager, UA, Glass),
    ]
    /// That somebody has seen every protected person for a day, and why.
    BrokenGlass K3 [may(Adviser, R, Named), may(Manager, C, All), may(Manager, R, Named)]
    /// National id, asylum status.
    NationalId K3 [may(Participant, R, Own), may(Adviser, R, Assigned).when(StepUp), may(Manager, R, All).when(StepUp)]
    /// That she was taken out of reach or destroyed, and what is kept of her for the archive.
    Erasure K2 []
    /// What has been mapped of her.
    Mapping K2 [
        may(Participant, R, Own), may(Participant, C, Own).when(Part), may(Adviser, CRU, Assigned),
        may(Manager, R, All).when(Reason),
    ]
    /// Her plan.
    Plan K2 [
        may(Participant, CRU, Own), may(Adviser, CRU, Assigned), may(Manager, R, All).when(Reason),
        may(Mentor, R, Assigned).when(Shared), may(Partner, R, Consent).when(Shared),
    ]
    /// A note of her case.
    CaseNote K2 [may(Participant, R, Own).when(Released), may(Adviser, CR, Assigned), may(Manager, R, All).when(Reason)]
    /// Who her contact person is.
    Assignment K2 [
        may(Participant, R, Own), may(Adviser, R, Assigned), may(Reception, R, All).when(Name), may(Manager, CRUX, All),
        may(Mentor, R, Assigned),
    ]
    /// Activities, their groups, and what is moved or cancelled.
    Calendar K1 [
        may(Participant, R, Own), may(Adviser, CRU, All), may(Teacher, R, All), may(Teacher, U, Session),
        may(Reception, CRU, All), may(Manager, CRUX, All),
    ]
    /// What everybody may know of the calendar: open activities, red days.
    OpenCalendar K0 [
        may(Participant, R, All), may(Adviser, CRU, All), may(Teacher, R, All), may(Teacher, CU, Session),
        may(Kitchen, R, All), may(School, R, All), may(Reception, CRU, All), may(Manager, CRUX, All),
        may(Mentor, R, All), may(Partner, R, All), may(Partner, CU, Session),
    ]
    /// A participant's place in a group.
    Enrolment K2 [
        may(Participant, R, Own), may(Participant, C, Own).when(Request), may(Adviser, CRUX, Assigned),
        may(Teacher, R, Session), may(Reception, R, Today).when(FirstName), may(Manager, CRUX, All),
        may(Partner, R, Session).when(FirstName),
    ]
    /// Whether she was there.
    Mark K2 [
        may(Participant, R, Own), may(Participant, C, Own).when(CheckIn), may(Adviser, CRU, Assigned),
        may(Teacher, CRU, Session), may(Kitchen, C, Own).when(AsWorker), may(Reception, C, Today), may(Manager, R, All),
        may(Partner, C, Session),
    ]
    /// Why she is away, with documents.
    Absence K2 [
        may(Participant, CR, Own), may(Adviser, CR, Assigned), may(Adviser, A, Assigned),
        may(Teacher, R, Session).when(WithoutReason), may(Reception, C, All).when(WithoutReason),
        may(Manager, R, All).when(Reason),
    ]
    /// What her allowance is reckoned from. Nobody approves her own marks.
    AllowanceBasis K2 [
        may(Participant, R, Own), may(Adviser, CR, Assigned), may(Manager, A, All).when(AnothersWork),
        may(Manager, E, All),
    ]
    /// What she can.
    Competence K2 [
        may(Participant, CRU, Own), may(Adviser, RU, Assigned), may(Reception, C, All).when(Present),
        may(Manager, R, Aggregate), may(Mentor, R, Consent), may(Partner, R, Consent).when(NoNames),
    ]
    /// Practice at an employer.
    Placement K2 [
        may(Participant, R, Own), may(Adviser, CRUX, Assigned), may(Manager, R, All), may(Mentor, R, Assigned),
        may(Partner, R, Consent),
    ]
    /// Her mentor, and when they met.
    MentorMatch K2 [
        may(Participant, RX, Own), may(Adviser, CRUX, Assigned), may(Manager, R, All), may(Mentor, CRU, Assigned),
    ]
    /// The dishes.
    Menu K0 [
        may(Participant, R, All), may(Adviser, R, All), may(Teacher, R, All), may(Kitchen, CRU, All),
        may(School, R, All), may(Reception, R, All), may(Manager, CRUX, All), may(Mentor, R, All), may(Partner, R, All),
    ]
    /// Who works in the kitchen and when.
    ShiftList K2 [
        may(Participant, R, Own), may(Adviser, CRU, All), may(Kitchen, R, Today).when(FirstName), may(Manager, R, All),
    ]
    /// Who works in the kitchen, by what they are called there. It names no participant.
    Crew K1 [may(Kitchen, CRUX, All), may(Manager, CRUX, All)]
    /// The key of a PIN by which one of them says that it was she.
    CrewKey K1 []
    /// A school, its classes, its deadlines.
    SchoolLine K1 [may(School, R, Organisation), may(Kitchen, R, All), may(Manager, R, All)]
    /// What a school orders every week.
    Standing K1 [may(School, RU, Organisation), may(Kitchen, R, All), may(Manager, R, All)]
    /// What a school orders for a day.
    Order K1 [may(School, CRUX, Organisation), may(Kitchen, R, All), may(Manager, RUX, All)]
    /// The answer to an order that came too late.
    LateAnswer K1 [may(Kitchen, C, All), may(Manager, C, All)]
    /// What is made, packed, loaded, delivered.
    Packing K1 [
        may(School, R, Organisation), may(School, C, Organisation).when(Receipt), may(Kitchen, CRU, All),
        may(Manager, RE, All),
    ]
    /// How many must eat differently. Numbers, never names.
    DietCounts K1 [
        may(School, CU, Organisation), may(School, R, Organisation), may(Kitchen, R, All), may(Manager, R, All),
    ]
    /// What schools say of the food, without a name.
    Feedback K1 [may(School, C, Organisation), may(Kitchen, R, All), may(Manager, R, All)]
    /// What invoices are made from.
    InvoiceBasis K1 [may(School, R, Organisation), may(Manager, CRUAE, All)]
    /// A message.
    Message K2 [
        may(Participant, CR, Own), may(Adviser, CR, Assigned), may(Teacher, CR, Session),
        may(Kitchen, CR, All).when(Team), may(School, CR, Organisation), may(Reception, CR, All).when(Team),
        may(Manager, CR, All), may(Mentor, CR, Assigned), may(Partner, CR, Consent),
        may(Admin, C, All).when(FromSystem),
    ]
    /// What she has said yes to, until when.
    ConsentGiven K2 [
        may(Participant, CRX, Own), may(Adviser, R, Assigned), may(Adviser, C, Assigned).when(Present),
        may(Manager, R, All), may(Mentor, R, Own), may(Partner, R, Own),
    ]
    /// That somebody is sent here.
    Referral K2 [
        may(Participant, R, Own), may(Adviser, CR, Assigned), may(Reception, C, All), may(Manager, CRU, All),
        may(Partner, C, Own), may(Partner, R, Own).when(Status),
    ]
    /// Who comes in from the street: a count and a purpose.
    Visit K1 [may(Reception, C, All), may(Manager, R, Aggregate), may(Partner, R, Aggregate).when(Hers)]
    /// Figures. Counts of fewer than five participants are not shown.
    Statistics K1 [
        may(Adviser, R, Assigned), may(Adviser, R, Aggregate), may(Kitchen, R, Aggregate).when(Hers),
        may(School, R, Aggregate).when(Hers), may(Reception, R, Aggregate), may(Manager, RE, Aggregate),
        may(Partner, R, Aggregate).when(Hers),
    ]
    /// Who has looked at what.
    AccessLog K2 [
        may(Participant, R, Own), may(Adviser, R, Own), may(Teacher, R, Own), may(Kitchen, R, Own), may(School, R, Own),
        may(Reception, R, Own), may(Manager, R, All), may(Mentor, R, Own), may(Partner, R, Own),
        may(Admin, R, All).when(Technical),
    ]
    /// A colleague's name and part.
    Colleague K1 [
        may(Adviser, R, All), may(Teacher, R, All), may(Reception, R, All), may(School, R, Organisation),
        may(Manager, R, All),
    ]
    /// Accounts, parts, devices. Nobody changes her own part.
    Account K1 [
        may(Participant, R, Own), may(Participant, U, Own).when(Credentials), may(Manager, CRUX, All),
        may(Admin, CRUX, All).when(Technical),
    ]
    /// What somebody's device could not share, from a file.
    CarriedQueue K2 [may(Adviser, C, All), may(Reception, C, All), may(Manager, C, All)]
    /// What somebody did while she was allowed to, and that waits for an answer. Nobody answers her own.
    HeldCommand K2 [may(Manager, RU, All)]
    /// What was answered to it, as its author is told.
    HeldAnswer K2 [
        may(Adviser, R, Own), may(Teacher, R, Own), may(Kitchen, R, Own), may(School, R, Own), may(Reception, R, Own),
        may(Manager, R, Own), may(Mentor, R, Own), may(Partner, R, Own), may(Admin, R, Own),
    ]
    /// What somebody was allowed until lately.
    Former K2 []
}
