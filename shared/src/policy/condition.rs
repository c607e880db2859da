//! What a cell of the access table asks for besides a tie. Nothing brings any of it yet, so a cell that asks for it
//! lets nobody do anything: it stands ready, and whoever builds the page for it builds first what meets it.

/// What else must hold, or how little of the thing is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// She says why.
    Reason,
    /// She has just shown once more who she is.
    StepUp,
    /// The participant sits beside her.
    Present,
    /// Somebody else has made it.
    AnothersWork,
    /// The participant shares it with her.
    Shared,
    /// It has been released to her.
    Released,
    /// She says exactly which one.
    Reference,
    /// Only where she lives and how she is reached.
    Contact,
    /// Only what she is called.
    FirstName,
    /// Only what she is called, and how it was agreed to reach her.
    AgreedContact,
    /// Only the part that is hers to fill in.
    Part,
    /// Only who it is.
    Name,
    /// Only asking for it: somebody else says yes.
    Request,
    /// Only saying so herself, unconfirmed.
    CheckIn,
    /// Only of herself, as one who works there.
    AsWorker,
    /// Only that it is so, and not why.
    WithoutReason,
    /// Only what names nobody, until she has said yes.
    NoNames,
    /// Only that it was received.
    Receipt,
    /// Only within her team.
    Team,
    /// Only what the installation itself says.
    FromSystem,
    /// Only how far it has come.
    Status,
    /// Only of her own kitchen, school or organisation.
    Hers,
    /// Only how the installation runs, and no content.
    Technical,
    /// Only her own ways in.
    Credentials,
}

impl Condition {
    /// Its words in the printed table.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::StepUp => "step-up",
            Self::Present => "P present",
            Self::AnothersWork => "another's work",
            Self::Shared => "shared",
            Self::Released => "released",
            Self::Reference => "exact ref",
            Self::Contact => "contact",
            Self::FirstName => "first name",
            Self::AgreedContact => "first name + agreed contact",
            Self::Part => "part",
            Self::Name => "name",
            Self::Request => "request",
            Self::CheckIn => "check-in",
            Self::AsWorker => "as worker",
            Self::WithoutReason => "without reason",
            Self::NoNames => "no names",
            Self::Receipt => "receipt",
            Self::Team => "team",
            Self::FromSystem => "system",
            Self::Status => "status",
            Self::Hers => "own",
            Self::Technical => "technical",
            Self::Credentials => "credentials",
        }
    }
}
