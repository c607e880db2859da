//! A server in memory around the real authority: what the simulation talks to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    SCHEMA,
    entity::{Key, Part, Tag},
    policy::{Actor, Keeping, Role},
    prim::{AnyId, Timestamp},
    registry::{Kind, Record},
    sync::{
        authority::{
            self, Authority, Commit, ForeignClient, Judged, Known, Opening, Poked, Push, PushAnswer, RowChange, Step,
        },
        news::{self, Committed, Ear},
        pull::{self, Changed, Found, PAGE},
        version,
        wire::{Answer, ClientId, Cursor, Outcome, Patch, Request},
    },
    testkit::{Rows, centre},
    view::Want,
};

/// How many commits are remembered.
const RECENT: usize = 4;

/// When the server dies in the middle of a push: everything not committed is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// It does not.
    Never,
    /// Before this many steps of the authority are done.
    AfterSteps(usize),
}

/// A centre's server in memory.
#[derive(Clone)]
pub struct Memory {
    history: String,
    version: u64,
    rows: BTreeMap<(Kind, Key), (u64, Option<Record>)>,
    tags: BTreeMap<(Tag, Kind, Key), u64>,
    clients: BTreeMap<ClientId, u64>,
    judged: BTreeMap<(ClientId, u64), Judged>,
    covered: BTreeMap<ClientId, u64>,
    /// About how many rows one patch brings.
    pub page: usize,
    /// What no commit may do and one has done.
    pub broken: Option<String>,
    /// What the process that writes remembers of its last batch.
    memory: Option<authority::Memory>,
    /// Does another process take the next push?
    pub elsewhere: bool,
    /// What was committed and has not been told yet on any live channel.
    pub untold: Vec<Committed>,
    /// The last commits, from which most pulls are answered.
    recent: VecDeque<Committed>,
    /// Every judgement ever committed, to find what is applied twice.
    pub log: Vec<(ClientId, u64)>,
    roles: BTreeMap<AnyId, Role>,
    /// The clients that keep nothing.
    pub in_memory: BTreeSet<ClientId>,
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
            covered: BTreeMap::new(),
            page: PAGE,
            broken: None,
            memory: None,
            elsewhere: false,
            untold: Vec::new(),
            recent: VecDeque::new(),
            log: Vec::new(),
            roles: BTreeMap::new(),
            in_memory: BTreeSet::new(),
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

    /// A row as it stands.
    #[must_use]
    pub fn row(&self, kind: Kind, key: Key) -> Option<&Record> {
        self.rows.get(&(kind, key)).and_then(|(_, record)| record.as_ref())
    }

    /// The rows as they stand.
    #[must_use]
    pub fn rows(&self) -> Rows {
        Rows::of(self.rows.values().filter_map(|(_, record)| record.clone()))
    }

    /// The user with her rights now.
    #[must_use]
    pub fn actor(&self, user: &AnyId) -> Actor {
        let records = self.rows.values().filter_map(|(_, record)| record.as_ref());
        let grants = records.flat_map(Record::grants).filter(|grant| grant.user == *user);
        Actor { grants: grants.collect(), user: user.clone(), role: self.role(user), keeping: Keeping::OnDevice }
    }

    /// Has this user's account been closed?
    fn has_left(&self, user: &AnyId) -> bool {
        let row = self.row(Kind::Staff, Key::of(&[user]));
        matches!(row, Some(Record::Staff(staff)) if staff.left.is_some())
    }

    /// A verified backup: from now on clients need not keep what it holds.
    #[must_use]
    pub fn backup(&mut self) -> Self {
        self.covered.clone_from(&self.clients);
        self.clone()
    }

    /// The server dies and begins again with what `backup` holds, as a new history.
    pub fn restore(&mut self, backup: &Self, history: String) {
        *self = Self { history, broken: self.broken.take(), ..backup.clone() };
        self.died();
    }

    /// What was only in memory is gone.
    pub fn died(&mut self) {
        self.memory = None;
        self.untold.clear();
        self.recent.clear();
    }

    /// Is this cursor believed: of the present history, and not from the future?
    #[must_use]
    pub fn holds(&self, cursor: &Cursor, now: Timestamp) -> bool {
        *cursor.history == *self.history && cursor.version <= version::furthest(self.version, now)
    }

    /// A cursor at the beginning of the present history.
    #[must_use]
    pub fn beginning(&self) -> Cursor {
        Cursor { history: self.history.as_str().into(), version: 0 }
    }

