//! The types of `shared` as they stand on the wire. They are described here and not there: every phone downloads
//! `shared`. What can be asked of the types themselves is asked: names, reasons, parts. The rest is held against real
//! answers by `server/tests/it/described.rs` and by `cargo xtask test api`.

use serde_json::{Map, Value, json};
use shared::{Kind, Rejection, Role, policy::Relation, prim::Timestamp, rejection::Field};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema, Type};

use super::{commands, refusals::shape, shapes};
use crate::routes::sync::MOST_SEQ;

/// An identifier, as a field of the server's own types.
#[must_use]
pub fn id() -> RefOr<Schema> {
    named("Id")
}

/// An identifier or nothing.
#[must_use]
pub fn maybe_id() -> RefOr<Schema> {
    or_null("Id")
}

/// An instant, likewise.
#[must_use]
pub fn timestamp() -> RefOr<Schema> {
    named("Timestamp")
}

/// An instant or nothing.
#[must_use]
pub fn maybe_timestamp() -> RefOr<Schema> {
    or_null("Timestamp")
}

/// The part somebody plays.
#[must_use]
pub fn role() -> RefOr<Schema> {
    named("Role")
}

/// The part somebody plays, or nothing.
#[must_use]
pub fn maybe_role() -> RefOr<Schema> {
    or_null("Role")
}

/// How somebody was tied to what she did something to.
#[must_use]
pub fn relation() -> RefOr<Schema> {
    named("Relation")
}

fn named(name: &str) -> RefOr<Schema> {
    Ref::from_schema_name(name).into()
}

fn or_null(name: &str) -> RefOr<Schema> {
    OneOfBuilder::new().item(Ref::from_schema_name(name)).item(ObjectBuilder::new().schema_type(Type::Null)).into()
}

/// What is described by hand, by its name.
pub fn schemas() -> Map<String, Value> {
    let all = [words(), shapes::schemas(), asked(), answered(), told()];
    let all = all.into_iter().flatten().map(|(name, schema)| (name.to_owned(), schema));
    all.chain(commands::schemas()).collect()
}

