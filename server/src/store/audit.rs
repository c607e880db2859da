//! The log of accesses: who did what to whose rows, and when (sosialtjenesteloven § 44, personvernforordningen
//! art. 32). Each entry holds the digest of the one before, over what is sealed: to destroy the key of a person
//! makes what stands about her unreadable, and breaks no chain.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::{
    policy::Ground,
    prim::{
        AnyId, Timestamp,
        seal::{Cipher, KEY_LENGTH},
    },
    sync::authority::{Commit, Deed},
};

use super::{CentreId, StoreFault, lines};
use crate::auth::random;

/// What the server needs of a database to show the log and to prove that it is whole.
#[async_trait]
pub trait Audit: Send + Sync + 'static {
    /// Writes down something that is no command: a card, an invitation, a sign-in.
    async fn audit_note(&self, centre: &CentreId, deed: Deed) -> Result<(), StoreFault>;

    /// How far the log of each centre goes.
    async fn audit_heads(&self) -> Result<Vec<(CentreId, Head)>, StoreFault>;

    /// The entries of a centre after a number, oldest first, at most so many.
    async fn audit_after(&self, centre: &CentreId, number: i64, most: i64) -> Result<Vec<Entry>, StoreFault>;

    /// A key of the centre's log that is nobody's own, so that nobody's erasure destroys it.
    async fn audit_key(&self, centre: &CentreId) -> Result<LogKey, StoreFault>;

    /// The newest entries before that number, newest first, at most so many: about somebody, by somebody, or all.
    async fn audit_newest(&self, centre: &CentreId, of: &Of, before: i64, most: i64) -> Result<Vec<Read>, StoreFault>;
}

/// A key of a centre's log.
pub type LogKey = [u8; KEY_LENGTH];

/// Which entries are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Of {
    /// Those about this participant.
    About(AnyId),
    /// Those of what this user did.
    By(AnyId),
    /// All of them.
    All,
}

/// How far a log goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries it has.
    pub number: i64,
    /// The digest of the last one; empty where there is none.
    pub digest: String,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Counted from 1.
    pub number: i64,
    /// When the server received it.
    pub at: Timestamp,
    /// Who; empty where nobody knows.
    pub by: String,
    /// Whose rows it is about; empty where it is about nobody.
    pub about: String,
    /// What was done, sealed, in base64.
    pub body: String,
    /// The digest of all of that and of the digest before.
    pub digest: String,
}

/// An entry with what it says, as far as that can still be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// As it is stored.
    pub entry: Entry,
    /// What was done; nothing when the key was destroyed.
    pub body: Option<Body>,
}

/// What the sealed part of an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The command's name.
    pub name: String,
    /// The command's id.
    pub id: String,
    /// When the device says it was made.
    pub made_at: Timestamp,
    /// What it was done to, as kind and key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// On what ground she could do it; nothing where the access table was not asked, and in entries of before it was
    /// written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// Why, where she had to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Entry {
    /// The digest that follows from the one before. Every part is told with its length, so that nothing can be
    /// moved from one into the next.
    #[must_use]
    pub fn digest_after(&self, centre: &CentreId, before: &str) -> String {
        let mut hash = Sha256::new();
        let (number, at) = (self.number.to_string(), self.at.0.to_string());
        for part in [before, centre.as_str(), &number, &at, &self.by, &self.about, &self.body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        STANDARD_NO_PAD.encode(hash.finalize())
    }
}

/// A key of a person, in a centre.
pub(super) type KeyLine = (String, String, Vec<u8>);
/// Number, when, who, about whom, body, digest.
pub(super) type EntryLine = (i64, i64, String, String, String, String);
/// The same, and the key that opens it.
pub(super) type ReadLine = (i64, i64, String, String, String, String, Option<Vec<u8>>);

pub(super) fn entry((number, at, by, about, body, digest): EntryLine) -> Entry {
    Entry { number, at: Timestamp(at), by, about, body, digest }
}

pub(super) fn read(centre: &CentreId, (number, at, by, about, body, digest, key): ReadLine) -> Read {
    let entry = entry((number, at, by, about, body, digest));
    let body = key.and_then(|key| opened(centre, &entry, &key));
    Read { entry, body }
}

fn opened(centre: &CentreId, entry: &Entry, key: &[u8]) -> Option<Body> {
    let sealed = STANDARD_NO_PAD.decode(&entry.body).ok()?;
    let plain = Cipher::new(key.try_into().ok()?).open(&place(centre, entry.number), &sealed)?;
    serde_json::from_slice(&plain).ok()
}

