//! A school is found by its number (Feide).

use serde_json::json;
use shared::{
    Role,
    domain::staff,
    testkit::{id, name},
};

use super::{no, of_school, open};
use crate::provider::Browser;

#[tokio::test]
async fn a_school_is_found_by_its_number_when_one_of_its_staff_comes() {
    let (centre, idp) = open().await;
    let wish = json!({"provider": "feide", "purpose": "sign-in", "language": "nb"});
    for (affiliation, number, said) in [
        ("student", "100000008", "not-linked"),
        ("employee", "974760673", "no-school"),
        ("employee", "1", "not-linked"),
    ] {
        idp.says().groups = of_school(affiliation, number);
        let mut browser = Browser::new(&centre);
        browser.travels(&idp, &wish).await;
        assert_eq!(browser.finishes("school-pc").await.error(), no(404, said), "{affiliation} {number}");
    }
    idp.says().groups = of_school("employee", "100000008");
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.travels(&idp, &wish).await, "/sign-in#oidc");
    let opened = browser.finishes("school-pc").await;
    assert_eq!((opened.status.as_u16(), &opened.json()["user"]), (200, &json!("slettebakken")), "{}", opened.text);
    assert_eq!(browser.get("/api/me").await.json()["role"], "school");

    let mut bente = centre.device("bente", "pc").await;
    let (school, at) = (Role::School, Some(id("slettebakken")));
    bente.push(staff::Register { id: id("nora"), name: name("Nora Lie"), role: school, school: at }).await;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    let refused = browser.finishes("school-pc").await.error();
    assert_eq!(refused, no(404, "no-school"), "which of the two she is, nobody knows");
    bente.push(staff::End { id: id("slettebakken") }).await;
    let mut browser = Browser::new(&centre);
    browser.travels(&idp, &wish).await;
    let opened = browser.finishes("other-school-pc").await;
    assert_eq!((opened.status.as_u16(), &opened.json()["user"]), (200, &json!("nora")), "{}", opened.text);
}
