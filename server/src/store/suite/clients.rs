//! What every store must do with clients, accounts and their sessions.

use shared::{policy::Keeping, prim::Timestamp};

use super::{account, centre, client, fill, session, user};
use crate::store::{Account, Client, NewSession, OpenSession, Saved, Store};

pub(crate) async fn a_client_keeps_its_first_owner_and_key(store: &dyn Store) {
    fill(store).await;
    let client = client("c1");
    let first = store.open_client(&centre(), &user("kari"), &client, b"one").await.expect("a client");
    assert_eq!(first, Client { user: user("kari"), key: b"one".to_vec(), proven: Timestamp(0) });
    store.prove_client(&centre(), &client, Timestamp(7)).await.expect("noted");
    let first = Client { proven: Timestamp(7), ..first };
    let second = store.open_client(&centre(), &user("anders"), &client, b"two").await.expect("a client");
    assert_eq!(second, first);
    assert_eq!(store.client(&centre(), &client).await.expect("an answer"), Some(first));
    let unknown = self::client("c2");
    assert_eq!(store.client(&centre(), &unknown).await.expect("an answer"), None);
}

pub(crate) async fn a_login_belongs_to_one_account(store: &dyn Store) {
    fill(store).await;
    let taken = Account { login: "kari".to_owned(), ..account("anders") };
    assert_eq!(store.save_account(&taken).await.expect("an answer"), Saved::LoginTaken);
    let renewed = Account { secret: "other".to_owned(), ..account("kari") };
    assert_eq!(store.save_account(&renewed).await.expect("an answer"), Saved::Yes);
    assert_eq!(store.account("kari").await.expect("an answer"), Some(renewed.clone()));
    assert_eq!(store.account_of(&centre(), &user("kari")).await.expect("an answer"), Some(renewed));
    assert_eq!(store.account("nobody").await.expect("an answer"), None);
    assert_eq!(
        store.account("ka\0ri").await.expect("an answer"),
        None,
        "a text that not every database can be asked for"
    );
}

pub(crate) async fn a_session_ends_when_told_or_too_old(store: &dyn Store) {
    fill(store).await;
    assert!(store.open_session(&session("a", 10), Timestamp(0)).await.expect("a session"));
    let outdated = NewSession { secret: "old".to_owned(), ..session("x", 10) };
    assert!(!store.open_session(&outdated, Timestamp(0)).await.expect("an answer"), "her secret is another by now");
    assert_eq!(store.session("x").await.expect("an answer"), None);
    store.open_session(&session("b", 20), Timestamp(0)).await.expect("a session");
    let found = store.session("a").await.expect("an answer").expect("the session");
    assert_eq!((found.user, found.role, found.created), (user("kari"), account("kari").role, Timestamp(10)));
    assert_eq!(found.keeping, Keeping::OnDevice);
    let fleeting = NewSession { keeping: Keeping::InMemory, ..session("m", 20) };
    store.open_session(&fleeting, Timestamp(0)).await.expect("a session");
    let found = store.session("m").await.expect("an answer").expect("the session");
    assert_eq!(found.keeping, Keeping::InMemory);
    store.end_session("m").await.expect("the end");
    store.open_session(&session("c", 30), Timestamp(15)).await.expect("a session");
    assert_eq!(store.session("a").await.expect("an answer"), None);
    store.end_session("b").await.expect("the end");
    assert_eq!(store.session("b").await.expect("an answer"), None);
    assert!(store.session("c").await.expect("an answer").is_some());
    let again = NewSession { token: "d".to_owned(), ..session("c", 35) };
    store.open_session(&again, Timestamp(15)).await.expect("a session");
    assert_eq!(store.session("c").await.expect("an answer"), None, "she has signed in there anew");
    store.use_session("d", Timestamp(40)).await.expect("a note");
    assert_eq!(store.session("d").await.expect("an answer").expect("the session").used, Timestamp(40));
    let open = OpenSession {
        token: "d".to_owned(),
        device: "Chrome · Android".to_owned(),
        created: Timestamp(35),
        used: Timestamp(40),
    };
    assert_eq!(store.sessions_of(&centre(), &user("kari")).await.expect("an answer"), [open]);
    assert_eq!(store.sessions_of(&centre(), &user("anders")).await.expect("an answer"), []);
    store.ready().await.expect("a database");
}
