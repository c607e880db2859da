//! What every store must do with parts, second factors, links, passkeys, the log of accesses, and whoever is shredded.

use shared::{
    Key, Part, Rejection, Tag,
    domain::{
        erasure::{Erasure, State},
        staff::Staff,
    },
    policy::{Ground, Keeping, Relation},
    prim::Timestamp,
    sync::{
        authority::{Commit, Deed, Judged, RowChange},
        wire::Outcome,
    },
    testkit::note,
};

use super::{account, centre, client, fill, name, opened, push, session, user, write};
use crate::store::{
    Accepted, Account, Belongings, Link, NewSession, Passkey, Saved, Store, StoreFault,
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
    let part = Part { user: user("anders"), name: "Anders".to_owned(), role: Some(another_role()), is_shielded: false };
    let mut other = given(8, colleague("Kari Nilsen", true));
    other.rows[0].part = Some(part);
    write(store, other).await;
    assert_eq!(store.account("anders").await?.map(|account| account.role), Some(another_role()));
    for (token, keeping) in [("b", Keeping::OnDevice), ("m", Keeping::InMemory)] {
        assert!(store.open_session(&NewSession { keeping, ..session(token, 20) }, Timestamp(0)).await?);
        assert!(store.session(token).await?.is_some());
    }
    let mut shielded = given(9, colleague("Kari Nilsen", true));
    shielded.rows[0].part = shielded.rows[0].part.take().map(|part| Part { is_shielded: true, ..part });
    write(store, shielded).await;
    assert_eq!(store.session("b").await?, None, "no device keeps anything for her");
    assert!(store.session("m").await?.is_some());

    // Several at once: to each what is said of her.
    let mut both = given(10, colleague("Kari Nes", false));
    both.rows.push(RowChange::new(10, Staff { id: user("anders"), ..colleague("Anders Moe", true) }.into()));
    write(store, both).await;
    assert_eq!((store.account("kari").await?, store.session("m").await?), (None, None), "she has left");
    let his = store.account("anders").await?.map(|his| (his.name, his.role));
    assert_eq!(his, Some(("Anders Moe".to_owned(), account("anders").role)), "he plays another part again");
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
    for id in ["c1", "c2"] {
        store.open_client(&centre(), &user("kari"), &client(id), b"key").await?;
    }
    let ended = async |id: &str| -> Result<Vec<Option<Timestamp>>, StoreFault> {
        Ok(store.depositors(&client(id)).await?.into_iter().map(|one| one.revoked_at).collect())
    };
    store.begin_second(&centre(), &user("kari"), "ONE").await?;
    assert!(store.confirm_second(&centre(), &user("kari"), "ONE", 5, &["a".to_owned()]).await?);
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    store.open_link(&link("l", "kari", Some(9))).await?;
    let taken = Account { login: "anders".to_owned(), ..account("kari") };
    assert_eq!(store.accept("l", &taken, None, Timestamp(50)).await?, Accepted::LoginTaken);
    assert!(store.session("a").await?.is_some() && store.link("l").await?.is_some(), "nothing has happened");
    assert_eq!(ended("c2").await?, [None]);
    let chosen = Account { login: "knilsen".to_owned(), secret: "new".to_owned(), ..account("kari") };
    assert_eq!(store.accept("l", &chosen, Some(&client("c1")), Timestamp(50)).await?, Accepted::Yes);
    assert_eq!((ended("c1").await?, ended("c2").await?), (vec![None], vec![Some(Timestamp(50))]));
    assert_eq!(store.account("knilsen").await?, Some(chosen.clone()));
    assert_eq!((store.account("kari").await?, store.session("a").await?), (None, None));
    assert_eq!(store.second_of(&centre(), &user("kari")).await?, None);
    assert_eq!(store.accept("l", &chosen, None, Timestamp(50)).await?, Accepted::Gone);
    assert_eq!(store.save_account(&account("kari")).await?, Saved::Yes);
    Ok(())
}

fn passkey(id: &str, of: &str, created: i64) -> Passkey {
    Passkey {
        id: id.to_owned(),
        centre: centre(),
        user: user(of),
        name: "Mobilen".to_owned(),
        credential: "{\"counter\":0}".to_owned(),
        created: Timestamp(created),
        used: None,
    }
}

pub(crate) async fn a_passkey_is_hers_and_of_a_session_that_goes_on(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    let (second, first) = (passkey("p1", "kari", 9), passkey("p2", "kari", 5));
    assert!(!store.add_passkey(&first, "b").await?, "there is no such session");
    assert!(!store.add_passkey(&passkey("p3", "anders", 5), "a").await?, "it is not his session");
    assert!(store.add_passkey(&second, "a").await? && store.add_passkey(&first, "a").await?);
    assert!(!store.add_passkey(&passkey("p1", "kari", 7), "a").await?, "it is known already");
    assert_eq!(store.passkeys_of(&centre(), &user("kari")).await?, [first, second.clone()]);
    assert!(store.passkeys_of(&centre(), &user("anders")).await?.is_empty());
    assert_eq!((store.passkey("p1").await?, store.passkey("p3").await?), (Some(second), None));
    store.end_session("a").await?;
    assert!(!store.add_passkey(&passkey("p4", "kari", 9), "a").await?, "it is over");
    Ok(())
}

