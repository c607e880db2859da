//! What every store must do with ceremonies, with identities at providers, and with sessions that began there.

use shared::{Key, Kind, prim::Timestamp, sync::authority::RowChange};

use super::{account, centre, client, commit, fill, menu, put, session, user, write};
use crate::store::{Accepted, Account, Identity, Link, Linked, NewSession, Saved, Store, StoreFault};

fn identity(subject: &str, of: &str) -> Identity {
    Identity {
        provider: "elsewhere".to_owned(),
        subject: subject.to_owned(),
        centre: centre(),
        user: user(of),
        created: Timestamp(7),
    }
}

pub(crate) async fn a_ceremony_is_taken_once_and_in_time(store: &dyn Store) -> Result<(), StoreFault> {
    let at = Timestamp;
    store.begin_ceremony("one", "its body", at(0), at(10)).await?;
    store.begin_ceremony("two", "another", at(0), at(10)).await?;
    assert_eq!(store.take_ceremony("three", at(1)).await?, None);
    assert_eq!(store.take_ceremony("one", at(9)).await?.as_deref(), Some("its body"));
    assert_eq!(store.take_ceremony("one", at(9)).await?, None, "once");
    assert_eq!(store.take_ceremony("two", at(10)).await?, None, "too late");
    assert_eq!(store.take_ceremony("two", at(9)).await?, None, "nor by a clock that was set back");
    store.begin_ceremony("old", "", at(0), at(10)).await?;
    store.begin_ceremony("new", "", at(10), at(20)).await?;
    assert_eq!(store.take_ceremony("old", at(5)).await?, None, "what is over is forgotten");
    assert!(store.take_ceremony("new", at(11)).await?.is_some());
    Ok(())
}

pub(crate) async fn an_identity_opens_one_account(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari) = (centre(), user("kari"));
    sessions(store).await?;
    assert_eq!(store.account_by("elsewhere", "s").await?, None);
    assert_eq!(store.link_identity(&identity("s", "kari"), "hers").await?, Linked::Yes);
    assert_eq!(store.account_by("elsewhere", "s").await?, Some(account("kari")));
    assert_eq!(store.account_by("another", "s").await?, None, "another provider may call somebody else so");
    assert_eq!(store.link_identity(&identity("s", "anders"), "his").await?, Linked::Taken);
    assert_eq!(store.account_by("elsewhere", "s").await?, Some(account("kari")), "as before");
    assert_eq!(store.link_identity(&identity("t", "kari"), "hers").await?, Linked::Yes);
    assert_eq!(store.account_by("elsewhere", "s").await?, None, "another one of hers has taken its place");
    assert_eq!(store.identities_of(&centre, &kari).await?, [("elsewhere".to_owned(), Timestamp(7))]);
    assert_eq!(store.identities_of(&centre, &user("anders")).await?, []);

    assert!(!store.end_identity(&centre, &user("anders"), "elsewhere").await?);
    assert!(store.end_identity(&centre, &kari, "elsewhere").await?);
    assert!(!store.end_identity(&centre, &kari, "elsewhere").await?);
    assert_eq!(store.account_by("elsewhere", "t").await?, None);

    store.link_identity(&identity("s", "kari"), "hers").await?;
    store.link_identity(&identity("u", "anders"), "his").await?;
    let taken = Account { login: "anders".to_owned(), ..account("kari") };
    assert_eq!(store.renew_account(&taken, Timestamp(40)).await?, Saved::LoginTaken);
    assert!(
        store.account_by("elsewhere", "s").await?.is_some() && store.session("hers").await?.is_some(),
        "or nothing"
    );
    let renewed = Account { secret: "another".to_owned(), ..account("kari") };
    assert_eq!(store.renew_account(&renewed, Timestamp(40)).await?, Saved::Yes);
    assert_eq!(store.account("kari").await?, Some(renewed.clone()));
    assert_eq!((store.account_by("elsewhere", "s").await?, store.session("hers").await?), (None, None));
    assert!(store.account_by("elsewhere", "u").await?.is_some() && store.session("his").await?.is_some(), "his stay");

    let again = NewSession { secret: renewed.secret, ..session("hers", 41) };
    assert!(store.open_session(&again, Timestamp(0)).await?);
    store.link_identity(&identity("s", "kari"), "hers").await?;
    let (created, until) = (Timestamp(1), Some(Timestamp(9)));
    let link = Link { digest: "l".to_owned(), centre: centre.clone(), user: kari.clone(), created, until };
    store.open_link(&link).await?;
    let chosen = Account { secret: "new".to_owned(), ..account("kari") };
    assert_eq!(store.accept("l", &chosen, None, Timestamp(50)).await?, Accepted::Yes);
    assert_eq!(store.account_by("elsewhere", "s").await?, None, "an invitation begins anew");
    Ok(())
}

/// A session of each.
async fn sessions(store: &dyn Store) -> Result<(), StoreFault> {
    assert!(store.open_session(&session("hers", 10), Timestamp(0)).await?);
    let his = NewSession { user: user("anders"), ..session("his", 10) };
    assert!(store.open_session(&his, Timestamp(0)).await?);
    Ok(())
}

