//! `GET /openapi.json` says what is served and nothing else, and real answers look as it says.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    centre::{Centre, Device, Reply, post},
    guard::ROUTES,
};

/// A password nobody guesses.
const GOOD: &str = "gulrot traktor månelys";

/// The description as it is served.
pub async fn document(centre: &Centre) -> Value {
    let reply = centre.get("/openapi.json").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"));
    reply.json()
}

/// The operations of a description, as method and path.
fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    operations.collect()
}

#[tokio::test]
async fn what_is_described_is_what_is_served() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let listed = ROUTES.into_iter().chain([("GET", "/healthz"), ("GET", "/readyz")]);
    let listed: BTreeSet<_> = listed.map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(operations(&document), listed);
    for (method, path) in listed {
        let request = Request::builder().method(method.as_str()).uri(&path).body(Body::empty()).unwrap();
        let reply = centre.send(request).await;
        assert!(![404, 405].contains(&reply.status.as_u16()), "{method} {path}: {}", reply.text);
        assert_described(&document, (method.as_str(), path.as_str()), &reply);
    }
    // One that is not described is not there: so the list above can be wrong.
    assert_eq!(centre.get("/api/undescribed").await.status, 404);
}

#[tokio::test]
async fn every_operation_says_what_it_is_for_under_a_name_of_its_own() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let mut names = BTreeSet::new();
    for (method, path) in operations(&document) {
        let operation = &document["paths"][&path][method.to_lowercase()];
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
        let is_guarded = operation["responses"]["401"].to_string().contains("refusal.no-session");
        // Whoever begins there needs a session for one of two things.
        let is_either = path == "/api/oidc/begin";
        assert_eq!(operation["security"] == json!([{"session": []}]), is_guarded && !is_either, "{method} {path}");
        assert_eq!(operation.get("requestBody").is_some(), operation["responses"].get("415").is_some());
    }
    assert_eq!(document["components"]["securitySchemes"]["session"]["name"], "minvei");
}

#[tokio::test]
async fn every_name_that_is_mentioned_is_explained() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let text = document.to_string();
    let mentioned: BTreeSet<_> = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(mentioned.len() > 30, "{mentioned:?}");
    for name in mentioned {
        assert!(document.pointer(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn at_the_door_answers_are_as_described() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let sign_in = |body: Value| post("/api/sign-in", body.to_string());
    let kari = json!({"login": "kari", "secret": "minvei-demo", "client": "pc"});
    let mut nameless = sign_in(kari.clone());
    nameless.headers_mut().remove("content-type");
    let mut cross = sign_in(kari.clone());
    cross.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let mut wrong = kari.clone();
    wrong["secret"] = "wrong".into();
    let long = "x".repeat(5_000);
    let mut tries = vec![
        (200, sign_in(kari)),
        (400, sign_in(json!({"login": "kari", "more": 1}))),
        (403, cross),
        (413, sign_in(json!({"login": long, "secret": "s", "client": "pc"}))),
        (415, nameless),
    ];
    tries.extend((0..5).map(|_| (401, sign_in(wrong.clone()))));
    tries.push((429, sign_in(wrong.clone())));
    for (status, request) in tries {
        let reply = centre.send(request).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        assert_described(&document, ("POST", "/api/sign-in"), &reply);
    }
    for (path, body) in [
        ("/api/enter", json!({"token": "no", "client": "pc"})),
        ("/api/invitation", json!({"token": "no"})),
        ("/api/accept", json!({"token": "no", "login": "nora", "secret": GOOD})),
    ] {
        let reply = centre.post(path, &body).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_described(&document, ("POST", path), &reply);
    }
}

#[tokio::test]
async fn an_invitation_is_as_described_from_end_to_end() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let bente = centre.device("bente", "pc").await;
    let handed = ask(&document, &bente, "/api/invitations", &json!({"staff": "jonas"})).await;
    let link = handed.json()["link"].as_str().unwrap().to_owned();
    let token = link.split_once('#').unwrap().1;
    let looked = centre.post("/api/invitation", &json!({"token": token})).await;
    assert_eq!(looked.status, 200);
    assert_described(&document, ("POST", "/api/invitation"), &looked);
    for (status, login, secret) in
        [(409, "kari", GOOD), (422, "n", GOOD), (422, "jonas", "passord"), (204, "jonas", GOOD)]
    {
        let body = json!({"token": token, "login": login, "secret": secret});
        let reply = centre.post("/api/accept", &body).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        assert_described(&document, ("POST", "/api/accept"), &reply);
    }
    let school = ask(&document, &bente, "/api/invitations", &json!({"staff": "slettebakken"})).await.json();
    let entered = match school["link"].as_str().and_then(|link| link.split_once('#')) {
        Some((_, token)) => centre.post("/api/enter", &json!({"token": token, "client": "school"})).await,
        None => panic!("{school}"),
    };
    assert_eq!(entered.status, 200, "{}", entered.text);
    assert_described(&document, ("POST", "/api/enter"), &entered);
    let ended = ask(&document, &bente, "/api/invitations/end", &json!({"staff": "slettebakken"})).await;
    assert_eq!(ended.status, 204);
    for own in ["bente", "nobody"] {
        ask(&document, &bente, "/api/invitations", &json!({"staff": own})).await;
    }
}

#[tokio::test]
async fn behind_the_session_answers_are_as_described_to_everybody() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    for device in [
        // She is first: whoever hands her a new card signs her out.
        centre.phone("amina").await,
        centre.device("kari", "pc").await,
        centre.device("bente", "desk").await,
        centre.device("slettebakken", "school").await,
        centre.device("kjokken", "tablet").await,
    ] {
        for path in [
            "/api/me",
            "/api/devices",
            "/api/second",
            "/api/accounts",
            "/api/log",
            "/api/log?before=x",
            "/api/log?no=1",
        ] {
            let reply = device.get(path).await;
            assert_described(&document, ("GET", path), &reply);
        }
        for (path, body) in [
            ("/api/here", json!({})),
            ("/api/devices/end", json!({"id": "nothing"})),
            ("/api/second/begin", json!({"secret": "nobody"})),
            ("/api/second/confirm", json!({"code": "000000"})),
            ("/api/cards", json!({"person": "amina"})),
            ("/api/cards", json!({"person": "nobody"})),
            ("/api/older", json!({"first": "2026-09-01", "last": "2026-09-30"})),
            ("/api/older", json!({"first": "2026-09-30", "last": "2026-09-01"})),
            ("/api/rescue", json!({"user": "kjokken", "client": "tablet", "sealed": "AAAA"})),
            ("/api/invitations/end", json!({"staff": "jonas"})),
            ("/api/sync", json!({"schema": 0, "client": device.client})),
            ("/api/sync", json!({"schema": 1, "client": "nobodys"})),
            ("/api/sync", json!({"schema": 1})),
        ] {
            ask(&document, &device, path, &body).await;
        }
    }
    let pc = centre.device("kari", "pc").await;
    assert_eq!(ask(&document, &pc, "/api/sign-out", &json!({})).await.status, 204);
}

