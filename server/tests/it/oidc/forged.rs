//! What a provider may not say, and what nobody may bring back from it.

use serde_json::{Value, json};

use super::{PASSWORD, link, no, of_school, open, to_sign_in};
use crate::{
    centre::{Centre, Reply},
    provider::{Browser, Idp, Lie},
};

/// What somebody goes to a provider for, and what she comes back with.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// To sign in, or to be let in where nothing is kept.
    In(&'static str, &'static str),
    /// To connect the login of this user with who she is there.
    Link(&'static str, &'static str),
}

/// All ways that there are to each kind of provider.
const WAYS: [Way; 6] = [
    Way::In("idporten", "/sign-in"),
    Way::In("idporten", "/online"),
    Way::In("feide", "/sign-in"),
    Way::In("feide", "/online"),
    Way::Link("idporten", "kari"),
    Way::Link("feide", "slettebakken"),
];

/// Everything that can be wrong with what a provider says.
const LIES: [Lie; 10] = [
    Lie::OfAnotherIssuer,
    Lie::ForAnother,
    Lie::ForTwo,
    Lie::Unsigned,
    Lie::SignedWithTheSecret,
    Lie::SignedWithAnotherKey,
    Lie::Changed,
    Lie::OfAnotherCeremony,
    Lie::WithoutNonce,
    Lie::Expired,
];

impl Way {
    /// The page to which she is led back.
    fn page(self) -> &'static str {
        match self {
            Self::In(_, page) => page,
            Self::Link(..) => "/more",
        }
    }

    /// What her page asks for.
    fn wish(self) -> Value {
        match self {
            Self::In(provider, page) => {
                json!({"provider": provider, "purpose": "sign-in", "language": "nb", "keeps": page != "/online"})
            }
            Self::Link(provider, _) => {
                json!({"provider": provider, "purpose": "link", "language": "nb", "shown": PASSWORD})
            }
        }
    }

    /// A browser in which it can be gone.
    async fn browser(self, centre: &Centre) -> Browser<'_> {
        match self {
            Self::In(..) => Browser::new(centre),
            Self::Link(_, login) => Browser::of(centre, login, PASSWORD).await,
        }
    }

    /// Asks for what it is gone for.
    async fn ends(self, browser: &mut Browser<'_>) -> Reply {
        match self {
            Self::In(..) => browser.finishes("phone").await,
            Self::Link(..) => browser.post("/api/oidc/link", &json!({})).await,
        }
    }
}

/// Since when this login is connected with the provider; null if it is not.
async fn since(browser: &mut Browser<'_>, provider: &str) -> Value {
    let mine = browser.get("/api/oidc/mine").await.json();
    let mut providers = mine["providers"].as_array().unwrap().iter();
    providers.find(|one| one["id"] == provider).unwrap_or_else(|| panic!("{mine}"))["since"].clone()
}

/// Sees that this provider, as it speaks now, opens nothing on this way; `said` is told on the page.
async fn opens_nothing(way: Way, centre: &Centre, idp: &Idp, said: &str) {
    let mut browser = way.browser(centre).await;
    let before = browser.jar.clone();
    assert_eq!(browser.travels(idp, &way.wish()).await, format!("{}#oidc={said}", way.page()), "{way:?}");
    assert_eq!(browser.jar, before, "{way:?}: nothing is left to go on with");
    assert_eq!(way.ends(&mut browser).await.error(), no(404, "gone"), "{way:?}: {said}");
    match way {
        Way::In(..) => assert_eq!(browser.get("/api/me").await.error(), no(401, "no-session"), "{way:?}"),
        Way::Link(provider, _) => assert_eq!(since(&mut browser, provider).await, Value::Null, "{way:?}"),
    }
}

/// Sees that what it says now opens what it should.
async fn opens_what_it_should(way: Way, centre: &Centre, idp: &Idp) {
    let mut browser = way.browser(centre).await;
    assert_eq!(browser.travels(idp, &way.wish()).await, format!("{}#oidc", way.page()), "{way:?}");
    let reply = way.ends(&mut browser).await;
    match way {
        Way::In(..) => assert_eq!(reply.status, 200, "{way:?}: {}", reply.text),
        Way::Link(provider, _) => {
            assert_eq!(reply.status, 204, "{way:?}: {}", reply.text);
            assert!(since(&mut browser, provider).await.is_i64(), "{way:?}");
        }
    }
}

