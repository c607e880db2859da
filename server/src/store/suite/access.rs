//! What every store must do with parts, second factors, links, and the log of accesses.

use shared::{
    Key, Part,
    domain::staff::Staff,
    prim::Timestamp,
    sync::authority::{Commit, Deed, RowChange},
};

use super::{account, centre, client, fill, name, session, user, write};
use crate::store::{
    Accepted, Account, Link, Saved, Store, StoreFault,
    audit::{Head, Of},
};

/// The row of a colleague who is here, or has left.
fn colleague(called: &str, is_here: bool) -> Staff {
    let left = (!is_here).then(|| Timestamp(0).date());
    Staff { id: user("kari"), name: name(called), role: account("kari").role, school: None, left }
}

fn given(version: u64, staff: Staff) -> Commit {
    Commit { version, rows: vec![RowChange::new(version, staff.into())], ..Commit::default() }
}

fn link(digest: &str, of: &str, until: Option<i64>) -> Link {
    Link {
        digest: digest.to_owned(),
        centre: centre(),
        user: user(of),
        created: Timestamp(1),
        until: until.map(Timestamp),
    }
}

pub(crate) async fn a_part_follows_from_a_row(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    store.open_link(&link("l", "kari", Some(9))).await?;
    write(store, given(5, colleague("Kari Nilsen", true))).await;
    assert_eq!(store.session("a").await?.map(|session| session.name).as_deref(), Some("Kari Nilsen"));
    assert!(store.link("l").await?.is_some());
    write(store, given(6, colleague("Kari Nilsen", false))).await;
    assert_eq!(store.session("a").await?, None, "her session is over");
    assert_eq!(store.link("l").await?, None, "her invitation too");
    assert_eq!(store.account("kari").await?, None, "nobody signs in as her");
    let mut snapshot = store.snapshot(&centre()).await?;
    assert_eq!(snapshot.actor(&user("kari")).await?, None);
    drop(snapshot);
    write(store, given(7, colleague("Kari Nilsen", true))).await;
    assert_eq!(store.account("kari").await?.map(|account| account.name).as_deref(), Some("Kari Nilsen"));
    assert_eq!(store.session("a").await?, None, "and must sign in anew when she returns");
    let part = Part { user: user("anders"), name: "Anders".to_owned(), role: Some(another_role()) };
    let mut other = given(8, colleague("Kari Nilsen", true));
    other.rows[0].part = Some(part);
    write(store, other).await;
    assert_eq!(store.account("anders").await?.map(|account| account.role), Some(another_role()));
    Ok(())
}

/// Another role than that of the accounts.
fn another_role() -> shared::Role {
    let row = shared::testkit::centre().view().must::<Staff>(&Key::from_text("manager")).map(|staff| staff.role);
    row.expect("the manager of the test centre")
}

pub(crate) async fn a_second_factor_is_hers_when_confirmed(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari) = (centre(), user("kari"));
    assert_eq!(store.second_of(&centre, &kari).await?, None);
    store.begin_second(&centre, &kari, "ONE").await?;
    let factor = store.second_of(&centre, &kari).await?.expect("a factor");
    assert_eq!((factor.secret, factor.pending.as_deref()), (None, Some("ONE")));
    let codes = |names: [&str; 2]| names.map(str::to_owned);
    assert!(!store.confirm_second(&centre, &kari, "TWO", 5, &codes(["a", "b"])).await?, "not what she is setting up");
    assert!(store.confirm_second(&centre, &kari, "ONE", 5, &codes(["a", "b"])).await?);
    assert!(!store.confirm_second(&centre, &kari, "ONE", 5, &codes(["c", "d"])).await?, "once");
    store.begin_second(&centre, &kari, "TWO").await?;
    let factor = store.second_of(&centre, &kari).await?.expect("a factor");
    assert_eq!((factor.secret.as_deref(), factor.pending.as_deref(), factor.recovery), (Some("ONE"), Some("TWO"), 2));
    assert!(store.confirm_second(&centre, &kari, "TWO", 6, &codes(["e", "f"])).await?);
    assert!(!store.take_recovery(&centre, &kari, "a").await?, "a new factor has new codes");
    assert_eq!(store.second_of(&centre, &user("anders")).await?, None);
    Ok(())
}

pub(crate) async fn a_code_is_good_once(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari) = (centre(), user("kari"));
    assert!(!store.take_step(&centre, &kari, 1).await?, "she has no factor");
    store.begin_second(&centre, &kari, "ONE").await?;
    assert!(store.confirm_second(&centre, &kari, "ONE", 5, &["a".to_owned()]).await?);
    for (step, is_good) in [(5, false), (4, false), (6, true), (6, false), (7, true)] {
        assert_eq!(store.take_step(&centre, &kari, step).await?, is_good, "{step}");
    }
    assert!(!store.take_recovery(&centre, &user("anders"), "a").await?, "hers");
    assert!(store.take_recovery(&centre, &kari, "a").await?);
    assert!(!store.take_recovery(&centre, &kari, "a").await?);
    Ok(())
}

