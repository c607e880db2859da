//! The body of each command, field by field. The names of the fields stand here once more, and the compiler holds them
//! against the commands: no field can be forgotten, and what each is made of is read off its type. Which may be left
//! out although their type does not say so, serde alone knows; `server/tests/it/bodies.rs` asks it.

use std::iter;

use serde_json::{Map, Value, json};
use shared::{
    AnyCommand, Command,
    domain::{
        attendance, crew, day_off, exception, glass, group, held, look, menu, order, packing, person, series, shield,
        staff, standing,
    },
};

use super::shapes::{Shape, choice, closed, inner, object, word};

macro_rules! bodies {
    ($($command:ty { $($field:ident),+ } $(or { $($spare:ident),+ })?,)+) => {
        $(object!($command { $($field),+ } $(or { $($spare),+ })?);)+

        /// The commands by their names, with the schemas of their bodies.
        fn bodies() -> Vec<(&'static str, Value)> {
            vec![$((<$command as Command>::NAME, <$command as Shape>::shape())),+]
        }
    };
}

bodies! {
    person::Register { id, first_name, last_name, phone, language, contact, shielded_with },
    person::Correct { id, first_name, last_name, phone, language },
    person::Assign { id, contact },
    staff::Register { id, name, role, school },
    staff::Correct { id, name, role, school },
    staff::End { id },
    staff::Return { id },
    group::Enrol { group, person },
    group::Leave { group, person },
    series::Plan { series },
    series::End { series, last },
    exception::Move { series, date, to, start, end, place },
    exception::Cancel { series, date, reason },
    exception::Restore { series, date },
    day_off::Declare { date, reason },
    day_off::Withdraw { date },
    attendance::Set { series, date, person, value } or { seen },
    standing::Set { school, counts },
    order::Change { school, day, choice } or { seen },
    order::AnswerLate { school, day, question, verdict, by },
    packing::SetTick { day, school, step, done, by } or { seen },
    menu::Plan { day, dish } or { beside },
    look::Look { people, at },
    crew::Add { id, alias, symbol, salt, key },
    crew::SetPin { id, salt, key },
    crew::End { id },
    shield::Shield { id, with },
    shield::Ask { person, wish },
    shield::Answer { person, wish, yes },
    shield::Unname { person, user },
    glass::Break { id, reason },
    held::Answer { id, yes },
}

object!(crew::By { crew, proof });
object!(series::Series { id, title, kind, group, weekday, start, end, place, leader, bring, from, until });
choice!(attendance::Attendance { Here, Away; "late" = Late });
choice!(look::Place { Page, List; "group" = Group });
choice!(order::Choice { Closed, Standard; "count" = Count });
choice!(order::Verdict { Yes, No; "count" = Count });
word!(crew::Symbol { Sun, Cup, Bag, House, Key, Heart, Helmet, Plate });
word!(packing::Step { Made, Packed, Loaded, Delivered });
word!(series::ActivityKind {
    Kitchen,
    Norwegian,
    Computer,
    Job,
    Meeting,
    Talk,
    Practice,
    Homework,
    Network,
    Fitness,
    Cafe
});

impl Shape for shield::Wanted {
    fn shape() -> Value {
        let user = inner(|one: &Self| match one {
            Self::Name { user } => Some(user),
            Self::Lift => None,
        });
        let what = |word: &str| json!({"type": "string", "enum": [word]});
        let name = closed(json!({"what": what("name"), "user": user}));
        json!({"oneOf": [name, closed(json!({"what": what("lift")}))]})
    }
}

/// The name of the schema of the command called `name`.
fn schema_of(name: &str) -> String {
    format!("command.{name}")
}

/// Every command in its envelope, as one of those in the registry, and each by its name.
///
/// # Panics
/// When the registry has a command that is not described here: no server starts with it, and no test passes.
pub fn schemas() -> Vec<(String, Value)> {
    let bodies = bodies();
    let place = |name: &str| format!("#/components/schemas/{}", schema_of(name));
    let choices: Vec<_> = AnyCommand::NAMES.iter().map(|name| json!({"$ref": place(name)})).collect();
    let mapping: Map<String, Value> =
        AnyCommand::NAMES.iter().map(|name| ((*name).to_owned(), Value::from(place(name)))).collect();
    let command = json!({
        "description": "A command as it is encoded, once. Its name says which fields its body has.",
        "oneOf": choices,
        "discriminator": {"propertyName": "name", "mapping": mapping}
    });
    let each = AnyCommand::NAMES.iter().map(|name| {
        let body = bodies.iter().find(|(described, _)| described == name);
        let (_, body) = body.unwrap_or_else(|| panic!("nothing says what the body of {name:?} is made of"));
        (schema_of(name), envelope(name, body))
    });
    iter::once(("Command".to_owned(), command)).chain(each).collect()
}

fn envelope(name: &str, body: &Value) -> Value {
    closed(json!({
        "name": {"type": "string", "enum": [name]},
        "schema": {"type": "integer", "minimum": 0, "maximum": u16::MAX},
        "made_at": {"$ref": "#/components/schemas/Timestamp"},
        "base_at": {"$ref": "#/components/schemas/Timestamp"},
        "body": body
    }))
}
