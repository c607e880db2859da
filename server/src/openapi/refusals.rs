//! How the server says no, as its description tells it. The shapes are read off the refusals themselves, so that they
//! cannot differ from what is sent.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use shared::Rejection;

use crate::{
    auth::{
        second::{new_secret, setup},
        throttle::Wait,
    },
    error::Refusal,
};

/// A code, and what comes with it.
#[derive(Debug)]
pub struct Known {
    code: String,
    status: StatusCode,
    /// Is she told how long to wait?
    waits: bool,
    /// What it means, in a sentence.
    meaning: &'static str,
    schema: Value,
}

impl Known {
    fn of(status: StatusCode, waits: bool, sample: &Value, meaning: &'static str) -> Self {
        let code = sample["error"].as_str().unwrap_or_default().to_owned();
        let mut schema = shape(sample);
        schema["properties"]["error"] = json!({"type": "string", "enum": [code]});
        schema["description"] = meaning.into();
        Self { code, status, waits, meaning, schema }
    }

    /// Its name and schema among the components.
    pub fn component(&self) -> (String, Value) {
        (self.name(), self.schema.clone())
    }

    fn name(&self) -> String {
        format!("refusal.{}", self.code)
    }
}

/// Every refusal there is to describe.
pub fn known() -> Vec<Known> {
    let mut known: Vec<_> = samples()
        .into_iter()
        .map(|(sample, meaning)| Known::of(sample.status(), sample.retry_after().is_some(), &sample.body(), meaning))
        .collect();
    let bug = json!({"error": "bug", "reference": "7K3MQ2AB"});
    known.push(Known::of(
        StatusCode::INTERNAL_SERVER_ERROR,
        false,
        &bug,
        "A mistake of ours; the log has this reference.",
    ));
    known
}

fn samples() -> Vec<(Refusal, &'static str)> {
    vec![
        (Refusal::NoSession, "Nobody is signed in."),
        (Refusal::WrongSecret, "The login or the secret is wrong."),
        (Refusal::SecondFactor, "The password is right; send a code of her second factor too."),
        (
            Refusal::SetSecondFactor(Box::new(setup(&new_secret(), "kari"))),
            "The password is right; she sets up her app with this and sends its first code too.",
        ),
        (Refusal::NotLinked, "Nobody here is connected with this identity."),
        (Refusal::NoSchool, "No school here, or more than one contact of it, belongs to what the provider says."),
        (Refusal::NotEnough, "The provider does not say surely enough who she is."),
        (Refusal::IdentityTaken, "The identity opens another account."),
        (Refusal::Unreachable, "The provider does not answer."),
        (Refusal::OnlineOnly, "She is let in only where nothing is kept: begin again with `keeps: false`."),
        (Refusal::WrongCode, "The code is wrong, or was taken before."),
        (Refusal::LoginTaken, "Somebody else has this login."),
        (Refusal::TooMany, "She has as many as she may have: take one away first."),
        (Refusal::WeakLogin, "Nobody may have a login like this."),
        (Refusal::WeakSecret, "The password is too short, or easy to guess."),
        (Refusal::TooManyTries(Wait { seconds: 1 }), "Too many wrong tries; wait so many seconds."),
        (Refusal::TooFast { seconds: 1 }, "Too many requests; wait so many seconds."),
        (Refusal::ForeignClient, "The client belongs to another user, or never signed in here."),
        (Refusal::CrossSite, "The request comes from another site."),
        (Refusal::NotJson, "The body is not called JSON."),
        (Refusal::Malformed { detail: String::new() }, "The request cannot be read."),
        (Refusal::TooLarge, "The body is above the limit."),
        (Refusal::NotFound, "There is no such thing."),
        (Refusal::WrongMethod, "The address is not for this method."),
        (Refusal::Rejected(Rejection::Gone), "There is no such thing, or she may not see it: the two answer alike."),
        (Refusal::Rejected(Rejection::Forbidden), "She may not do this."),
        (Refusal::NotYet, "Nothing was acknowledged; send the same again."),
    ]
}

/// The answers with these codes, by their status.
pub fn responses(codes: &[String], known: &[Known]) -> Map<String, Value> {
    let mut by_status: BTreeMap<StatusCode, Vec<&Known>> = BTreeMap::new();
    for code in codes {
        let found = known.iter().find(|known| known.code == *code);
        let found = found.unwrap_or_else(|| panic!("a handler refuses with {code:?}, which is no code of ours"));
        let alike = by_status.entry(found.status).or_default();
        if !alike.iter().any(|known| known.code == *code) {
            alike.push(found);
        }
    }
    by_status.into_iter().map(|(status, alike)| (status.as_str().to_owned(), response(&alike))).collect()
}

fn response(alike: &[&Known]) -> Value {
    let meanings: Vec<_> = alike.iter().map(|known| format!("`{}`: {}", known.code, known.meaning)).collect();
    let mut schemas: Vec<_> =
        alike.iter().map(|known| json!({"$ref": format!("#/components/schemas/{}", known.name())})).collect();
    let schema = if schemas.len() == 1 { schemas.remove(0) } else { json!({"oneOf": schemas}) };
    let mut response = json!({"description": meanings.join(" "), "content": {"application/json": {"schema": schema}}});
    if alike.iter().all(|known| known.waits) {
        response["headers"] = json!({"Retry-After": {
            "description": "How many seconds to wait.",
            "required": true,
            "schema": {"type": "integer", "minimum": 0}
        }});
    }
    response
}

/// The schema of whatever looks like this, with any other text and number in it.
pub fn shape(sample: &Value) -> Value {
    match sample {
        Value::Object(fields) => {
            let properties: Map<_, _> = fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect();
            json!({"type": "object", "required": fields.keys().collect::<Vec<_>>(), "properties": properties})
        }
        Value::Array(items) => json!({"type": "array", "items": items.first().map_or_else(|| json!({}), shape)}),
        Value::String(_) => json!({"type": "string"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Null => json!({"type": "null"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_all_its_codes_once_and_how_long_to_wait() {
        let codes = ["too-fast", "gone", "too-many-tries", "gone", "not-found"].map(str::to_owned);
        let responses = responses(&codes, &known());
        let choices = &responses["429"]["content"]["application/json"]["schema"]["oneOf"];
        assert_eq!(choices[0]["$ref"], "#/components/schemas/refusal.too-fast");
        assert_eq!(choices.as_array().map(Vec::len), Some(2));
        assert_eq!(responses["429"]["headers"]["Retry-After"]["required"], true);
        assert_eq!(
            responses["404"]["content"]["application/json"]["schema"]["oneOf"].as_array().map(Vec::len),
            Some(2)
        );
        assert!(responses["404"].get("headers").is_none());
    }

    #[test]
    fn what_comes_with_a_code_is_read_off_the_refusal() {
        let known = known();
        let schema = |code: &str| known.iter().find(|known| known.code == code).unwrap().schema.clone();
        assert_eq!(schema("too-fast")["required"], json!(["error", "seconds"]));
        assert_eq!(schema("set-second-factor")["properties"]["qr"]["properties"]["size"], json!({"type": "integer"}));
        assert_eq!(schema("bug")["properties"]["error"]["enum"], json!(["bug"]));
    }

    #[test]
    #[should_panic(expected = "no code of ours")]
    fn a_code_nobody_knows_is_found_at_once() {
        responses(&["goone".to_owned()], &known());
    }
}