    /// Every audience of every row.
    #[must_use]
    pub fn every_tag(&self) -> Vec<Tag> {
        let tags: BTreeSet<&Tag> = self.tags.keys().map(|(tag, ..)| tag).collect();
        tags.into_iter().cloned().collect()
    }

    /// What the commands with this client's numbers came to.
    #[must_use]
    pub fn judged(&self, client: &ClientId, seq: u64) -> Option<&Judged> {
        self.judged.get(&(client.clone(), seq))
    }

    /// The last number of this client that is judged.
    #[must_use]
    pub fn last_seq(&self, client: &ClientId) -> u64 {
        self.clients.get(client).copied().unwrap_or(0)
    }

    /// What this user may do from now on; the answer is what she might do before.
    pub fn set_role(&mut self, user: &AnyId, role: Role) -> Option<Role> {
        self.roles.insert(user.clone(), role)
    }

    /// The part this user plays.
    #[must_use]
    pub fn role(&self, user: &AnyId) -> Role {
        self.roles.get(user).copied().unwrap_or(Role::Admin)
    }

    /// Takes a push and answers with a patch; `None` when it died before it could answer.
    pub fn sync(&mut self, user: &AnyId, request: Request, now: Timestamp, crash: Crash) -> Option<Answer> {
        self.sync_all(vec![(user.clone(), request)], now, crash)?.pop()
    }

    /// Takes what several clients push in one batch, and answers each with a patch; `None` when it died
    /// before it could answer.
    pub fn sync_all(&mut self, requests: Vec<(AnyId, Request)>, now: Timestamp, crash: Crash) -> Option<Vec<Answer>> {
        let mut pushed = self.push(&requests, now, crash)?;
        let answers = requests.iter().map(|(user, request)| {
            let client = &request.client;
            let pushed = if request.commands.is_empty() {
                let Known { last_seq, covered, .. } = self.known(user, client);
                PushAnswer { last_seq, covered, outcomes: Vec::new(), server_is_older: false }
            } else {
                pushed.pop_front().expect("an answer to each push").expect("a device has a client of its own")
            };
            let is_too_old = request.schema < SCHEMA;
            let patch = if is_too_old { None } else { self.pull(user, request, now) };
            Answer {
                server_time: now,
                last_seq: pushed.last_seq,
                covered: pushed.covered,
                outcomes: pushed.outcomes,
                server_is_older: pushed.server_is_older,
                say_held: patch.is_none() && !is_too_old,
                patch,
            }
        });
        Some(answers.collect())
    }

    fn known(&self, user: &AnyId, client: &ClientId) -> Known {
        let of = |numbers: &BTreeMap<ClientId, u64>| numbers.get(client).copied().unwrap_or(0);
        Known { user: user.clone(), last_seq: of(&self.clients), covered: of(&self.covered) }
    }

    fn keeping(&self, client: &ClientId) -> Keeping {
        if self.in_memory.contains(client) { Keeping::InMemory } else { Keeping::OnDevice }
    }

    /// Opens a live channel.
    #[must_use]
    pub fn ear(&self, user: &AnyId, now: Timestamp) -> Ear {
        let grants = pull::grants(&self.actor(user), now.date());
        let hers = self.tags.iter().filter(|((tag, ..), _)| grants.tags.contains(tag));
        let newest = hers.map(|(_, version)| *version).max().unwrap_or(0);
        Ear::new(&self.history, self.version, newest, grants, now)
    }

    /// Judges what is pushed in one batch. The answers come in the order of those who pushed something.
    fn push(
        &mut self,
        requests: &[(AnyId, Request)],
        now: Timestamp,
        crash: Crash,
    ) -> Option<VecDeque<Result<PushAnswer, ForeignClient>>> {
        let pushing: Vec<_> = requests.iter().filter(|(_, request)| !request.commands.is_empty()).collect();
        if pushing.is_empty() {
            return Some(VecDeque::new());
        }
        let from = self.version;
        let opening = Opening {
            version: from,
            history: self.history.clone(),
            actors: pushing
                .iter()
                .map(|(user, _)| self.actor(user))
                .filter(|actor| !self.has_left(&actor.user))
                .collect(),
            left: pushing
                .iter()
                .filter(|(user, _)| self.has_left(user))
                .map(|(user, _)| (user.clone(), self.actor(user).grants))
                .collect(),
            clients: pushing
                .iter()
                .map(|(user, request)| (request.client.clone(), self.known(user, &request.client)))
                .collect(),
            judged: self.judged.clone(),
        };
        let pushes: Vec<_> = pushing
            .iter()
            .map(|(user, request)| Push {
                client: request.client.clone(),
                user: user.clone(),
                first: request.first,
                commands: request.commands.clone(),
                stored: request.stored,
                received_at: now,
                keeping: self.keeping(&request.client),
                ended: None,
            })
            .collect();
        let memory = if self.elsewhere { None } else { self.memory.take() };
        let mut authority = Authority::new(opening, &pushes).remembering(memory);
        let mut answer: Option<VecDeque<_>> = None;
        let mut rows = Vec::new();
        for done in 0.. {
            if crash == Crash::AfterSteps(done) {
                break;
            }
            match authority.step() {
                Step::Load(wants) => {
                    let found = wants.into_iter().map(|want| (want.clone(), self.load(&want)));
                    authority.loaded(found.collect());
                }
                Step::Commit(commit) => {
                    rows.clone_from(&commit.rows);
                    self.commit(commit);
                }
                Step::Answer(answers, poked) => {
                    answer = Some(answers.into());
                    self.tell(from, poked, std::mem::take(&mut rows));
                }
                Step::Done => break,
            }
        }
        if !self.elsewhere && answer.is_some() {
            self.memory = Some(authority.into_memory());
        }
        answer
    }