pub(crate) async fn a_link_is_good_until_another_takes_its_place(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    store.open_link(&link("one", "kari", None)).await?;
    assert_eq!(store.link("one").await?, Some(link("one", "kari", None)));
    store.open_link(&link("two", "kari", Some(9))).await?;
    assert_eq!((store.link("one").await?, store.link("two").await?), (None, Some(link("two", "kari", Some(9)))));
    store.open_link(&link("three", "nora", None)).await?;
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    let mut standings = store.standings(&centre()).await?;
    standings.sort_by(|a, b| a.user.cmp(&b.user));
    let told: Vec<_> = standings
        .iter()
        .map(|one| (one.user.as_str(), one.login.as_deref(), one.has_second, one.link, one.used))
        .collect();
    let expected = [
        ("anders", Some("anders"), false, None, None),
        ("kari", Some("kari"), false, Some(Some(Timestamp(9))), Some(Timestamp(10))),
        ("nora", None, false, Some(None), None),
    ];
    assert_eq!(told, expected);
    store.end_link_of(&centre(), &user("kari")).await?;
    assert_eq!((store.link("two").await?, store.link("three").await?.is_some()), (None, true));
    Ok(())
}

pub(crate) async fn an_invitation_is_accepted_once(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    store.open_client(&centre(), &user("kari"), &client("c1"), b"key").await?;
    store.begin_second(&centre(), &user("kari"), "ONE").await?;
    assert!(store.confirm_second(&centre(), &user("kari"), "ONE", 5, &["a".to_owned()]).await?);
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    store.open_link(&link("l", "kari", Some(9))).await?;
    let taken = Account { login: "anders".to_owned(), ..account("kari") };
    assert_eq!(store.accept("l", &taken).await?, Accepted::LoginTaken);
    assert!(store.session("a").await?.is_some() && store.link("l").await?.is_some(), "nothing has happened");
    let chosen = Account { login: "knilsen".to_owned(), secret: "new".to_owned(), ..account("kari") };
    assert_eq!(store.accept("l", &chosen).await?, Accepted::Yes);
    assert_eq!(store.account("knilsen").await?, Some(chosen.clone()));
    assert_eq!((store.account("kari").await?, store.session("a").await?), (None, None));
    assert_eq!(store.second_of(&centre(), &user("kari")).await?, None);
    assert_eq!(store.accept("l", &chosen).await?, Accepted::Gone);
    assert_eq!(store.save_account(&account("kari")).await?, Saved::Yes);
    Ok(())
}

pub(crate) async fn the_log_holds_who_did_what_to_whom(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let deed = |at: i64, by: &str, about: &[&str]| Deed {
        at: Timestamp(at),
        made_at: Timestamp(at - 1),
        by: user(by),
        id: format!("c1.{at}"),
        name: "person.correct",
        what: None,
        about: about.iter().map(|one| user(one)).collect(),
    };
    let deeds = vec![deed(10, "kari", &["amina", "sara"]), deed(20, "anders", &[])];
    write(store, Commit { version: 5, deeds, ..Commit::default() }).await;
    write(store, Commit { version: 6, deeds: vec![deed(30, "kari", &["amina"])], ..Commit::default() }).await;
    let heads = store.audit_heads().await?;
    let entries = store.audit_after(&centre(), 0, 100).await?;
    let last = Head { number: 4, digest: entries[3].digest.clone() };
    assert_eq!(heads, [(centre(), last)]);
    let mut before = String::new();
    for entry in &entries {
        assert_eq!(entry.digest, entry.digest_after(&centre(), &before), "{}", entry.number);
        before.clone_from(&entry.digest);
    }
    assert_eq!(store.audit_after(&centre(), 2, 1).await?, entries[2..3]);
    let newest = async |of: Of| -> Result<Vec<(i64, String)>, StoreFault> {
        let read = store.audit_newest(&centre(), &of, i64::MAX, 2).await?;
        Ok(read.into_iter().map(|one| (one.entry.number, one.body.expect("its key").id)).collect())
    };
    let numbered = |numbers: &[(i64, &str)]| -> Vec<(i64, String)> {
        numbers.iter().map(|(number, id)| (*number, (*id).to_owned())).collect()
    };
    assert_eq!(newest(Of::About(user("amina"))).await?, numbered(&[(4, "c1.30"), (1, "c1.10")]));
    assert_eq!(newest(Of::By(user("anders"))).await?, numbered(&[(3, "c1.20")]));
    assert_eq!(newest(Of::All).await?, numbered(&[(4, "c1.30"), (3, "c1.20")]));
    Ok(())
}
