//! The Groups API of Feide: at which schools somebody works. The group of a school says which one it is
//! (`fc:org:<realm>:unit:NO<number>`), the group of its owner what she is there (`fc:org:<realm>`, `affiliation`):
//! pupils belong to the same school, and order no lunch for it.

use std::collections::BTreeSet;

use axum::http::{
    Method, Request,
    header::{ACCEPT, AUTHORIZATION},
};
use openidconnect::{AccessToken, url::Url};
use serde::Deserialize;
use serde_json::Value;
use shared::prim::OrganisationNumber;

use super::ask::{AskFault, Outside};

/// What those are called who work at a school.
const WORKS_THERE: &str = "employee";

#[derive(Deserialize)]
struct Group {
    id: String,
    #[serde(default)]
    membership: Value,
}

/// The schools at which whoever this token is about works.
pub async fn schools(
    outside: &Outside,
    address: &Url,
    token: &AccessToken,
) -> Result<Vec<OrganisationNumber>, AskFault> {
    let request = Request::builder()
        .method(Method::GET)
        .uri(address.as_str())
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", token.secret()))
        .body(Vec::new())?;
    let answer = outside.ask(request).await?;
    if !answer.status().is_success() {
        return Err(AskFault::Status(answer.status()));
    }
    Ok(works_at(answer.body()))
}

/// The schools among the groups of an answer whose owner says that she works there.
fn works_at(answer: &[u8]) -> Vec<OrganisationNumber> {
    let groups: Vec<Group> = serde_json::from_slice::<Vec<Value>>(answer)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|group| serde_json::from_value(group).ok())
        .collect();
    let works_there = |group: &&Group| {
        let affiliation = group.membership["affiliation"].as_array();
        affiliation.is_some_and(|all| all.iter().any(|one| one == WORKS_THERE))
    };
    let owners: BTreeSet<&str> = groups.iter().filter(works_there).map(|group| group.id.as_str()).collect();
    let schools = groups.iter().filter_map(|group| {
        let (owner, number) = group.id.split_once(":unit:NO")?;
        let number = OrganisationNumber::parse(number).ok()?;
        (owner.starts_with("fc:org:") && owners.contains(owner)).then_some(number)
    });
    schools.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(affiliation: &str, unit: &str) -> Vec<String> {
        let text = format!(
            r#"[{{"id": "fc:org:bergen.example", "type": "fc:org", "membership": {{"affiliation": {affiliation}}}}},
                {{"id": "{unit}", "type": "fc:org", "membership": {{"basic": "member"}}}},
                {{"id": "fc:adhoc:1"}}, {{"unknown": true}}]"#
        );
        works_at(text.as_bytes()).into_iter().map(String::from).collect()
    }

    #[test]
    fn whoever_works_at_a_school_is_told_from_its_pupils() {
        let school = "fc:org:bergen.example:unit:NO100000008";
        assert_eq!(answer(r#"["member", "employee", "faculty"]"#, school), ["100000008"]);
        let nobody = Vec::<String>::new();
        assert_eq!(answer(r#"["member", "student"]"#, school), nobody);
        assert_eq!(answer("null", school), nobody);
        assert_eq!(answer(r#"["employee"]"#, "fc:org:oslo.example:unit:NO100000008"), nobody, "she works elsewhere");
        assert_eq!(answer(r#"["employee"]"#, "fc:org:bergen.example:unit:NO100000009"), nobody, "no number");
        assert_eq!(answer(r#"["employee"]"#, "fc:org:bergen.example:unit:U100000008"), nobody);
        assert_eq!(works_at(b"<html>"), []);
    }
}