#[tokio::test]
async fn a_sync_is_as_described_whatever_is_in_it() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let mut told = BTreeSet::new();
    for login in ["slettebakken", "kari", "kjokken", "bente"] {
        let device = centre.device(login, &format!("{login}-pc")).await;
        let order = |day: &str, choice: Value| {
            json!({
                "name": "order.change", "schema": 1, "made_at": 1, "base_at": 1,
                "body": {"school": "slettebakken", "day": day, "choice": choice}
            })
        };
        let commands = json!([
            order("2026-11-26", json!({"count": 58})),
            order("2026-11-26", json!({"count": 5_001})),
            order("2026-11-28", json!({"count": 1})),
            order("2026-11-20", json!({"count": 1})),
            order("2036-11-26", json!({"count": 1})),
            {"name": "order.eat", "schema": 1, "made_at": 1, "base_at": 1, "body": {}},
            {"name": "order.change", "schema": 1, "made_at": 1, "base_at": 1, "body": {}},
            null,
        ]);
        let mut body = device.standing();
        body["first"] = 1.into();
        body["commands"] = commands;
        for _ in 0..2 {
            let reply = ask(&document, &device, "/api/sync", &body).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            let answer = reply.json();
            for outcome in answer["outcomes"].as_array().into_iter().flatten() {
                let why = outcome[1]["refused"]["why"].as_str().unwrap_or("applied");
                told.insert(why.to_owned());
            }
            body["cursor"] = answer["patch"]["to"].clone();
            body["epoch"] = "other".into();
        }
        assert_eq!(ask(&document, &device, "/api/sync", &device.standing()).await.status, 200);
    }
    assert!(told.contains("applied") && told.contains("unknown-command") && told.len() > 3, "{told:?}");
}

#[tokio::test]
async fn a_lie_in_the_description_is_found() {
    let centre = Centre::open().await;
    let document = document(&centre).await;
    let phone = centre.phone("amina").await;
    let me = phone.get("/api/me").await.json();
    let told = json!({"$ref": "#/components/schemas/Me"});
    assert_eq!(misfit(&document, &told, &me), None);
    let lies = [
        ("/components/schemas/Me/properties/name/type", json!("integer")),
        ("/components/schemas/Me/required", json!(["name", "age"])),
        ("/components/schemas/Role/enum", json!(["queen"])),
        ("/components/schemas/Me/properties/server_time", json!({"$ref": "#/components/schemas/Id"})),
        ("/components/schemas/Me/properties", json!({"name": {"type": "string"}})),
    ];
    for (place, lie) in lies {
        let mut lying = document.clone();
        *lying.pointer_mut(place).unwrap() = lie;
        assert!(misfit(&lying, &told, &me).is_some(), "{place}");
    }
}

