//! The write path. A task takes whatever pushes wait and performs what the authority of each centre asks
//! for: load, commit, answer, poke. There is no timer: while one batch is synced to disk, the next gathers.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use futures_util::FutureExt as _;
use shared::{
    Actor,
    sync::{
        authority::{Authority, Commit, ForeignClient, Memory, Push, PushAnswer, Step},
        news::Committed,
    },
};
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use crate::{
    live::Live,
    store::{CentreId, Pushes, Store, StoreFault},
};

/// The most pushes in one transaction.
const MOST_PUSHES: usize = 512;
/// How many commits of a centre are remembered, for how many centres.
const RECENT: usize = 16;
const CENTRES: usize = 10_000;
/// How many rows are remembered, of all centres and of one; some 500 bytes each.
const ROWS: usize = 200_000;
const ROWS_OF_ONE: usize = 5_000;

/// Takes pushes to the task that writes their centre.
#[derive(Debug, Clone)]
pub struct Writer {
    queues: Arc<[mpsc::Sender<Waiting>]>,
}

/// What came of a push, and where its centre stands after it.
#[derive(Debug)]
pub struct Pushed {
    /// What the client is told of its commands.
    pub answer: PushAnswer,
    /// Who pushed, with her rights of after the push.
    pub actor: Option<Actor>,
    /// The version of the centre.
    pub version: u64,
    /// The lineage of the centre.
    pub history: Arc<str>,
    /// The last commits, oldest first, up to that version.
    pub recent: Arc<[Arc<Committed>]>,
}

/// Why a push got no answer.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub enum PushFault {
    /// It could not be judged now: nothing of it has happened.
    #[error("not yet")]
    NotYet,
    /// The client never signed in here, or belongs to another user.
    #[error("a foreign client")]
    ForeignClient,
}

type Answered = Result<Pushed, PushFault>;

#[derive(Debug)]
struct Waiting {
    centre: CentreId,
    push: Push,
    answer: oneshot::Sender<Answered>,
}

/// Why a batch failed.
#[derive(Debug, thiserror::Error)]
enum BatchFault {
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error("the authority asked for something out of turn")]
    OutOfTurn,
    #[error("a bug ended the batch; its place is above")]
    Panic,
}

impl BatchFault {
    /// Can it lie in what one centre writes? Then the others need not wait for it.
    fn may_be_of_one_centre(&self) -> bool {
        match self {
            Self::Store(StoreFault::Database(sqlx::Error::Database(fault))) => {
                !matches!(fault.kind(), sqlx::error::ErrorKind::Other)
            }
            Self::Store(StoreFault::Database(_)) => false,
            Self::Store(_) | Self::OutOfTurn | Self::Panic => true,
        }
    }
}

impl Writer {
    /// Starts as many tasks as the store can have writers.
    #[must_use]
    pub fn start(store: &Arc<dyn Store>, live: &Live) -> Self {
        let queues = (0..store.writers()).map(|_| {
            let (queue, waiting) = mpsc::channel(MOST_PUSHES);
            let (store, live) = (Arc::clone(store), live.clone());
            let writing = Writing { store, live, recent: HashMap::new(), memory: Memories::default() };
            tokio::spawn(writing.write(waiting));
            queue
        });
        Self { queues: queues.collect() }
    }

    /// Has a push judged and written. The answer comes after the commit is on disk.
    pub async fn push(&self, centre: CentreId, push: Push) -> Answered {
        let (answer, answered) = oneshot::channel();
        let sent = self.queue_of(&centre).send(Waiting { centre, push, answer }).await;
        sent.map_err(|_| PushFault::NotYet)?;
        answered.await.unwrap_or(Err(PushFault::NotYet))
    }

    fn queue_of(&self, centre: &CentreId) -> &mpsc::Sender<Waiting> {
        let mut hasher = DefaultHasher::new();
        centre.hash(&mut hasher);
        let number = hasher.finish() % self.queues.len() as u64;
        &self.queues[usize::try_from(number).unwrap_or(0)]
    }
}

/// A task that writes.
struct Writing {
    store: Arc<dyn Store>,
    live: Live,
    /// The last commits of each centre that is written here.
    recent: HashMap<CentreId, VecDeque<Arc<Committed>>>,
    memory: Memories,
}

/// What the last batch of each centre has read.
#[derive(Default)]
struct Memories {
    of: HashMap<CentreId, Memory>,
    rows: usize,
}

impl Memories {
    fn take(&mut self, centre: &CentreId) -> Option<Memory> {
        let memory = self.of.remove(centre)?;
        self.rows -= memory.len();
        Some(memory)
    }

    fn keep(&mut self, centre: &CentreId, memory: Memory) {
        if self.rows + memory.len() > ROWS {
            self.of.clear();
            self.rows = 0;
        }
        if memory.len() <= ROWS_OF_ONE {
            self.rows += memory.len();
            self.of.insert(centre.clone(), memory);
        }
    }
}

type Answers = BTreeMap<CentreId, Vec<oneshot::Sender<Answered>>>;

/// A centre whose part of the batch is committed.
struct Done {
    answers: Vec<Result<PushAnswer, ForeignClient>>,
    actors: Vec<Option<Actor>>,
    history: String,
    committed: Committed,
}

impl Writing {
    /// Takes whatever waits, again and again.
    async fn write(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        let mut taken = Vec::new();
        while waiting.recv_many(&mut taken, MOST_PUSHES).await > 0 {
            let (pushes, answers) = by_centre(taken.drain(..));
            self.perform(pushes, answers).await;
        }
    }