pub(crate) async fn what_a_way_in_let_in_ends_with_it(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari) = (centre(), user("kari"));
    for (id, of) in [("client-hers", "kari"), ("client-hers-too", "kari"), ("client-his", "anders")] {
        store.open_client(&centre, &user(of), &client(id), b"key").await?;
    }
    let ended = async |id: &str| -> Result<Vec<Option<Timestamp>>, StoreFault> {
        Ok(store.depositors(&client(id)).await?.into_iter().map(|one| one.revoked_at).collect())
    };
    sessions(store).await?;
    let link = |digest: &str, created, until| Link {
        digest: digest.to_owned(),
        centre: centre.clone(),
        user: kari.clone(),
        created: Timestamp(created),
        until,
    };
    store.open_link(&link("first", 10, None)).await?;
    assert_eq!(store.link_identity(&identity("s", "kari"), "nobody's").await?, Linked::Gone);
    assert_eq!(store.link_identity(&identity("s", "kari"), "his").await?, Linked::Gone);
    assert_eq!(store.link_identity(&identity("s", "kari"), "hers").await?, Linked::Yes);
    assert_eq!(store.link_identity(&identity("u", "anders"), "his").await?, Linked::Yes);

    store.open_link(&link("second", 11, None)).await?;
    assert_eq!(store.account_by("elsewhere", "s").await?, None, "it came by the first");
    assert_eq!(store.session("hers").await?, None, "and so did she");
    assert_eq!(ended("client-hers").await?, [Some(Timestamp(11))], "her device hands in what it holds");
    assert!(store.open_session(&session("late", 10), Timestamp(0)).await?, "let in by the first a moment before");
    let late = store.link_identity(&identity("s", "kari"), "late").await?;
    assert_eq!(late, Linked::Gone, "what she had does not come back by itself");
    assert!(store.open_session(&session("hers-too", 11), Timestamp(0)).await?);
    assert_eq!(store.link_identity(&identity("s", "kari"), "hers-too").await?, Linked::Yes);
    assert_eq!(ended("client-hers-too").await?, [None]);

    store.end_way_in_of(&centre, &kari, Timestamp(12)).await?;
    assert_eq!((store.account_by("elsewhere", "s").await?, store.link("second").await?), (None, None));
    assert_eq!((store.session("late").await?, store.session("hers-too").await?), (None, None));
    assert_eq!(ended("client-hers-too").await?, [Some(Timestamp(12))]);
    assert_eq!((ended("client-hers").await?, ended("client-his").await?), (vec![Some(Timestamp(11))], vec![None]));
    assert!(store.account_by("elsewhere", "u").await?.is_some() && store.session("his").await?.is_some(), "his stay");

    // An invitation is no way in: what she has stays until she takes it.
    assert!(store.open_session(&session("again", 12), Timestamp(0)).await?);
    assert_eq!(store.link_identity(&identity("s", "kari"), "again").await?, Linked::Yes);
    store.open_link(&link("third", 13, Some(Timestamp(20)))).await?;
    assert!(store.account_by("elsewhere", "s").await?.is_some());
    assert_eq!(store.link_identity(&identity("t", "kari"), "again").await?, Linked::Yes);
    Ok(())
}

pub(crate) async fn sessions_are_found_by_where_they_began(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let from = |token: &str, origin: &str| NewSession { origin: origin.to_owned(), ..session(token, 10) };
    for (token, origin) in [("a", "x"), ("b", "x"), ("c", "y"), ("d", "")] {
        assert!(store.open_session(&from(token, origin), Timestamp(0)).await?);
    }
    let mut found = store.sessions_from("x").await?;
    found.sort();
    assert_eq!(found, ["a", "b"]);
    assert_eq!(store.sessions_from("z").await?, Vec::<String>::new());
    assert_eq!(store.sessions_from("").await?, Vec::<String>::new(), "those that began here are nobody's");
    for (token, origin) in [("a", "x"), ("c", "y"), ("d", ""), ("e", "")] {
        assert_eq!(store.origin_of(token).await?, origin, "{token}");
    }
    Ok(())
}

pub(crate) async fn the_rows_of_a_kind_are_all_there(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let gone = RowChange { record: None, tags: Vec::new(), ..put(4, menu("2026-11-25", "Suppe")) };
    write(store, commit(vec![gone])).await;
    let mut snapshot = store.snapshot(&centre()).await?;
    assert_eq!(snapshot.rows(Kind::Menu).await?, [menu("2026-11-24", "Taco")], "but those that are gone");
    assert_eq!(snapshot.rows(Kind::Group).await?.len(), 1);
    assert_eq!(snapshot.rows(Kind::Staff).await?, []);
    assert_eq!(snapshot.row(Kind::Menu, &Key::from_text("2026-11-24")).await?, Some(menu("2026-11-24", "Taco")));
    Ok(())
}