#[tokio::test]
async fn the_page_is_served_whole_with_the_policy_of_every_page() {
    let centre = Centre::open().await;
    let policy = centre.get("/").await.header("content-security-policy").to_owned();
    let page = centre.get("/api-docs/").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html"));
    assert_eq!(page.header("content-security-policy"), policy);
    let mut parts: Vec<_> =
        page.text.split(['"', '\'']).filter(|word| word.contains('.') && !word.contains(' ')).collect();
    parts.retain(|word| [".js", ".css", ".png"].iter().any(|end| word.ends_with(end)));
    assert_eq!(parts.len(), 7, "{parts:?}");
    for part in parts {
        assert!(!part.contains("//"), "{part} is loaded from elsewhere");
        let path = format!("/api-docs/{}", part.trim_start_matches("./"));
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let response = centre.app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-security-policy"], policy.as_str());
    }
    assert!(!page.text.contains("<script>") && !page.text.contains("<style"), "nothing inline");
    let settings = centre.get("/api-docs/swagger-initializer.js").await.text;
    assert!(settings.contains("\"url\": \"/openapi.json\"") && !settings.contains("petstore"), "{settings}");
    assert_eq!(centre.get("/api-docs").await.header("location"), "/api-docs/");
    assert_eq!(centre.get("/api-docs/nothing.js").await.error(), (404, "not-found".to_owned()));
}

/// Asks with a body, and makes sure that the answer is one of those described.
async fn ask(document: &Value, device: &Device<'_>, path: &str, body: &Value) -> Reply {
    let reply = device.post(path, body).await;
    assert_described(document, ("POST", path), &reply);
    reply
}

fn assert_described(document: &Value, (method, path): (&str, &str), reply: &Reply) {
    let bare = path.split('?').next().unwrap_or(path);
    let told = &document["paths"][bare][method.to_lowercase()]["responses"][reply.status.as_str()];
    assert!(told.is_object(), "{method} {path} answers {} {}", reply.status, reply.text);
    assert_eq!(told["headers"]["Retry-After"].is_object(), !reply.header("retry-after").is_empty(), "{method} {path}");
    let kind = reply.header("content-type").split(';').next().unwrap_or_default();
    if told.get("content").is_none() {
        assert_eq!((reply.text.as_str(), kind), ("", ""), "{method} {path} answers {}", reply.status);
        return;
    }
    let schema = &told["content"][kind]["schema"];
    assert!(schema.is_object(), "{method} {path} answers {} with {kind:?}", reply.status);
    let value = if kind == "application/json" { reply.json() } else { Value::from(reply.text.as_str()) };
    let misfit = misfit(document, schema, &value);
    assert_eq!(misfit, None, "{method} {path} answers {} {}", reply.status, reply.text);
}

/// What is wrong with `value` by `schema`. Stricter than a schema is: a field that is not described is wrong too.
pub fn misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return misfit(document, document.pointer(&name[1..]).expect("a schema of this name"), value);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fitting = choices.iter().filter(|choice| misfit(document, choice, value).is_none()).count();
        return (fitting != 1).then(|| format!("{value} fits {fitting} of {schema}"));
    }
    if schema["enum"].as_array().is_some_and(|all| !all.contains(value)) {
        return Some(format!("{value} is none of {}", schema["enum"]));
    }
    let is_kind = |kind: &Value| kind == kind_of(value) || (kind == "number" && value.is_number());
    let kinds = &schema["type"];
    if !kinds.is_null() && !is_kind(kinds) && !kinds.as_array().is_some_and(|kinds| kinds.iter().any(is_kind)) {
        return Some(format!("{value} is no {kinds}"));
    }
    match value {
        Value::Object(fields) => {
            let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            if let Some(name) = required.find(|name| !fields.contains_key(*name)) {
                return Some(format!("{value} lacks {name}"));
            }
            let described = schema["properties"].as_object()?;
            fields.iter().find_map(|(name, value)| match described.get(name) {
                Some(schema) => misfit(document, schema, value),
                None => Some(format!("{name} is not described")),
            })
        }
        Value::Array(items) => match schema["prefixItems"].as_array() {
            Some(schemas) if schemas.len() != items.len() => Some(format!("{value} has another length")),
            Some(schemas) => items.iter().zip(schemas).find_map(|(item, schema)| misfit(document, schema, item)),
            None => items.iter().find_map(|item| misfit(document, &schema["items"], item)),
        },
        _ => None,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