pub(crate) async fn a_passkey_is_used_by_one_at_a_time(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari) = (centre(), user("kari"));
    store.open_client(&centre, &kari, &client("c1"), b"key").await?;
    store.prove_client(&centre, &client("c1"), Timestamp(9)).await?;
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    let read = passkey("p", "kari", 10);
    assert!(store.add_passkey(&read, "a").await?);
    assert!(store.use_passkey(&read, "{\"counter\":1}", Timestamp(20)).await?);
    assert!(!store.use_passkey(&read, "{\"counter\":1}", Timestamp(30)).await?, "used since it was read");
    let used =
        Passkey { credential: "{\"counter\":1}".to_owned(), used: Some(Timestamp(20)), ..passkey("p", "kari", 10) };
    assert_eq!(store.passkey("p").await?, Some(used.clone()));
    assert!(!store.end_passkey(&centre, &user("anders"), "p").await?, "it is not his");
    let proven = async || -> Result<Option<Timestamp>, StoreFault> {
        Ok(store.client(&centre, &client("c1")).await?.map(|known| known.proven))
    };
    assert_eq!(proven().await?, Some(Timestamp(9)));
    assert!(store.end_passkey(&centre, &kari, "p").await?);
    assert!(!store.end_passkey(&centre, &kari, "p").await?);
    assert_eq!((store.passkey("p").await?, proven().await?), (None, Some(Timestamp(0))));
    assert!(!store.use_passkey(&used, "{\"counter\":2}", Timestamp(40)).await?, "it has ended");
    Ok(())
}

pub(crate) async fn passkeys_go_with_the_account_and_the_part(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let add = async |id: &str| -> Result<bool, StoreFault> {
        store.open_session(&session("a", 10), Timestamp(0)).await?;
        store.add_passkey(&passkey(id, "kari", 10), "a").await
    };
    assert!(add("p1").await?);
    write(store, given(5, colleague("Kari Nilsen", true))).await;
    assert!(store.passkey("p1").await?.is_some(), "another name changes nothing");
    write(store, given(6, colleague("Kari Nilsen", false))).await;
    assert_eq!(store.passkey("p1").await?, None, "she has left");
    write(store, given(7, colleague("Kari Nilsen", true))).await;
    assert_eq!(store.passkey("p1").await?, None, "and adds another one when she returns");
    assert!(add("p2").await?);
    write(store, given(8, Staff { role: another_role(), ..colleague("Kari Nilsen", true) })).await;
    assert_eq!(store.passkey("p2").await?, None, "she plays another part");
    assert!(add("p3").await?);
    store.open_link(&link("l", "kari", Some(9))).await?;
    assert_eq!(store.accept("l", &account("kari"), None, Timestamp(50)).await?, Accepted::Yes);
    assert_eq!(store.passkey("p3").await?, None, "the account may be in other hands");
    Ok(())
}

pub(crate) async fn a_client_is_ended_until_its_user_signs_in_there_again(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari) = (centre(), user("kari"));
    let ended = async |id: &str| -> Result<Vec<Option<Timestamp>>, StoreFault> {
        Ok(store.depositors(&client(id)).await?.into_iter().map(|one| one.revoked_at).collect())
    };
    for id in ["client-a", "client-b"] {
        store.open_client(&centre, &kari, &client(id), b"key").await?;
    }
    store.open_session(&session("a", 10), Timestamp(0)).await?;
    assert_eq!((ended("client-a").await?, ended("nobody").await?), (vec![None], vec![]));
    store.revoke_session("a", Timestamp(20)).await?;
    assert_eq!((store.session("a").await?, ended("client-a").await?), (None, vec![Some(Timestamp(20))]));
    assert_eq!(ended("client-b").await?, [None], "only there");
    assert!(store.open_session(&session("b", 25), Timestamp(0)).await?);
    assert_eq!(store.renew_account(&account("kari"), Timestamp(30)).await?, Saved::Yes);
    assert_eq!(store.session("b").await?, None);
    assert_eq!(ended("client-a").await?, [Some(Timestamp(20))], "since the first time");
    assert_eq!(ended("client-b").await?, [Some(Timestamp(30))]);
    let wrong = NewSession { secret: "old".to_owned(), ..session("a", 40) };
    assert!(!store.open_session(&wrong, Timestamp(0)).await?);
    assert_eq!(ended("client-a").await?, [Some(Timestamp(20))]);
    assert!(store.open_session(&session("a", 40), Timestamp(0)).await?);
    assert_eq!(ended("client-a").await?, [None], "she is back");
    write(store, given(5, colleague("Kari Nilsen", false))).await;
    assert!(ended("client-a").await?[0].is_some(), "she has left");
    let known = store.depositors(&client("client-a")).await?.remove(0);
    assert_eq!((known.centre, known.user, known.key), (centre, kari, b"key".to_vec()));
    Ok(())
}