    fn tell(&mut self, from: u64, poked: Poked, rows: Vec<RowChange>) {
        if poked.version > from {
            let committed = Committed { history: self.history.as_str().into(), from, poked, rows };
            self.untold.push(committed.clone());
            self.recent.push_back(committed);
            if self.recent.len() > RECENT {
                self.recent.pop_front();
            }
        }
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
        let applied = commit.judged.iter().filter(|(.., judged)| matches!(judged.outcome, Outcome::Applied(_)));
        if applied.count() > commit.deeds.len() {
            self.broken = Some("something was done and not written down".to_owned());
        }
        if commit.deeds.iter().any(|deed| deed.ground.is_none()) {
            self.broken = Some("something was done, and the log does not say on what ground".to_owned());
        }
        self.version = commit.version;
        for row in commit.rows {
            let before = self.rows.get(&(row.kind, row.key.clone())).and_then(|(_, record)| record.as_ref());
            if let (Some(before), Some(after)) = (before, &row.record)
                && !answer_ids(after).starts_with(&answer_ids(before))
            {
                self.broken = Some(format!("{:?} {} has lost an answer", row.kind, row.key));
            }
            match row.part {
                Some(Part { user, role: Some(role), .. }) => drop(self.roles.insert(user, role)),
                Some(Part { user, role: None, .. }) => drop(self.roles.remove(&user)),
                None => {}
            }
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
        let today = now.date();
        let actor = self.actor(user).in_session(self.keeping(&request.client));
        let furthest = version::furthest(self.version, now);
        let plan = pull::plan(request, &self.history, furthest, pull::grants(&actor, today))?;
        if let Some(found) = news::recent(self.recent.iter(), &plan, self.version) {
            return Some(pull::patch(plan, found, &self.history, today));
        }
        let mut found = Found {
            delta: self.changes(&plan.delta, plan.since, self.page),
            whole: self.changes(&plan.whole, 0, usize::MAX),
            more: false,
        };
        found.cut(self.page);
        Some(pull::patch(plan, found, &self.history, today))
    }

    /// As a store's `Snapshot::changes`.
    fn changes(&self, tags: &[Tag], since: u64, most: usize) -> Vec<Changed> {
        let mut touched: BTreeMap<(Kind, Key), u64> = BTreeMap::new();
        for ((tag, kind, key), version) in &self.tags {
            if *version > since && tags.contains(tag) {
                let latest = touched.entry((*kind, key.clone())).or_default();
                *latest = (*version).max(*latest);
            }
        }
        let mut changes: Vec<_> = touched
            .into_iter()
            .map(|((kind, key), version)| {
                let record = self.rows.get(&(kind, key.clone())).and_then(|(_, record)| record.clone());
                Changed { kind, key, version, record }
            })
            .collect();
        changes.sort_by_key(|row| row.version);
        if let Some(last) = changes.get(most.saturating_sub(1)).map(|row| row.version) {
            changes.retain(|row| row.version <= last);
        }
        changes
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

/// The commands that brought the answers of a row, oldest first. Answers are only ever added.
#[must_use]
pub fn answer_ids(record: &Record) -> Vec<Box<str>> {
    match record {
        Record::Order(order) => order.answers.history().iter().map(|one| one.id.clone()).collect(),
        Record::Tick(tick) => tick.answers.history().iter().map(|one| one.id.clone()).collect(),
        Record::Mark(mark) => mark.answers.history().iter().map(|one| one.id.clone()).collect(),
        _ => Vec::new(),
    }
}