type Named = (&'static str, Value);

/// What the messages are made of.
fn words() -> Vec<Named> {
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    vec![
        ("Id", json!({"type": "string", "pattern": "^[a-z0-9-]{1,64}$"})),
        (
            "Timestamp",
            json!({
                "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX,
                "description": "Milliseconds since 1970-01-01."
            }),
        ),
        (
            "Date",
            json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-24"]}),
        ),
        ("Role", json!({"type": "string", "enum": Role::ALL})),
        (
            "Relation",
            json!({"type": "string", "enum": Relation::ALL, "description": "How somebody is tied to a thing, the narrowest tie first."}),
        ),
        (
            "Tag",
            json!({"type": "string", "description": "An audience.", "examples": ["public", "school:slettebakken"]}),
        ),
        (
            "Cursor",
            object(
                "A place in a centre's history.",
                &["history", "version"],
                json!({"history": {"type": "string"}, "version": count()}),
            ),
        ),
        (
            "Grant",
            object(
                "A right to an audience, in a part, for a time.",
                &["user", "tag", "role"],
                json!({"user": to("Id"), "tag": to("Tag"), "role": to("Role"), "from": to("Date"), "until": to("Date")}),
            ),
        ),
        (
            "Grants",
            object(
                "Who the client's user is, and what she may receive today.",
                &["epoch", "user", "role", "tags", "list"],
                json!({
                    "epoch": {"type": "string", "description": "A digest of all below."},
                    "user": to("Id"),
                    "role": to("Role"),
                    "tags": list(to("Tag")),
                    "list": list(to("Grant")),
                    "keeping": {"type": "string", "enum": ["in-memory"], "description": "Where nothing is kept."}
                }),
            ),
        ),
        (
            "Row",
            object(
                "A row: kind, version, number of its shape, body.",
                &["k", "v", "s", "b"],
                json!({"k": {"type": "string", "enum": kinds}, "v": count(), "s": count(), "b": {"type": "object"}}),
            ),
        ),
    ]
}

/// What a client sends.
fn asked() -> Vec<Named> {
    let seq = json!({"type": "integer", "minimum": 0, "maximum": MOST_SEQ, "default": 0});
    let command = json!({
        "name": "order.change", "schema": shared::SCHEMA, "made_at": 1_795_507_200_000_i64,
        "base_at": 1_795_507_200_000_i64,
        "body": {"school": "slettebakken", "day": "2026-11-26", "choice": {"count": 58}}
    });
    let example = json!({"schema": shared::SCHEMA, "client": "school-pc-1", "first": 1, "commands": [command]});
    let mut request = object(
        "What a client sends: where it stands, and its next commands.",
        &["schema", "client"],
        json!({
            "schema": {"type": "integer", "minimum": 0, "maximum": u16::MAX},
            "client": to("Id"),
            "cursor": maybe(to("Cursor")),
            "epoch": {"type": ["string", "null"]},
            "held": {"type": ["array", "null"], "items": to("Tag")},
            "stored": seq,
            "first": seq,
            "commands": list(maybe(to("Command")))
        }),
    );
    request["examples"] = json!([example]);
    vec![
        ("Request", request),
        (
            "OlderRequest",
            closed(object(
                "The first day and the last, at most 31.",
                &["first", "last"],
                json!({"first": to("Date"), "last": to("Date")}),
            )),
        ),
        (
            "Rescue",
            closed(object(
                "The file of a queue; what is sealed in it is base64.",
                &["user", "client", "sealed"],
                json!({"user": to("Id"), "client": to("Id"), "sealed": {"type": "string"}}),
            )),
        ),
    ]
}

/// What the server answers.
fn answered() -> Vec<Named> {
    vec![
        (
            "Answer",
            object(
                "What became of the commands, and what has changed. What is left out is no, nothing or 0.",
                &["server_time", "last_seq"],
                json!({
                    "server_time": to("Timestamp"),
                    "last_seq": count(),
                    "covered": count(),
                    "outcomes": list(pair(count(), to("Outcome"))),
                    "server_is_older": {"type": "boolean"},
                    "say_held": {"type": "boolean"},
                    "patch": to("Patch")
                }),
            ),
        ),
        (
            "Outcome",
            json!({"oneOf": [
                object("Its changes are in the history up to this version.", &["applied"], json!({"applied": count()})),
                object("The rules said no.", &["refused"], json!({"refused": to("Rejection")})),
                object(
                    "Somebody else must decide.",
                    &["held"],
                    json!({"held": object("Who.", &["for_whom"], json!({"for_whom": to("Role")}))}),
                )
            ]}),
        ),
        ("Rejection", json!({"oneOf": rejections().iter().map(rejection).collect::<Vec<_>>()})),
        (
            "Patch",
            object(
                "Row changes that bring a client from its cursor to a later one.",
                &["to"],
                json!({
                    "to": to("Cursor"),
                    "reset": {"type": "boolean"},
                    "more": {"type": "boolean"},
                    "grants": to("Grants"),
                    "rows": list(to("Row")),
                    "gone": list(pair(json!({"type": "string"}), json!({"type": "string"})))
                }),
            ),
        ),
        ("Older", object("The rows of those days.", &["rows"], json!({"rows": list(to("Row"))}))),
        (
            "Rescued",
            object(
                "How many commands were applied, are held (left out where none is), were refused, and have a gap before \
                 them.",
                &["applied", "refused", "waiting"],
                json!({"applied": count(), "held": count(), "refused": count(), "waiting": count()}),
            ),
        ),
        (
            "Deposited",
            object(
                "How many commands were applied, are held, and were refused or came too late to be judged; and whether the \
                 device must forget everything.",
                &["applied", "held", "refused", "wipe"],
                json!({
                    "applied": count(),
                    "held": count(),
                    "refused": count(),
                    "wipe": {"type": "boolean"}
                }),
            ),
        ),
    ]
}

/// What the live channel tells, one as the text of each message or event.
fn told() -> Vec<Named> {
    vec![
        (
            "Poke",
            object("Something of hers has changed.", &["version"], json!({"version": count(), "news": to("News")})),
        ),
        (
            "News",
            object(
                "What has changed, for whoever has seen everything up to `since` with these grants.",
                &["since", "epoch", "server_time", "patch"],
                json!({
                    "since": count(),
                    "epoch": {"type": "string"},
                    "server_time": to("Timestamp"),
                    "patch": to("Patch")
                }),
            ),
        ),
    ]
}

/// One of each reason the rules have. [`Rejection::Newer`] is none: it is only read.
fn rejections() -> Vec<Rejection> {
    let (text, date) = (String::new, Timestamp(0).date());
    vec![
        Rejection::Gone,
        Rejection::Forbidden,
        Rejection::UnknownCommand { name: text() },
        Rejection::Malformed { detail: text() },
        Rejection::ReusedId,
        Rejection::OutOfRange { field: Field::Count, min: 0, max: 0 },
        Rejection::OutsideSchoolYear { date, from: date, until: date },
        Rejection::SchoolClosed { date },
        Rejection::EndBeforeStart,
        Rejection::NotPlanned { date },
        Rejection::DayIsOver { date },
        Rejection::DayIsAhead { date },
        Rejection::AlreadyAnswered,
        Rejection::NoContact,
        Rejection::Exists,
        Rejection::OwnPart,
        Rejection::NeedsSchool,
        Rejection::TwoPersons,
        Rejection::Full { max: 0 },
        Rejection::TooManyWait,
        Rejection::Bug { reference: text() },
    ]
}

fn rejection(sample: &Rejection) -> Value {
    let sample = serde_json::to_value(sample).expect("a rejection is JSON");
    let mut schema = shape(&sample);
    schema["properties"]["why"] = json!({"type": "string", "enum": [sample["why"]]});
    schema
}

fn object(description: &str, required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "description": description, "required": required, "properties": properties})
}