fn place(centre: &CentreId, number: i64) -> String {
    format!("audit/{centre}/{number}")
}

/// Whom the deeds of these commits are about, each after the centre. Nobody is a subject too.
pub(super) fn subjects(commits: &[(CentreId, Commit)]) -> BTreeSet<(String, String)> {
    let deeds = lines::each(commits, |commit| &commit.deeds);
    deeds.flat_map(|(centre, deed)| abouts(deed).map(move |about| (centre.to_owned(), about.to_owned()))).collect()
}

fn abouts(deed: &Deed) -> impl Iterator<Item = &str> {
    let nobody = deed.about.is_empty().then_some("");
    deed.about.iter().map(AnyId::as_str).chain(nobody)
}

/// New keys for those of these subjects that have none.
pub(super) fn new_keys(subjects: BTreeSet<(String, String)>, known: &[KeyLine]) -> Vec<KeyLine> {
    let known: BTreeSet<_> = known.iter().map(|(centre, about, _)| (centre.clone(), about.clone())).collect();
    let missing = subjects.into_iter().filter(|subject| !known.contains(subject));
    missing.map(|(centre, about)| (centre, about, random::<KEY_LENGTH>().to_vec())).collect()
}

/// What is written of some commits, each after its centre.
pub(super) struct Written<'a> {
    /// Their entries.
    pub(super) entries: Vec<(&'a str, Entry)>,
    /// How far the logs go with them.
    pub(super) heads: Vec<(String, Head)>,
}

/// The entries of what these commits hold.
pub(super) fn written(
    commits: &[(CentreId, Commit)],
    heads: Vec<(String, i64, String)>,
    keys: Vec<KeyLine>,
) -> Result<Written<'_>, StoreFault> {
    let keys: BTreeMap<_, _> = keys.into_iter().map(|(centre, about, key)| ((centre, about), key)).collect();
    let heads = heads.into_iter().map(|(centre, number, digest)| (centre, Head { number, digest }));
    let mut heads: BTreeMap<String, Head> = heads.collect();
    let mut entries = Vec::new();
    for (centre, commit) in commits {
        let Some(head) = heads.get_mut(centre.as_str()) else { continue };
        for (deed, about) in commit.deeds.iter().flat_map(|deed| abouts(deed).map(move |about| (deed, about))) {
            let key = keys.get(&(centre.as_str().to_owned(), about.to_owned()));
            let key = key.and_then(|key| <[u8; KEY_LENGTH]>::try_from(key.as_slice()).ok());
            let key = key.ok_or_else(|| StoreFault::Value("a key of the log".to_owned()))?;
            let what = deed.what.as_ref().map(ToString::to_string);
            let reason = deed.reason.as_ref().map(ToString::to_string);
            let (name, id, made_at, ground) = (deed.name.to_owned(), deed.id.clone(), deed.made_at, deed.ground);
            let body = Body { name, id, made_at, what, ground, reason };
            let number = head.number + 1;
            let sealed = Cipher::new(key).close(&place(centre, number), random(), lines::json(&body).as_bytes());
            let mut entry = Entry {
                number,
                at: deed.at,
                by: deed.by.as_ref().map(ToString::to_string).unwrap_or_default(),
                about: about.to_owned(),
                body: STANDARD_NO_PAD.encode(sealed),
                digest: String::new(),
            };
            entry.digest = entry.digest_after(centre, &head.digest);
            *head = Head { number, digest: entry.digest.clone() };
            entries.push((centre.as_str(), entry));
        }
    }
    Ok(Written { entries, heads: heads.into_iter().collect() })
}

