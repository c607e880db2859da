//! The list of entities and commands: a new one is a line here.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    domain::{
        attendance, crew, day_off, erasure, exception, former, glass, group, held, look, menu, order, packing, person,
        school, series, shield, staff, standing,
    },
    entity::{Entity, Grant, Key, Part, Tag},
    policy::Permit,
    prim::{AnyId, Date, Note, json},
    rejection::Rejection,
    view::{Halt, View},
};

macro_rules! registry {
    (
        entities { $($kind:ident = $kind_name:literal : $entity:ty,)+ }
        commands { $($variant:ident : $command:ty,)+ }
    ) => {
        /// The kinds of rows. Names are for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $(
                #[doc = concat!("A `", $kind_name, "`.")]
                #[serde(rename = $kind_name)]
                $kind,
            )+
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its name on the wire and in the store.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $kind_name),+ }
            }

            /// The kind of that name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($kind_name => Some(Self::$kind),)+ _ => None }
            }

            /// The number of its JSON shape in this build.
            #[must_use]
            pub const fn shape(self) -> u16 {
                match self { $(Self::$kind => <$entity as Entity>::SHAPE),+ }
            }

            /// Audiences of which any, held in full, proves that a missing row does not exist.
            #[must_use]
            pub fn homes(self, key: &Key) -> Vec<Tag> {
                match self { $(Self::$kind => <$entity as Entity>::homes(key)),+ }
            }

            /// See [`Entity::whose`].
            #[must_use]
            pub fn whose(self, key: &Key) -> Option<AnyId> {
                match self { $(Self::$kind => <$entity as Entity>::whose(key)),+ }
            }
        }

        /// A row of any kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Record {
            $(
                #[doc = concat!("A `", $kind_name, "`.")]
                $kind($entity),
            )+
        }

        impl Record {
            /// Its kind.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind),+ }
            }

            /// Where it lies.
            #[must_use]
            pub fn key(&self) -> Key {
                match self { $(Self::$kind(row) => row.key()),+ }
            }

            /// Who receives it.
            #[must_use]
            pub fn tags(&self) -> Vec<Tag> {
                match self { $(Self::$kind(row) => row.tags()),+ }
            }

            /// The day it belongs to.
            #[must_use]
            pub fn window(&self) -> Option<Date> {
                match self { $(Self::$kind(row) => row.window()),+ }
            }

            /// The rights that follow from it.
            #[must_use]
            pub fn grants(&self) -> Vec<Grant> {
                match self { $(Self::$kind(row) => row.grants()),+ }
            }

            /// The part it gives its user, if it is somebody's.
            #[must_use]
            pub fn part(&self) -> Option<Part> {
                match self { $(Self::$kind(row) => row.part()),+ }
            }

            /// Is it about a protected person?
            #[must_use]
            pub fn is_shielded(&self) -> bool {
                match self { $(Self::$kind(row) => row.is_shielded()),+ }
            }

            /// Its body as JSON.
            #[must_use]
            pub fn body(&self) -> String {
                let json = match self { $(Self::$kind(row) => serde_json::to_string(row)),+ };
                json.expect("rows hold only texts, numbers and lists of them")
            }

            /// Reads a body of this or an older shape.
            pub fn read(kind: Kind, shape: u16, body: &str) -> Result<Self, UnreadableRow> {
                match kind {
                    $(Kind::$kind => {
                        let row = if shape == <$entity as Entity>::SHAPE {
                            json::read(body).ok()
                        } else {
                            <$entity as Entity>::upgrade(shape, body)
                        };
                        row.map(Self::$kind).ok_or(UnreadableRow { kind, shape })
                    })+
                }
            }
        }

        $(
            impl From<$entity> for Record {
                fn from(row: $entity) -> Self {
                    Self::$kind(row)
                }
            }
        )+

        /// A command of any name.
        #[derive(Debug, Clone)]
        pub enum AnyCommand {
            $(
                #[doc = concat!("A [`", stringify!($command), "`].")]
                $variant($command),
            )+
        }

        impl AnyCommand {
            /// The names of all commands.
            pub const NAMES: &'static [&'static str] = &[$(<$command as Command>::NAME),+];

            /// Its name on the wire.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => <$command as Command>::NAME),+ }
            }

            /// See [`Command::IS_LOOK`].
            #[must_use]
            pub const fn is_look(&self) -> bool {
                match self { $(Self::$variant(_) => <$command as Command>::IS_LOOK),+ }
            }

            /// See [`Command::IS_SECRET`].
            #[must_use]
            pub const fn is_secret(&self) -> bool {
                match self { $(Self::$variant(_) => <$command as Command>::IS_SECRET),+ }
            }

            /// See [`Command::IS_OF_PROTECTED`], of a command of this name.
            #[must_use]
            pub fn is_of_protected(name: &str) -> bool {
                match name { $(<$command as Command>::NAME => <$command as Command>::IS_OF_PROTECTED,)+ _ => false }
            }

            /// See [`Command::tells_of_protection`].
            #[must_use]
            pub fn tells_of_protection(&self) -> bool {
                match self { $(Self::$variant(command) => command.tells_of_protection()),+ }
            }

            /// Reads the command called `name` from its JSON body.
            pub fn read(name: &str, body: &str) -> Result<Self, Rejection> {
                match name {
                    $(<$command as Command>::NAME => json::read(body)
                        .map(Self::$variant)
                        .map_err(|fault| malformed(&fault)),)+
                    _ => Err(Rejection::UnknownCommand { name: name.chars().take(60).collect() }),
                }
            }

            /// Its JSON body.
            #[must_use]
            pub fn body(&self) -> String {
                let json = match self { $(Self::$variant(command) => serde_json::to_string(command)),+ };
                json.expect("commands hold only texts, numbers and lists of them")
            }

            /// See [`Command::ask`].
            pub fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
                match self { $(Self::$variant(command) => command.ask(view)),+ }
            }

            /// See [`Command::decide`].
            pub fn decide(&self, permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
                match self { $(Self::$variant(command) => command.decide(permit, ctx, view)),+ }
            }

            /// See [`Command::about`].
            #[must_use]
            pub fn about(&self) -> Option<(Kind, Key)> {
                match self { $(Self::$variant(command) => command.about()),+ }
            }

            /// See [`Command::persons`].
            #[must_use]
            pub fn persons(&self) -> Vec<AnyId> {
                match self { $(Self::$variant(command) => command.persons()),+ }
            }

            /// See [`Command::reason`].
            #[must_use]
            pub fn reason(&self) -> Option<&Note> {
                match self { $(Self::$variant(command) => command.reason()),+ }
            }

            /// See [`Command::foreseen`].
            #[must_use]
            pub fn foreseen(&self) -> Vec<(Kind, Key)> {
                match self { $(Self::$variant(command) => command.foreseen()),+ }
            }
        }

        $(
            impl From<$command> for AnyCommand {
                fn from(command: $command) -> Self {
                    Self::$variant(command)
                }
            }
        )+
    };
}