/// A centre where whoever comes in on this way is known.
async fn open_for(way: Way) -> (Centre, Idp) {
    let (centre, idp) = open().await;
    idp.says().groups = of_school("employee", "100000008");
    if let Way::In("idporten", _) = way {
        link(&centre, &idp, "kari", PASSWORD).await;
    }
    (centre, idp)
}

#[tokio::test]
async fn what_is_forged_opens_nothing_on_any_way() {
    for way in WAYS {
        let (centre, idp) = open_for(way).await;
        for lie in LIES {
            idp.says().lie = lie;
            opens_nothing(way, &centre, &idp, "refused").await;
        }
        idp.says().lie = Lie::None;
        opens_what_it_should(way, &centre, &idp).await;
    }
}

#[tokio::test]
async fn whoever_shows_too_little_or_has_no_national_id_is_told_so_on_every_way() {
    for way in WAYS.into_iter().filter(|way| matches!(way, Way::In("idporten", _) | Way::Link("idporten", _))) {
        let (centre, idp) = open_for(way).await;
        for (claims, said) in [
            (json!({"acr": "idporten-loa-low"}), "low"),
            (json!({"acr": "Level4"}), "low"),
            (json!({"acr": null}), "low"),
            (json!({"pid": null}), "nobody"),
            (json!({"pid": "123"}), "nobody"),
            (json!({"pid": "1000000000x"}), "nobody"),
        ] {
            idp.says().claims = claims;
            opens_nothing(way, &centre, &idp, said).await;
        }
        // More is enough.
        idp.says().claims = json!({"acr": "idporten-loa-high"});
        opens_what_it_should(way, &centre, &idp).await;
    }
}

#[tokio::test]
async fn a_ceremony_ends_in_the_browser_where_it_began_and_once() {
    let (centre, idp) = open().await;
    link(&centre, &idp, "kari", PASSWORD).await;
    let gone = "/sign-in#oidc=gone";

    let mut browser = Browser::new(&centre);
    let sent = browser.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    assert_eq!(Browser::new(&centre).comes_back(&sent, &code).await, gone, "without her cookie");
    let mut stranger = Browser::new(&centre);
    stranger.begins(&to_sign_in()).await;
    assert_eq!(stranger.comes_back(&sent, &code).await, gone, "with the cookie of another ceremony");
    assert_eq!(browser.comes_back(&sent, &code).await, "/sign-in#oidc", "her own");

    let handle = browser.jar.clone();
    assert_eq!(browser.finishes("phone").await.status, 200);
    let mut again = Browser { centre: &centre, jar: handle };
    assert_eq!(again.finishes("phone").await.error(), no(404, "gone"), "once");
    assert_eq!(again.comes_back(&sent, &code).await, gone);

    let mut wrong = Browser::new(&centre);
    let sent = wrong.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    let reply = wrong.get(&format!("/api/oidc/back?code={code}&state=guessed")).await;
    assert_eq!(reply.header("location"), gone);
    assert_eq!(wrong.comes_back(&sent, &code).await, gone, "one guess");

    let mut slow = Browser::new(&centre);
    let sent = slow.begins(&to_sign_in()).await;
    let code = idp.lets_in(&sent);
    centre.clock.advance(10 * 60 * 1_000);
    assert_eq!(slow.comes_back(&sent, &code).await, gone);

    let mut used = Browser::new(&centre);
    let sent = used.begins(&to_sign_in()).await;
    let unknown = code.replace("code", "used");
    assert_eq!(used.comes_back(&sent, &unknown).await, "/sign-in#oidc=refused", "a code of no use");
    let mut back = Browser::new(&centre);
    let sent = back.begins(&to_sign_in()).await;
    let (_, state) = sent.query_pairs().find(|(name, _)| name == "state").unwrap();
    let turned = back.get(&format!("/api/oidc/back?error=access_denied&state={state}")).await;
    assert_eq!(turned.header("location"), "/sign-in#oidc=refused");
    for query in ["", "?code=x", "?state=x", "?code=x&code=y", "?state=https://evil.example"] {
        let reply = centre.get(&format!("/api/oidc/back{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, gone), "{query}");
    }
}