/// The same words for every database that understands `$1`, as in [`super::access`]. `$store` has a `write_audit` beside it.
macro_rules! audit {
    ($store:ty) => {
        #[async_trait::async_trait]
        impl $crate::store::audit::Audit for $store {
            async fn audit_note(
                &self,
                centre: &CentreId,
                deed: shared::sync::authority::Deed,
            ) -> Result<(), StoreFault> {
                let mut tx = self.writing().await?;
                hold_centre(&mut tx, centre).await?;
                let commit = shared::sync::authority::Commit { deeds: vec![deed], ..Default::default() };
                write_audit(&mut tx, &[(centre.clone(), commit)]).await?;
                Ok(tx.commit().await?)
            }

            async fn audit_heads(&self) -> Result<Vec<(CentreId, $crate::store::audit::Head)>, StoreFault> {
                let lines: Vec<(String, i64, String)> =
                    sqlx::query_as("select id, audited, audit_digest from centre order by id")
                        .fetch_all(self.readers())
                        .await?;
                let heads = lines
                    .into_iter()
                    .map(|(centre, number, digest)| Ok((id(&centre)?, $crate::store::audit::Head { number, digest })));
                heads.collect()
            }

            async fn audit_after(
                &self,
                centre: &CentreId,
                number: i64,
                most: i64,
            ) -> Result<Vec<$crate::store::audit::Entry>, StoreFault> {
                let lines = sqlx::query_as(
                    "select number, at, by_user, about, body, digest from audit
                     where centre = $1 and number > $2 order by number limit $3",
                )
                .bind(centre.as_str())
                .bind(number)
                .bind(most)
                .fetch_all(self.readers())
                .await?;
                Ok(lines.into_iter().map($crate::store::audit::entry).collect())
            }

            async fn audit_key(&self, centre: &CentreId) -> Result<$crate::store::audit::LogKey, StoreFault> {
                const KNOWN: &str = "select key from audit_key where centre = $1 and about = ''";
                let known = sqlx::query_scalar(KNOWN).bind(centre.as_str()).fetch_optional(self.readers()).await?;
                let key: Vec<u8> = match known {
                    Some(key) => key,
                    None => {
                        let mut tx = self.writing().await?;
                        hold_centre(&mut tx, centre).await?;
                        sqlx::query(
                            "insert into audit_key (centre, about, key) values ($1, '', $2) on conflict do nothing",
                        )
                        .bind(centre.as_str())
                        .bind($crate::auth::random::<{ shared::prim::seal::KEY_LENGTH }>().to_vec())
                        .execute(&mut *tx)
                        .await?;
                        let key = sqlx::query_scalar(KNOWN).bind(centre.as_str()).fetch_one(&mut *tx).await?;
                        tx.commit().await?;
                        key
                    }
                };
                key.try_into().map_err(|_| StoreFault::Value("a key of the log".to_owned()))
            }

            async fn audit_newest(
                &self,
                centre: &CentreId,
                of: &$crate::store::audit::Of,
                before: i64,
                most: i64,
            ) -> Result<Vec<$crate::store::audit::Read>, StoreFault> {
                use $crate::store::audit::{Of, ReadLine, read};
                macro_rules! newest {
                    ($of:literal) => {
                        concat!(
                            "select number, at, by_user, audit.about, body, digest, key
                             from audit left join audit_key
                                on audit_key.centre = audit.centre and audit_key.about = audit.about
                             where audit.centre = $1 and number < $4
                             and number <= (select audited from centre where id = $1) and ",
                            $of,
                            " order by number desc limit $3"
                        )
                    };
                }
                let (sql, whose) = match of {
                    Of::About(person) => (newest!("audit.about = $2"), person.as_str()),
                    Of::By(user) => (newest!("by_user = $2"), user.as_str()),
                    Of::All => (newest!("audit.about >= $2"), ""),
                };
                let lines: Vec<ReadLine> = sqlx::query_as(sql)
                    .bind(centre.as_str())
                    .bind(whose)
                    .bind(most)
                    .bind(before)
                    .fetch_all(self.readers())
                    .await?;
                Ok(lines.into_iter().map(|line| read(centre, line)).collect())
            }
        }
    };
}
pub(super) use audit;

#[cfg(test)]
mod tests {
    use shared::policy::{Relation, Role};

    use super::*;

    #[test]
    fn an_entry_of_before_there_were_grounds_is_read_and_keeps_its_shape() {
        let before = r#"{"name":"person.correct","id":"c1.1","made_at":7,"what":"person/amina"}"#;
        let body: Body = serde_json::from_str(before).unwrap();
        assert_eq!((body.name.as_str(), body.ground), ("person.correct", None));
        assert_eq!(lines::json(&body), before);
    }

    #[test]
    fn the_ground_stands_in_what_is_sealed() {
        let ground = Some(Ground { role: Role::Teacher, relation: Relation::Session });
        let (name, id, made_at) = ("person.look".to_owned(), "c1.2".to_owned(), Timestamp(7));
        let body = Body { name, id, made_at, what: None, ground, reason: None };
        let sealed =
            r#"{"name":"person.look","id":"c1.2","made_at":7,"ground":{"role":"teacher","relation":"session"}}"#;
        assert_eq!(lines::json(&body), sealed);
        assert_eq!(serde_json::from_str::<Body>(sealed).unwrap(), body);
    }
}
