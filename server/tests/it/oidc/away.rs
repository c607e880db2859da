//! A provider that is down, or that signs with another key.

use super::{PASSWORD, link, no, open, to_sign_in};
use crate::provider::Browser;

#[tokio::test]
async fn a_provider_that_is_down_stops_nobody_else() {
    let (centre, idp) = open().await;
    let mut away = Browser::new(&centre);
    let sent = away.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    drop(idp);
    assert_eq!(away.comes_back(&sent, &code).await, "/sign-in#oidc=unreachable");
    // What is known of it is old by then, so it is asked anew.
    centre.clock.advance(6 * 60 * 60 * 1_000);
    let reply = Browser::new(&centre).post("/api/oidc/begin", &to_sign_in()).await;
    assert_eq!(reply.error(), no(503, "unreachable"));
    centre.device("kari", "pc").await;
    assert_eq!(centre.get("/api/oidc").await.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn another_key_of_the_provider_is_learnt_and_not_asked_for_all_the_time() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    idp.takes_another_key();
    for _ in 0..3 {
        assert_eq!(Browser::new(&centre).travels(&idp, &to_sign_in()).await, "/sign-in#oidc=refused", "too soon");
    }
    assert_eq!(idp.says().fetched, 1);
    centre.clock.advance(61 * 1_000);
    let mut browser = Browser::new(&centre);
    assert_eq!(browser.travels(&idp, &to_sign_in()).await, "/sign-in#oidc");
    assert_eq!(browser.finishes("phone").await.status, 200);
    assert_eq!(idp.says().fetched, 2);
}
