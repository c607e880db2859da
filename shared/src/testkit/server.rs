//! A server in memory around the real authority: what the simulation talks to.

use std::collections::BTreeMap;

use crate::{
    entity::{Key, Tag},
    policy::{Actor, Role},
    prim::{AnyId, Timestamp},
    registry::{Kind, Record},
    sync::{
        authority::{Authority, Commit, Judged, Opening, Push, PushAnswer, Step},
        pull,
        wire::{Answer, ClientId, Patch, Request, WireRow},
    },
    testkit::{Rows, centre},
    view::Want,
};

/// When the server dies in the middle of a push: everything not committed is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// It does not.
    Never,
    /// Before this many steps of the authority are done.
    AfterSteps(usize),
}

/// A centre's server in memory.
pub struct Memory {
    history: String,
    version: u64,
    rows: BTreeMap<(Kind, Key), (u64, Option<Record>)>,
    tags: BTreeMap<(Tag, Kind, Key), u64>,
    clients: BTreeMap<ClientId, u64>,
    judged: BTreeMap<(ClientId, u64), Judged>,
    /// Every judgement ever committed, to find what is applied twice.
    pub log: Vec<(ClientId, u64)>,
    roles: BTreeMap<AnyId, Role>,
}

impl Memory {
    /// The test centre, with its staff and participants as users.
    #[must_use]
    pub fn new() -> Self {
        let mut memory = Self {
            history: "m0".to_owned(),
            version: 0,
            rows: BTreeMap::new(),
            tags: BTreeMap::new(),
            clients: BTreeMap::new(),
            judged: BTreeMap::new(),
            log: Vec::new(),
            roles: BTreeMap::new(),
        };
        for record in centre().0.into_values() {
            let user = match &record {
                Record::Staff(staff) => Some((staff.id.clone(), staff.role)),
                Record::Person(person) => Some((person.id.cast(), Role::Participant)),
                _ => None,
            };
            memory.roles.extend(user);
            memory.version += 1;
            memory.write(memory.version, record.kind(), record.key(), Some(record), &[]);
        }
        memory
    }

    /// The rows as they stand.
    #[must_use]
    pub fn rows(&self) -> Rows {
        Rows::of(self.rows.values().filter_map(|(_, record)| record.clone()))
    }

    /// The user with her rights now.
    #[must_use]
    pub fn actor(&self, user: &AnyId) -> Actor {
        let role = self.roles.get(user).copied().unwrap_or(Role::Admin);
        self.rows().actor(user.as_str(), role)
    }

    /// What the commands with this client's numbers came to.
    #[must_use]
    pub fn judged(&self, client: &ClientId, seq: u64) -> Option<&Judged> {
        self.judged.get(&(client.clone(), seq))
    }

    /// Takes a push and answers with a patch; `None` when it died before it could answer.
    pub fn sync(&mut self, user: &AnyId, request: Request, now: Timestamp, crash: Crash) -> Option<Answer> {
        let last_seq = self.clients.get(&request.client).copied().unwrap_or(0);
        let pushed = if request.commands.is_empty() {
            PushAnswer { last_seq, outcomes: Vec::new(), server_is_older: false }
        } else {
            self.push(user, &request, now, crash)?
        };
        let (patch, say_held) = match self.pull(user, &request, now) {
            Some(patch) => (Some(patch), false),
            None => (None, true),
        };
        Some(Answer {
            server_time: now,
            last_seq: pushed.last_seq,
            outcomes: pushed.outcomes,
            server_is_older: pushed.server_is_older,
            say_held,
            patch,
        })
    }

    fn push(&mut self, user: &AnyId, request: &Request, now: Timestamp, crash: Crash) -> Option<PushAnswer> {
        let opening = Opening {
            version: self.version,
            actors: vec![self.actor(user)],
            clients: self.clients.clone(),
            judged: self.judged.clone(),
        };
        let push = Push {
            client: request.client.clone(),
            user: user.clone(),
            first: request.first,
            commands: request.commands.clone(),
            received_at: now,
        };
        let mut authority = Authority::new(opening, vec![push]);
        let mut answer = None;
        for done in 0.. {
            if crash == Crash::AfterSteps(done) {
                break;
            }
            match authority.step() {
                Step::Load(wants) => {
                    let found = wants.into_iter().map(|want| (want.clone(), self.load(&want)));
                    authority.loaded(found.collect());
                }
                Step::Commit(commit) => self.commit(commit),
                Step::Answer(answers, _) => answer = answers.into_iter().next(),
                Step::Done => break,
            }
        }
        answer
    }

    fn load(&self, want: &Want) -> Vec<(u64, Record)> {
        let wanted = |kind: Kind, key: &Key| match want {
            Want::Row(of, at) => kind == *of && key == at,
            Want::Under(of, prefix) => kind == *of && key.as_str().starts_with(prefix.as_str()),
        };
        let rows = self.rows.iter().filter(|((kind, key), _)| wanted(*kind, key));
        rows.filter_map(|(_, (version, record))| Some((*version, record.clone()?))).collect()
    }

    fn commit(&mut self, commit: Commit) {
        self.version = commit.version;
        for row in commit.rows {
            self.write(row.version, row.kind, row.key, row.record, &row.lost_tags);
        }
        for (client, seq, judged) in commit.judged {
            self.log.push((client.clone(), seq));
            self.judged.insert((client, seq), judged);
        }
        self.clients.extend(commit.clients);
    }

    fn write(&mut self, version: u64, kind: Kind, key: Key, record: Option<Record>, lost: &[Tag]) {
        let tags = record.as_ref().map(Record::tags).unwrap_or_default();
        for tag in tags.iter().chain(lost) {
            self.tags.insert((tag.clone(), kind, key.clone()), version);
        }
        self.rows.insert((kind, key), (version, record));
    }

    fn pull(&self, user: &AnyId, request: &Request, now: Timestamp) -> Option<Patch> {
        let actor = self.actor(user);
        let today = now.date();
        let plan = pull::plan(request, &self.history, pull::grants(&actor, today))?;
        let mut patch = Patch {
            to: pull::cursor(&self.history, self.version),
            reset: plan.reset,
            more: false,
            grants: plan.grants,
            rows: Vec::new(),
            gone: Vec::new(),
        };
        for ((kind, key), (version, record)) in &self.rows {
            let touched = |tag: &Tag, since: u64| {
                let at = (tag.clone(), *kind, key.clone());
                self.tags.get(&at).is_some_and(|version| *version > since)
            };
            let is_new = plan.whole.iter().any(|tag| touched(tag, 0));
            if !is_new && !plan.delta.iter().any(|tag| touched(tag, plan.since)) {
                continue;
            }
            match record {
                Some(record) if actor.sees(&record.tags(), today) => {
                    if pull::is_kept(record, today) {
                        patch.rows.push(WireRow::of(*version, record));
                    }
                }
                _ => patch.gone.push((kind.name().into(), key.clone())),
            }
        }
        Some(patch)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}