/// The same, where a field too many is refused.
fn closed(mut object: Value) -> Value {
    object["additionalProperties"] = false.into();
    object
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn maybe(schema: Value) -> Value {
    json!({"oneOf": [schema, {"type": "null"}]})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn pair(first: Value, second: Value) -> Value {
    json!({"type": "array", "prefixItems": [first, second], "items": false, "minItems": 2, "maxItems": 2})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does the list hold this reason? Without a wildcard: whoever adds one is asked here to list it.
    fn is_listed(rejection: &Rejection) -> bool {
        match rejection {
            Rejection::Gone
            | Rejection::Forbidden
            | Rejection::UnknownCommand { .. }
            | Rejection::Malformed { .. }
            | Rejection::ReusedId
            | Rejection::OutOfRange { .. }
            | Rejection::OutsideSchoolYear { .. }
            | Rejection::SchoolClosed { .. }
            | Rejection::EndBeforeStart
            | Rejection::NotPlanned { .. }
            | Rejection::DayIsOver { .. }
            | Rejection::DayIsAhead { .. }
            | Rejection::AlreadyAnswered
            | Rejection::NoContact
            | Rejection::Exists
            | Rejection::OwnPart
            | Rejection::NeedsSchool
            | Rejection::TwoPersons
            | Rejection::Full { .. }
            | Rejection::TooManyWait
            | Rejection::Bug { .. } => true,
            Rejection::Newer => false,
        }
    }

    #[test]
    fn every_reason_is_described() {
        let rejections = rejections();
        assert!(rejections.iter().all(is_listed));
        let schemas = schemas();
        let reasons = schemas["Rejection"]["oneOf"].as_array().unwrap();
        let names: std::collections::BTreeSet<_> =
            reasons.iter().map(|one| one["properties"]["why"]["enum"][0].as_str().unwrap()).collect();
        assert_eq!(names.len(), 21, "{names:?}");
        assert_eq!(reasons[5]["required"], json!(["field", "max", "min", "why"]));
    }

    #[test]
    fn every_schema_that_is_mentioned_is_there() {
        let schemas = schemas();
        let text = Value::from(schemas.clone()).to_string();
        for (mentioned, _) in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split_once('"')) {
            assert!(schemas.contains_key(mentioned), "{mentioned}");
        }
    }
}