pub(crate) async fn the_log_holds_who_did_what_to_whom(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let ground = Ground { role: account("kari").role, relation: Relation::Assigned };
    let deed = |at: i64, by: &str, about: &[&str]| Deed {
        at: Timestamp(at),
        made_at: Timestamp(at - 1),
        by: (!by.is_empty()).then(|| user(by)),
        id: format!("c1.{at}"),
        name: "person.correct",
        what: None,
        about: about.iter().map(|one| user(one)).collect(),
        ground: (!about.is_empty() && !by.is_empty()).then_some(ground),
        reason: None,
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
    // Nobody knows who has tried to sign in.
    store.audit_note(&centre(), deed(40, "", &["amina"])).await?;
    assert_eq!(store.audit_after(&centre(), 4, 1).await?[0].by, "");
    assert_eq!(newest(Of::About(user("amina"))).await?, numbered(&[(5, "c1.40"), (4, "c1.30")]));
    let all = store.audit_newest(&centre(), &Of::All, i64::MAX, 9).await?;
    let grounds: Vec<_> = all.into_iter().map(|one| one.body.expect("its key").ground).collect();
    assert_eq!(grounds, [None, Some(ground), None, Some(ground), Some(ground)], "on what ground, where there is one");
    let key = store.audit_key(&centre()).await?;
    assert_eq!(store.audit_key(&centre()).await?, key, "the log's own key stays what it was");
    Ok(())
}

pub(crate) async fn of_whoever_is_shredded_nothing_is_left(store: &dyn Store) -> Result<(), StoreFault> {
    fill(store).await;
    let (centre, kari, anders) = (centre(), user("kari"), user("anders"));
    store.open_client(&centre, &kari, &client("c1"), b"key").await?;
    store.open_client(&centre, &anders, &client("c2"), b"key").await?;
    store.begin_second(&centre, &kari, "ONE").await?;
    assert!(store.confirm_second(&centre, &kari, "ONE", 5, &["a".to_owned()]).await?);
    assert!(store.open_session(&session("a", 10), Timestamp(0)).await?);
    store.open_link(&link("l", "kari", None)).await?;
    let unread = Judged {
        hash: [7; 32],
        outcome: Outcome::Refused(Rejection::Malformed { detail: "invalid type: string \"Kari Nes\"".to_owned() }),
    };
    let deed = Deed {
        at: Timestamp(1),
        made_at: Timestamp(1),
        by: Some(anders.clone()),
        id: "c2.1".to_owned(),
        name: "person.correct",
        what: None,
        about: vec![kari.clone()],
        ground: None,
        reason: None,
    };
    let judged = vec![(client("c1"), 1, unread.clone()), (client("c2"), 1, unread)];
    let clients = vec![(client("c1"), 1), (client("c2"), 1)];
    write(store, Commit { version: 5, judged, clients, deeds: vec![deed], ..Commit::default() }).await;
    let all = Belongings { accounts: 1, sessions: 1, devices: 1, entries: 1 };
    assert_eq!(store.belongings(&centre, &kari).await?, all, "the control");
    let mut ids = store.known_ids(&centre).await?;
    ids.sort();
    assert_eq!(ids, [anders.clone(), kari.clone()]);

    write(store, Commit { version: 5, shredded: vec![kari.clone()], ..Commit::default() }).await;
    store.overwrite().await?;
    assert_eq!(store.belongings(&centre, &kari).await?, Belongings::default());
    assert_eq!(store.known_ids(&centre).await?, std::slice::from_ref(&anders));
    assert_eq!((store.second_of(&centre, &kari).await?, store.link("l").await?), (None, None));
    assert_eq!((store.account("kari").await?, store.client(&centre, &client("c1")).await?), (None, None));
    let others = Belongings { accounts: 1, devices: 1, ..Belongings::default() };
    assert_eq!(store.belongings(&centre, &anders).await?, others);
    let about = store.audit_newest(&centre, &Of::About(kari.clone()), i64::MAX, 9).await?;
    assert_eq!((about.len(), about[0].body.as_ref()), (1, None), "it happened, and nobody knows what");
    let mut batch = store.batch().await?;
    let opening = opened(&mut *batch, vec![push(&client("c2"), 1, 1)]).await;
    let told = Outcome::Refused(Rejection::Malformed { detail: String::new() });
    assert_eq!(opening.judged.get(&(client("c2"), 1)).map(|judged| &judged.outcome), Some(&told));
    assert_eq!(batch.of_audience(&centre, &Tag::public()).await?.len(), 2, "the rows of an audience");
    assert!(batch.of_audience(&centre, &Tag::people()).await?.is_empty());
    drop(batch);
    assert!(store.erased_in().await?.is_empty());
    let (of, at, reason) = (Erasure::number(&kari), Timestamp(1), note("Sak 7"));
    let erasure = Erasure { of, state: State::Shredded, at, reason };
    write(store, Commit { version: 6, rows: vec![RowChange::new(6, erasure.into())], ..Commit::default() }).await;
    assert_eq!(store.erased_in().await?, [centre]);
    Ok(())
}
