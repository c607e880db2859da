//! The list of whoever was taken out, in a file beside the database: it must outlive a backup that is restored. It
//! holds numbers from which nobody reads an id, and no content.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use shared::{
    domain::erasure::{Erasure, State},
    prim::{Id, Note, Timestamp},
    sync::authority::erase::{Erase, Verb},
};

use crate::store::CentreId;

/// The name of the list in the data folder.
const NAME: &str = "shredded.list";

/// Why the list cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ListFault {
    /// It cannot be read or written.
    #[error("{}: {fault}", .file.display())]
    File {
        /// Which file.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
    /// A line of it is none.
    #[error("{}: line {number} is not what was written", .file.display())]
    Line {
        /// Which file.
        file: PathBuf,
        /// Counted from 1.
        number: usize,
    },
}

/// One line: what was done with whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// In which centre.
    pub(super) centre: CentreId,
    /// With whom: her number.
    pub(super) of: Id<Erasure>,
    /// What was done.
    pub(super) verb: Verb,
    /// When.
    pub(super) at: Timestamp,
    /// Why.
    pub(super) reason: Note,
}

impl Entry {
    pub(super) fn of(centre: &CentreId, erase: &Erase) -> Self {
        let Erase { of, verb, at, reason, .. } = erase.clone();
        Self { centre: centre.clone(), of, verb, at, reason }
    }

    /// Is the database as this line says?
    pub(super) fn is_done(&self, known: Option<&Erasure>) -> bool {
        match (self.verb, known.map(|erasure| &erasure.state)) {
            (Verb::Lift, _) | (Verb::Restrict, Some(_)) | (Verb::Shred, Some(State::Shredded)) => true,
            (Verb::Restrict, None) | (Verb::Shred, Some(State::Restricted { .. }) | None) => false,
        }
    }
}

/// Whoever was taken out, oldest first.
#[derive(Debug, Default)]
pub(super) struct List {
    entries: Vec<Entry>,
    is_longer: bool,
}

impl List {
    /// Where it is.
    pub(super) fn file(folder: &Path) -> PathBuf {
        folder.join(NAME)
    }

    /// Reads the list of a folder; there may be none.
    pub(super) fn read(folder: &Path) -> Result<Self, ListFault> {
        let file = Self::file(folder);
        let text = match fs::read_to_string(&file) {
            Err(fault) if matches!(fault.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            other => other.map_err(at_file(&file))?,
        };
        let lines = (1..).zip(text.lines()).map(|(number, line)| {
            serde_json::from_str(line).map_err(|_| ListFault::Line { file: file.clone(), number })
        });
        Ok(Self { entries: lines.collect::<Result<_, _>>()?, is_longer: false })
    }

    /// Puts the list in the place of the one of the folder, if it has become longer.
    pub(super) fn write(&self, folder: &Path) -> Result<(), ListFault> {
        if !self.is_longer {
            return Ok(());
        }
        let line = |entry: &Entry| serde_json::to_string(entry).expect("ids, times and texts are JSON") + "\n";
        let text: String = self.entries.iter().map(line).collect();
        fs::create_dir_all(folder).map_err(at_file(folder))?;
        let (file, fresh) = (Self::file(folder), folder.join(format!("{NAME}.new")));
        let made = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh);
        let written = made.and_then(|mut made| made.write_all(text.as_bytes()).and_then(|()| made.sync_all()));
        written.map_err(at_file(&fresh))?;
        // In one step: there is a whole list here at every moment.
        fs::rename(&fresh, &file).map_err(at_file(&file))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(at_file(folder))
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.is_longer = true;
    }