registry! {
    entities {
        Person = "person": person::Person,
        Staff = "staff": staff::Staff,
        Group = "group": group::Group,
        Enrolment = "enrolment": group::Enrolment,
        Series = "series": series::Series,
        Exception = "exception": exception::Exception,
        DayOff = "day-off": day_off::DayOff,
        Mark = "mark": attendance::Mark,
        School = "school": school::School,
        Standing = "standing": standing::Standing,
        Order = "order": order::Order,
        Tick = "tick": packing::Tick,
        Menu = "menu": menu::Menu,
        Erasure = "erasure": erasure::Erasure,
        Crew = "crew": crew::Crew,
        CrewKey = "crew-key": crew::CrewKey,
        Glass = "glass": glass::Glass,
        Former = "former": former::Former,
        HeldCommand = "held": held::HeldCommand,
    }
    commands {
        PersonRegister: person::Register,
        PersonCorrect: person::Correct,
        PersonAssign: person::Assign,
        StaffRegister: staff::Register,
        StaffCorrect: staff::Correct,
        StaffEnd: staff::End,
        StaffReturn: staff::Return,
        GroupEnrol: group::Enrol,
        GroupLeave: group::Leave,
        SeriesPlan: series::Plan,
        SeriesEnd: series::End,
        ExceptionMove: exception::Move,
        ExceptionCancel: exception::Cancel,
        ExceptionRestore: exception::Restore,
        DayOffDeclare: day_off::Declare,
        DayOffWithdraw: day_off::Withdraw,
        AttendanceSet: attendance::Set,
        StandingSet: standing::Set,
        OrderChange: order::Change,
        OrderAnswer: order::AnswerLate,
        PackingTick: packing::SetTick,
        MenuPlan: menu::Plan,
        PersonLook: look::Look,
        CrewAdd: crew::Add,
        CrewSetPin: crew::SetPin,
        CrewEnd: crew::End,
        PersonShield: shield::Shield,
        ShieldAsk: shield::Ask,
        ShieldAnswer: shield::Answer,
        ShieldUnname: shield::Unname,
        GlassBreak: glass::Break,
        HeldAnswer: held::Answer,
    }
}

/// A stored row whose body this build cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a {} of shape {shape} cannot be read by this build", kind.name())]
pub struct UnreadableRow {
    /// Its kind.
    pub kind: Kind,
    /// The shape it was written in.
    pub shape: u16,
}

fn malformed(fault: &serde_json::Error) -> Rejection {
    Rejection::Malformed { detail: fault.to_string().chars().take(200).collect() }
}
