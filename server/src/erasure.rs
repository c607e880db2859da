//! `minvei restrict` and `minvei shred`: a participant is taken out of everybody's reach, or destroyed. Whoever was is
//! written in a list beside the database, and taken out again of every older copy before it is served.

mod list;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use shared::{
    Key, Kind, Record, Tag, Want,
    domain::{
        erasure::{Erasure, State},
        person::Person,
    },
    prim::{Id, Note},
    sync::authority::erase::{Erase, Erased, NotErased, Verb, names_her},
};

pub use self::list::ListFault;
use self::list::{Entry, List};
use crate::{
    clock::Clock,
    config::Place,
    place::{PlaceFault, open_alone},
    store::{Batch, Belongings, CentreId, Pushes, Store, StoreFault, Told},
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Her id.
    pub person: String,
    /// Her centre's.
    pub centre: String,
    /// What shall be done.
    pub verb: Verb,
    /// Why.
    pub reason: String,
}

/// Why it is not done.
#[derive(Debug, thiserror::Error)]
pub enum ErasureFault {
    /// It was not said twice.
    #[error("nothing was done: what is shredded never comes back; say --yes to do it")]
    NotSure,
    /// There is no such participant, or she is not this centre's.
    #[error("nobody called {person} takes part in a centre {centre}")]
    Nobody {
        /// Whom.
        person: String,
        /// Where.
        centre: String,
    },
    /// The reason is none.
    #[error("say why in 1 to 500 characters: the number of the case, say")]
    Reason,
    /// The reason would outlive her.
    #[error("leave her name and her id out of the reason: it stays when she is gone")]
    Named,
    /// The database cannot be had.
    #[error(transparent)]
    Place(#[from] PlaceFault),
    /// It cannot be done.
    #[error(transparent)]
    Work(#[from] WorkFault),
}

/// Why something cannot be taken out of a database.
#[derive(Debug, thiserror::Error)]
pub enum WorkFault {
    /// It makes no sense.
    #[error(transparent)]
    Not(#[from] NotErased),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The list cannot be read or written.
    #[error(transparent)]
    List(#[from] ListFault),
}

/// Does what is asked for, and answers what there is to say of it: counts and a number, never a name.
pub async fn erase(place: &Place, asked: Asked) -> Result<String, ErasureFault> {
    let reason = Note::parse(&asked.reason).map_err(|_| ErasureFault::Reason)?;
    let nobody = || ErasureFault::Nobody { person: asked.person.clone(), centre: asked.centre.clone() };
    let person: Id<Person> = Id::parse(&asked.person).map_err(|_| nobody())?;
    let centre: CentreId = Id::parse(&asked.centre).map_err(|_| nobody())?;
    let of = Erasure::number(&person);
    let erase = Erase { of, person: Some(person), verb: asked.verb, at: Clock::default().now(), reason };
    let (store, _lock) = open_alone(place).await?;
    let done = match look(&*store, &centre, &erase).await {
        Ok(Some(belongings)) => perform(&*store, place, &centre, &erase, belongings).await.map_err(ErasureFault::from),
        Ok(None) => Err(nobody()),
        Err(fault) => Err(fault),
    };
    store.close().await;
    done
}

/// What there is of her besides rows; nothing where she does not take part.
async fn look(store: &dyn Store, centre: &CentreId, erase: &Erase) -> Result<Option<Belongings>, ErasureFault> {
    let Some(person) = &erase.person else { return Ok(None) };
    let mut batch = store.batch().await.map_err(WorkFault::from)?;
    let found = match find(&mut *batch, centre, erase).await {
        Err(StoreFault::NoCentre(_)) => return Ok(None),
        other => other.map_err(WorkFault::from)?,
    };
    drop(batch);
    let mut rows: Vec<Record> = found.hers.into_iter().map(|(_, record)| record).collect();
    if found.before.is_none() && !rows.iter().any(|record| record.kind() == Kind::Person) {
        return Ok(None);
    }
    if let Some((_, Erasure { state: State::Restricted { rows: kept }, .. })) = &found.before {
        rows.extend(kept.iter().filter_map(|kept| kept.read().ok()));
    }
    if names_her(erase.reason.as_str(), person.as_str(), &rows) {
        return Err(ErasureFault::Named);
    }
    Ok(Some(store.belongings(centre, &person.cast()).await.map_err(WorkFault::from)?))
}

/// Does it, in the database, in the list beside it, and in the database's files.
async fn perform(
    store: &dyn Store,
    place: &Place,
    centre: &CentreId,
    erase: &Erase,
    belongings: Belongings,
) -> Result<String, WorkFault> {
    let rows = apply(store, centre, erase).await?;
    let mut list = List::read(&place.data)?;
    list.add(Entry::of(centre, erase));
    list.write(&place.data)?;
    let Belongings { accounts, sessions, devices, entries } = belongings;
    let number = format!("Its number in the log and in {} is {}.\n", List::file(&place.data).display(), erase.of);
    Ok(match erase.verb {
        Verb::Restrict => format!("Out of reach, and kept. Rows: {rows}, sessions ended: {sessions}.\n{number}"),
        Verb::Lift => format!("In reach again. Rows: {rows}.\n{number}"),
        Verb::Shred => {
            store.overwrite().await?;
            format!(
                "Shredded. Rows: {rows}, accounts: {accounts}, sessions: {sessions}, devices: {devices}, entries of \
                 the log that nobody can read any more: {entries}.\n{number}{}",
                left(place)
            )
        }
    })
}

/// Where something of her may still be.
fn left(place: &Place) -> String {
    let mut said = "Backups of before still hold everything. A restore takes it out again; the files are yours to \
                    destroy.\n"
        .to_owned();
    if place.database.is_some() {
        said.push_str("So does the database's own log, and whatever was copied from it, until it is overwritten.\n");
    }
    for folder in set_aside(&place.data) {
        said.push_str(&format!("So may {}.\n", folder.display()));
    }
    said
}

/// What restores have kept of databases before them.
fn set_aside(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_kept = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(crate::backup::BEFORE_RESTORE))
    };
    let mut found: Vec<_> = entries.filter(is_kept).collect();
    found.sort();
    found
}

/// Brings a database and the list beside it together: whoever the list names is taken out of the database once more,
/// and whoever is out of the database is named in the list. Answers how many were taken out.
pub async fn settle(store: &dyn Store, folder: &Path) -> Result<usize, WorkFault> {
    let mut list = List::read(folder)?;
    let erased_in = store.erased_in().await?;
    let centres = store.audit_heads().await?.into_iter().map(|(centre, _)| centre);
    let concerned: Vec<_> = centres.filter(|centre| erased_in.contains(centre) || list.names(centre)).collect();
    let mut again = 0;
    for centre in concerned {
        let known = erasures(store, &centre).await?;
        again += catch_up(store, &centre, &list, &known).await?;
        for erasure in known.values() {
            list.learn(&centre, erasure);
        }
    }
    list.write(folder)?;
    if again > 0 {
        store.overwrite().await?;
    }
    Ok(again)
}

/// Takes out again whoever is on the list and not yet out.
async fn catch_up(
    store: &dyn Store,
    centre: &CentreId,
    list: &List,
    known: &BTreeMap<Id<Erasure>, Erasure>,
) -> Result<usize, WorkFault> {
    let mut missing = list.standing(centre);
    missing.retain(|entry| !entry.is_done(known.get(&entry.of)));
    if missing.is_empty() {
        return Ok(0);
    }
    let ids = store.known_ids(centre).await?;
    let people: BTreeMap<Id<Erasure>, Id<Person>> = ids.iter().map(|id| (Erasure::number(id), id.cast())).collect();
    for entry in &missing {
        let Entry { of, verb, reason, .. } = Entry::clone(entry);
        let person = people.get(&of).cloned();
        apply(store, centre, &Erase { of, person, verb, at: Clock::default().now(), reason }).await?;
    }
    Ok(missing.len())
}

/// Who is out of the database of a centre.
async fn erasures(store: &dyn Store, centre: &CentreId) -> Result<BTreeMap<Id<Erasure>, Erasure>, StoreFault> {
    let rows = store.snapshot(centre).await?.changes(&[Tag::archive()], 0, usize::MAX).await?;
    let erasures = rows.into_iter().filter_map(|row| match row.record {
        Some(Record::Erasure(erasure)) => Some((erasure.of.clone(), erasure)),
        _ => None,
    });
    Ok(erasures.collect())
}

/// Does it in the database. Answers how many rows left, or came back.
async fn apply(store: &dyn Store, centre: &CentreId, erase: &Erase) -> Result<usize, WorkFault> {
    let mut batch = store.batch().await?;
    let Found { version, hers, before } = find(&mut *batch, centre, erase).await?;
    let Erased { commit, poked, rows } = erase.decide(version, hers, before)?;
    batch.commit(&[(centre.clone(), commit)]).await?;
    // Servers beside us end her channels, and have their devices look.
    if let Err(fault) = store.tell(&Told::Changed(centre.clone(), poked)).await {
        tracing::warn!(fault = %fault, "the servers were not told; their clients look by themselves");
    }
    Ok(rows)
}

/// What there is of her in a centre.
struct Found {
    version: u64,
    hers: Vec<(u64, Record)>,
    before: Option<(u64, Erasure)>,
}

async fn find(batch: &mut dyn Batch, centre: &CentreId, erase: &Erase) -> Result<Found, StoreFault> {
    let mut openings = batch.openings(&Pushes::from([(centre.clone(), Vec::new())])).await?;
    let opening = openings.remove(centre).ok_or_else(|| StoreFault::NoCentre(centre.clone()))?;
    let mut hers = Vec::new();
    if let Some(person) = &erase.person {
        // She may be a protected person: then her rows have other audiences.
        for tag in [Tag::participant(person), Tag::named(person), Tag::mention(person)] {
            hers.extend(batch.of_audience(centre, &tag).await?);
        }
    }
    let want = Want::Row(Kind::Erasure, Key::of(&[&erase.of]));
    let loaded = batch.load(vec![(centre.clone(), vec![want])]).await?;
    let mut rows = loaded.into_iter().flat_map(|(_, found)| found).flat_map(|(_, rows)| rows);
    let before = rows.find_map(|(version, record)| match record {
        Record::Erasure(erasure) => Some((version, erasure)),
        _ => None,
    });
    Ok(Found { version: opening.version, hers, before })
}