    /// One batch from its pushes to its answers, then the pokes.
    async fn perform(&mut self, pushes: Pushes, mut answers: Answers) {
        let fault = match self.judge(&pushes).await {
            Ok(done) => return self.tell(done, answers),
            Err(fault) => fault,
        };
        error!(fault = %fault, centres = pushes.len(), "a batch was rolled back");
        if pushes.len() == 1 || !fault.may_be_of_one_centre() {
            return refuse(answers);
        }
        for (centre, pushes) in pushes {
            let answers = answers.remove_entry(&centre).into_iter().collect();
            match self.judge(&[(centre, pushes)].into()).await {
                Ok(done) => self.tell(done, answers),
                Err(fault) => {
                    error!(fault = %fault, "a centre cannot be written");
                    refuse(answers);
                }
            }
        }
    }

    async fn judge(&mut self, pushes: &Pushes) -> Result<BTreeMap<CentreId, Done>, BatchFault> {
        let judged = AssertUnwindSafe(judge(&*self.store, pushes, &mut self.memory)).catch_unwind().await;
        judged.unwrap_or(Err(BatchFault::Panic))
    }

    fn tell(&mut self, done: BTreeMap<CentreId, Done>, mut answers: Answers) {
        for (centre, done) in done {
            let (version, history) = (done.committed.poked.version, Arc::from(done.history));
            let committed = Arc::new(done.committed);
            let recent = self.remember(&centre, &committed);
            let clients = answers.remove(&centre).into_iter().flatten();
            for ((client, answer), actor) in clients.zip(done.answers).zip(done.actors) {
                let (history, recent) = (Arc::clone(&history), Arc::clone(&recent));
                let pushed = answer.map(|answer| Pushed { answer, actor, version, history, recent });
                // Who has hung up asks again; her commands are not applied twice.
                let _ = client.send(pushed.map_err(|ForeignClient| PushFault::ForeignClient));
            }
            if committed.poked.version > committed.from {
                self.live.committed(&self.store, &centre, committed);
            }
        }
    }

    fn remember(&mut self, centre: &CentreId, committed: &Arc<Committed>) -> Arc<[Arc<Committed>]> {
        if self.recent.len() >= CENTRES && !self.recent.contains_key(centre) {
            self.recent.clear();
        }
        let recent = self.recent.entry(centre.clone()).or_default();
        let is_before =
            |last: &Arc<Committed>| last.poked.version == committed.from && last.history == committed.history;
        if recent.back().is_some_and(|last| !is_before(last)) {
            // Another server has written in between.
            recent.clear();
        }
        if committed.poked.version > committed.from {
            recent.push_back(Arc::clone(committed));
        }
        if recent.len() > RECENT {
            recent.pop_front();
        }
        recent.iter().cloned().collect()
    }
}

fn by_centre(waiting: impl Iterator<Item = Waiting>) -> (Pushes, Answers) {
    let (mut pushes, mut answers) = (Pushes::new(), Answers::new());
    for one in waiting {
        pushes.entry(one.centre.clone()).or_default().push(one.push);
        answers.entry(one.centre).or_default().push(one.answer);
    }
    (pushes, answers)
}

fn refuse(answers: Answers) {
    for client in answers.into_values().flatten() {
        let _ = client.send(Err(PushFault::NotYet));
    }
}

/// Judges and commits, each centre by its own authority, all in one transaction.
async fn judge(
    store: &dyn Store,
    pushes: &Pushes,
    memory: &mut Memories,
) -> Result<BTreeMap<CentreId, Done>, BatchFault> {
    let mut batch = store.batch().await?;
    let mut machines = BTreeMap::new();
    for (centre, opening) in batch.openings(pushes).await? {
        let before = (opening.version, opening.history.clone());
        let pushes = pushes.get(&centre).map(Vec::as_slice).unwrap_or_default();
        let authority = Authority::new(opening, pushes).remembering(memory.take(&centre));
        machines.insert(centre, (before, authority));
    }
    let mut commits: Vec<(CentreId, Commit)> = Vec::new();
    let mut judging: Vec<CentreId> = machines.keys().cloned().collect();
    while !judging.is_empty() {
        let mut wants = Vec::new();
        for centre in judging.drain(..) {
            match machines.get_mut(&centre).map(|(_, authority)| authority.step()) {
                Some(Step::Load(wanted)) => wants.push((centre, wanted)),
                Some(Step::Commit(commit)) => commits.push((centre, commit)),
                Some(Step::Answer(..) | Step::Done) | None => return Err(BatchFault::OutOfTurn),
            }
        }
        if wants.is_empty() {
            break;
        }
        for (centre, loaded) in batch.load(wants).await? {
            if let Some((_, authority)) = machines.get_mut(&centre) {
                authority.loaded(loaded);
            }
            judging.push(centre);
        }
    }
    batch.commit(&commits).await?;
    let mut done = BTreeMap::new();
    for (centre, commit) in commits {
        let Some(((from, history), mut authority)) = machines.remove(&centre) else {
            return Err(BatchFault::OutOfTurn);
        };
        let Step::Answer(answers, poked) = authority.step() else {
            return Err(BatchFault::OutOfTurn);
        };
        let pushed = pushes.get(&centre).into_iter().flatten();
        let actors = pushed.map(|push| authority.actor(push)).collect();
        memory.keep(&centre, authority.into_memory());
        let committed = Committed { history: history.as_str().into(), from, poked, rows: commit.rows };
        done.insert(centre, Done { answers, actors, history, committed });
    }
    Ok(done)
}
