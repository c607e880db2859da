//! `minvei audit checkpoint` and `verify`: the log of accesses is proved to be whole. Somebody who can write the
//! database can also compute a chain anew, or cut its end off; she cannot do that to a checkpoint that lies
//! elsewhere. What was added after the last checkpoint is proved by the chain alone.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};
use shared::prim::Timestamp;

use crate::{
    clock::Clock,
    config::Place,
    place::{PlaceFault, open},
    store::{CentreId, Store, StoreFault, audit::Head},
};

/// The name of the key in the data folder.
const KEY: &str = "audit.key";
/// How many entries are read at a time.
const AT_ONCE: i64 = 5_000;

/// Why a log is not proved to be whole, or a checkpoint not made.
#[derive(Debug, thiserror::Error)]
pub enum AuditFault {
    /// The log is not what was written.
    #[error("the log of {centre} is not what was written: {what}")]
    Broken {
        /// Whose log.
        centre: CentreId,
        /// What is wrong with it.
        what: String,
    },
    /// A checkpoint is none, or not ours.
    #[error("{}: {what}", .file.display())]
    Checkpoint {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {fault}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// The key is no key.
    #[error("{} is no key of a log", .0.display())]
    Key(PathBuf),
    /// The database cannot be had.
    #[error(transparent)]
    Place(#[from] PlaceFault),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// How far the logs went at a moment, signed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    at: Timestamp,
    centres: BTreeMap<CentreId, Head>,
    /// The key to check the signature with, in base64.
    public: String,
    /// Ed25519 over [`Checkpoint::signed`], in base64.
    signature: String,
}

impl Checkpoint {
    fn signed(at: Timestamp, centres: &BTreeMap<CentreId, Head>) -> String {
        let heads = centres.iter().map(|(centre, head)| format!("\n{centre} {} {}", head.number, head.digest));
        format!("minvei audit {}{}", at.0, heads.collect::<String>())
    }
}

/// Writes how far the logs go to a file, signed with the key of the data folder. Keep it elsewhere.
pub async fn checkpoint(place: &Place, file: &Path) -> Result<String, AuditFault> {
    let store = open(place).await?;
    let heads = whole(&*store).await;
    store.close().await;
    let centres: BTreeMap<_, _> = heads?.into_iter().collect();
    let at = Clock::default().now();
    let key = key(&place.data).or_else(|_| make_key(&place.data))?;
    let signature = key.sign(Checkpoint::signed(at, &centres).as_bytes());
    let entries: i64 = centres.values().map(|head| head.number).sum();
    let checkpoint =
        Checkpoint { at, centres, public: STANDARD.encode(key.public_key()), signature: STANDARD.encode(signature) };
    let text = serde_json::to_string_pretty(&checkpoint).unwrap_or_default() + "\n";
    // One of earlier may be all that proves what is missing now.
    let made = fs::OpenOptions::new().write(true).create_new(true).open(file);
    made.and_then(|mut made| made.write_all(text.as_bytes())).map_err(at_file(file))?;
    Ok(format!("{} holds {entries} entries. Keep it where whoever can write the database cannot.\n", file.display()))
}

/// Goes through the logs from the first entry on, and holds them against checkpoints of earlier.
pub async fn verify(place: &Place, checkpoints: &[PathBuf]) -> Result<String, AuditFault> {
    let mut expected: BTreeMap<CentreId, BTreeMap<i64, (String, Timestamp)>> = BTreeMap::new();
    for file in checkpoints {
        let checkpoint = read(file, &place.data)?;
        for (centre, head) in checkpoint.centres.into_iter().filter(|(_, head)| head.number > 0) {
            expected.entry(centre).or_default().insert(head.number, (head.digest, checkpoint.at));
        }
    }
    let store = open(place).await?;
    let verified = verify_all(&*store, expected).await;
    store.close().await;
    let (centres, entries) = verified?;
    Ok(format!("Whole: {entries} entries of {centres} centres, held against {} checkpoints.\n", checkpoints.len()))
}

async fn verify_all(
    store: &dyn Store,
    mut expected: BTreeMap<CentreId, BTreeMap<i64, (String, Timestamp)>>,
) -> Result<(usize, i64), AuditFault> {
    let heads = store.audit_heads().await?;
    let (mut centres, mut entries) = (0, 0);
    for (centre, head) in heads {
        let expected = expected.remove(&centre).unwrap_or_default();
        walk(store, &centre, &head, expected).await?;
        centres += 1;
        entries += head.number;
    }
    match expected.into_keys().next() {
        Some(centre) => Err(AuditFault::Broken { centre, what: "the whole centre is gone".to_owned() }),
        None => Ok((centres, entries)),
    }
}

/// How far the logs go, if they are whole.
async fn whole(store: &dyn Store) -> Result<Vec<(CentreId, Head)>, AuditFault> {
    let heads = store.audit_heads().await?;
    for (centre, head) in &heads {
        walk(store, centre, head, BTreeMap::new()).await?;
    }
    Ok(heads)
}

/// Goes through one log.
async fn walk(
    store: &dyn Store,
    centre: &CentreId,
    head: &Head,
    mut expected: BTreeMap<i64, (String, Timestamp)>,
) -> Result<(), AuditFault> {
    let broken = |what: String| AuditFault::Broken { centre: centre.clone(), what };
    let mut reached = Head { number: 0, digest: String::new() };
    while reached.number < head.number {
        let entries = store.audit_after(centre, reached.number, AT_ONCE.min(head.number - reached.number)).await?;
        if entries.is_empty() {
            return Err(broken(format!("it ends after entry {} of {}", reached.number, head.number)));
        }
        for entry in entries {
            if entry.number != reached.number + 1 {
                return Err(broken(format!("entry {} is missing", reached.number + 1)));
            }
            if entry.digest != entry.digest_after(centre, &reached.digest) {
                return Err(broken(format!("entry {} or the one before it was changed", entry.number)));
            }
            reached = Head { number: entry.number, digest: entry.digest };
            if let Some((digest, at)) = expected.remove(&reached.number)
                && digest != reached.digest
            {
                return Err(broken(format!("entry {} is not the one of {}", reached.number, at.date())));
            }
        }
    }
    if let Some(beyond) = store.audit_after(centre, head.number, 1).await?.first()
        && (beyond.number != head.number + 1 || beyond.digest != beyond.digest_after(centre, &reached.digest))
    {
        return Err(broken(format!("entry {} stands beyond its end", beyond.number)));
    }
    if reached != *head {
        return Err(broken("its last entry is not the one that was written".to_owned()));
    }
    match expected.into_iter().next() {
        Some((number, (_, at))) => Err(broken(format!(
            "it had {number} entries on {} and has {} now: cut off, or restored from an older backup",
            at.date(),
            head.number
        ))),
        None => Ok(()),
    }
}

/// Reads a checkpoint and checks that it was made with the key of the data folder.
fn read(file: &Path, data: &Path) -> Result<Checkpoint, AuditFault> {
    let wrong = |what: &str| AuditFault::Checkpoint { file: file.to_path_buf(), what: what.to_owned() };
    let text = fs::read_to_string(file).map_err(at_file(file))?;
    let checkpoint: Checkpoint = serde_json::from_str(&text).map_err(|_| wrong("this is no checkpoint"))?;
    let public = key(data)?.public_key().as_ref().to_vec();
    if STANDARD.encode(&public) != checkpoint.public {
        return Err(wrong("this checkpoint was signed with another key"));
    }
    let signature = STANDARD.decode(&checkpoint.signature).unwrap_or_default();
    let signed = Checkpoint::signed(checkpoint.at, &checkpoint.centres);
    let is_ours = UnparsedPublicKey::new(&ED25519, public).verify(signed.as_bytes(), &signature);
    is_ours.map_err(|_| wrong("this checkpoint was changed since it was signed"))?;
    Ok(checkpoint)
}

/// The key of the data folder.
fn key(data: &Path) -> Result<Ed25519KeyPair, AuditFault> {
    let file = data.join(KEY);
    let pkcs8 = fs::read(&file).map_err(at_file(&file))?;
    Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| AuditFault::Key(file))
}

/// A new key of the data folder. One that is there already stays.
fn make_key(data: &Path) -> Result<Ed25519KeyPair, AuditFault> {
    let file = data.join(KEY);
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| AuditFault::Key(file.clone()))?;
    fs::create_dir_all(data).map_err(at_file(data))?;
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
    made.and_then(|mut made| made.write_all(pkcs8.as_ref())).map_err(at_file(&file))?;
    key(data)
}

fn at_file(file: &Path) -> impl FnOnce(io::Error) -> AuditFault {
    let file = file.to_path_buf();
    move |fault| AuditFault::File { file, fault }
}
