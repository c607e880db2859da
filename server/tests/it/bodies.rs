//! What `/openapi.json` says of the bodies of commands is what is read: held against one of each, as the snapshots of
//! `shared` keep them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    AnyCommand, Rejection,
    prim::{Bytes, Name, Note, TimeOfDay},
};

use crate::{
    centre::Centre,
    described::{document, misfit},
};

const SNAPSHOT: &str = include_str!("../../../shared/tests/snapshots/wire_snapshots__every_command.snap");

/// One command of each name, with its body.
fn commands() -> Vec<(&'static str, Value)> {
    let (_, lines) = SNAPSHOT.split_once("\n---\n").unwrap();
    let commands = lines.lines().filter_map(|line| line.split_once(' '));
    commands.map(|(name, body)| (name, serde_json::from_str(body).unwrap())).collect()
}

fn sent(name: &str, body: &Value) -> Value {
    json!({"name": name, "schema": shared::SCHEMA, "made_at": 1, "base_at": 1, "body": body})
}

fn is_read(name: &str, body: &Value) -> bool {
    AnyCommand::read(name, &body.to_string()).is_ok()
}

/// The schema itself, where it is only named, or one of several.
fn found<'a>(document: &'a Value, schema: &'a Value, value: &Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str() {
        return found(document, document.pointer(&name[1..]).unwrap(), value);
    }
    let fitting =
        schema["oneOf"].as_array().and_then(|all| all.iter().find(|one| misfit(document, one, value).is_none()));
    fitting.map_or(schema, |one| found(document, one, value))
}

/// The objects in `value`: where each is, and its schema.
fn objects<'a>(document: &'a Value, schema: &'a Value, value: &Value, at: &str) -> Vec<(String, &'a Value)> {
    let schema = found(document, schema, value);
    match value {
        Value::Object(fields) => {
            let inside = fields.iter().flat_map(|(name, value)| {
                objects(document, &schema["properties"][name.as_str()], value, &format!("{at}/{name}"))
            });
            [(at.to_owned(), schema)].into_iter().chain(inside).collect()
        }
        Value::Array(items) => {
            let inside = items.iter().enumerate();
            inside
                .flat_map(|(place, item)| objects(document, &schema["items"], item, &format!("{at}/{place}")))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The names that a reader says it expects there, if it complains of a field too many.
fn expected(name: &str, body: &Value) -> Option<BTreeSet<String>> {
    let Err(Rejection::Malformed { detail }) = AnyCommand::read(name, &body.to_string()) else {
        panic!("{name} takes {body}");
    };
    let (_, names) = detail.strip_prefix("unknown field `surplus`")?.split_once("expected")?;
    Some(names.split('`').skip(1).step_by(2).map(str::to_owned).collect())
}

#[tokio::test]
async fn every_command_is_described_and_one_of_each_fits() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let names: Vec<_> = commands().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, AnyCommand::NAMES);
    let schema = json!({"$ref": "#/components/schemas/Command"});
    let choices = document["components"]["schemas"]["Command"]["oneOf"].as_array().unwrap();
    assert_eq!(choices.len(), names.len());
    for (name, body) in commands() {
        assert!(is_read(name, &body), "{name} {body}");
        assert_eq!(misfit(&document, &schema, &sent(name, &body)), None, "{name} {body}");
        assert!(misfit(&document, &schema, &sent("order.eat", &body)).is_some());
        assert!(misfit(&document, &schema, &sent(name, &json!({}))).is_some(), "{name} with nothing");
    }
    let examples = document["components"]["schemas"]["Request"]["examples"].as_array().unwrap();
    for command in examples.iter().flat_map(|example| example["commands"].as_array().unwrap()) {
        assert_eq!(misfit(&document, &schema, command), None);
        assert!(is_read(command["name"].as_str().unwrap(), &command["body"]));
    }
}

#[tokio::test]
async fn a_field_may_be_left_out_where_it_is_said_and_nowhere_else() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let (mut objects_tried, mut spare) = (0, 0);
    for (name, body) in commands() {
        let schema = &document["components"]["schemas"][format!("command.{name}")]["properties"]["body"];
        for (at, schema) in objects(&document, schema, &body, "") {
            objects_tried += 1;
            assert_eq!(schema["additionalProperties"], false, "{name} {at}");
            let described = schema["properties"].as_object().unwrap();
            for (field, of) in described {
                let is_required = schema["required"].as_array().unwrap().contains(&field.as_str().into());
                let mut without = body.clone();
                without.pointer_mut(&at).unwrap().as_object_mut().unwrap().remove(field);
                assert_eq!(is_read(name, &without), !is_required, "{name} {at} without {field}");
                spare += usize::from(!is_required);
                let may_be_null = misfit(&document, of, &Value::Null).is_none();
                let mut empty = body.clone();
                empty.pointer_mut(&at).unwrap()[field.as_str()] = Value::Null;
                assert_eq!(is_read(name, &empty), may_be_null, "{name} {at} with {field} as null");
            }
            let mut more = body.clone();
            more.pointer_mut(&at).unwrap()["surplus"] = 1.into();
            // What is one of several is read by what can be in any of them.
            if let Some(expected) = expected(name, &more) {
                assert!(described.keys().all(|field| expected.contains(field)), "{name} {at}: {expected:?}");
            }
        }
    }
    assert!(objects_tried > commands().len() && spare > 10, "{objects_tried} objects, {spare} spare fields");
}

#[tokio::test]
async fn texts_are_as_long_as_is_said() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let schemas = &document["components"]["schemas"];
    let most = |name: &str| usize::try_from(schemas[name]["maxLength"].as_u64().unwrap()).unwrap();
    let (name, note) = (most("Name"), most("Note"));
    assert!(Name::parse(&"å".repeat(name)).is_ok() && Name::parse(&"å".repeat(name + 1)).is_err());
    assert!(Note::parse(&"å".repeat(note)).is_ok() && Note::parse(&"å".repeat(note + 1)).is_err());
    assert_eq!(schemas["Bytes"]["pattern"], "^[0-9a-f]{64}$");
    assert!(Bytes::parse(&"0f".repeat(32)).is_ok());
    for example in schemas["TimeOfDay"]["examples"].as_array().unwrap() {
        assert!(TimeOfDay::parse(example.as_str().unwrap()).is_ok(), "{example}");
    }
}