    /// Takes over what a database says and the list does not.
    pub(super) fn learn(&mut self, centre: &CentreId, erasure: &Erasure) {
        let verb = match erasure.state {
            State::Restricted { .. } => Verb::Restrict,
            State::Shredded => Verb::Shred,
        };
        let mut said = self.entries.iter().filter(|entry| entry.centre == *centre && entry.of == erasure.of);
        let is_said = match verb {
            Verb::Shred => said.any(|entry| entry.verb == Verb::Shred),
            Verb::Restrict | Verb::Lift => said.next().is_some(),
        };
        if !is_said {
            let Erasure { of, at, reason, .. } = erasure.clone();
            self.add(Entry { centre: centre.clone(), of, verb, at, reason });
        }
    }

    /// Is there anybody of this centre on it?
    pub(super) fn names(&self, centre: &CentreId) -> bool {
        self.entries.iter().any(|entry| entry.centre == *centre)
    }

    /// What stands for each of a centre: the last word, but nothing after a shredding.
    pub(super) fn standing(&self, centre: &CentreId) -> Vec<&Entry> {
        let mut standing: BTreeMap<&Id<Erasure>, &Entry> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.centre == *centre) {
            if standing.get(&entry.of).is_none_or(|before| before.verb != Verb::Shred) {
                standing.insert(&entry.of, entry);
            }
        }
        standing.into_values().collect()
    }
}

fn at_file(file: &Path) -> impl FnOnce(io::Error) -> ListFault {
    let file = file.to_path_buf();
    move |fault| ListFault::File { file, fault }
}

#[cfg(test)]
mod tests {
    use shared::testkit::{id, note};

    use super::*;

    fn entry(of: &str, verb: Verb) -> Entry {
        Entry { centre: id("ns"), of: id(of), verb, at: Timestamp(7), reason: note("Sak 7\nog 8") }
    }

    fn list(entries: &[(&str, Verb)]) -> List {
        let mut list = List::default();
        entries.iter().for_each(|(of, verb)| list.add(entry(of, *verb)));
        list
    }

    #[test]
    fn the_last_word_stands_and_nothing_after_a_shredding() {
        let list = list(&[
            ("a", Verb::Restrict),
            ("a", Verb::Lift),
            ("b", Verb::Lift),
            ("b", Verb::Restrict),
            ("c", Verb::Shred),
            ("c", Verb::Restrict),
        ]);
        let standing: Vec<_> = list.standing(&id("ns")).iter().map(|entry| (entry.of.as_str(), entry.verb)).collect();
        assert_eq!(standing, [("a", Verb::Lift), ("b", Verb::Restrict), ("c", Verb::Shred)]);
        assert!(list.standing(&id("bg")).is_empty());
    }

    #[test]
    fn what_was_written_is_read_again_and_what_was_not_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(List::read(folder.path()).unwrap().entries.is_empty());
        list(&[("a", Verb::Restrict), ("a", Verb::Shred)]).write(folder.path()).unwrap();
        let read = List::read(folder.path()).unwrap();
        assert_eq!(read.entries, [entry("a", Verb::Restrict), entry("a", Verb::Shred)]);
        fs::write(List::file(folder.path()), "{}\n").unwrap();
        assert!(matches!(List::read(folder.path()), Err(ListFault::Line { number: 1, .. })));
    }

    #[test]
    fn a_database_teaches_the_list_what_it_lacks_and_no_more() {
        let shredded =
            |of: &str| Erasure { of: id(of), state: State::Shredded, at: Timestamp(7), reason: note("Sak 7") };
        let restricted = Erasure { state: State::Restricted { rows: Vec::new() }, ..shredded("a") };
        let mut list = list(&[("a", Verb::Restrict), ("a", Verb::Lift)]);
        list.learn(&id("ns"), &restricted);
        assert_eq!(list.entries.len(), 2, "she was lifted since");
        list.learn(&id("ns"), &shredded("a"));
        list.learn(&id("ns"), &shredded("a"));
        assert_eq!(list.entries.len(), 3);
        list.learn(&id("ns"), &Erasure { of: id("b"), ..restricted });
        assert_eq!(list.entries.last().map(|entry| entry.verb), Some(Verb::Restrict));
    }
}
