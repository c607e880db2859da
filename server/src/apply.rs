//! The write path. Each centre has one task that takes whatever pushes wait, and performs what the authority asks for:
//! load, commit, answer, poke. There is no timer: while one batch is synced to disk, the next gathers.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use futures_util::FutureExt as _;
use shared::sync::{
    authority::{Authority, ForeignClient, Push, PushAnswer, Step},
    news::Committed,
};
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use crate::{
    live::Live,
    store::{CentreId, Store, StoreFault},
};

/// The most pushes in one transaction.
const MOST_PUSHES: usize = 512;

/// Takes pushes to the task that writes their centre.
#[derive(Debug, Clone)]
pub struct Writer {
    queues: Arc<[mpsc::Sender<Waiting>]>,
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

type Answered = Result<PushAnswer, PushFault>;

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
    #[error("a bug ended the batch; its message is above")]
    Panic,
}

impl Writer {
    /// Starts as many tasks as the store can have writers.
    #[must_use]
    pub fn start(store: &Arc<dyn Store>, live: &Live) -> Self {
        let queues = (0..store.writers()).map(|_| {
            let (queue, waiting) = mpsc::channel(MOST_PUSHES);
            tokio::spawn(write(Arc::clone(store), live.clone(), waiting));
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

/// Takes whatever waits, again and again.
async fn write(store: Arc<dyn Store>, live: Live, mut waiting: mpsc::Receiver<Waiting>) {
    let mut taken = Vec::new();
    while waiting.recv_many(&mut taken, MOST_PUSHES).await > 0 {
        for (centre, batch) in by_centre(taken.drain(..)) {
            perform(&store, &live, centre, batch).await;
        }
    }
}

fn by_centre(waiting: impl Iterator<Item = Waiting>) -> BTreeMap<CentreId, Vec<Waiting>> {
    let mut batches: BTreeMap<CentreId, Vec<Waiting>> = BTreeMap::new();
    for one in waiting {
        batches.entry(one.centre.clone()).or_default().push(one);
    }
    batches
}

/// One batch from its pushes to its answers, then the poke.
async fn perform(store: &Arc<dyn Store>, live: &Live, centre: CentreId, batch: Vec<Waiting>) {
    let (pushes, clients): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.push, one.answer)).unzip();
    let judged = AssertUnwindSafe(judge(&**store, &centre, pushes)).catch_unwind().await;
    match judged.unwrap_or(Err(BatchFault::Panic)) {
        Ok((answers, committed)) => {
            for (client, answer) in clients.into_iter().zip(answers) {
                // Who has hung up asks again; her commands are not applied twice.
                let _ = client.send(answer.map_err(|ForeignClient| PushFault::ForeignClient));
            }
            if committed.poked.version > committed.from {
                live.committed(store, centre, committed);
            }
        }
        Err(fault) => {
            error!(fault = %fault, pushes = clients.len(), "a batch was rolled back");
            for client in clients {
                let _ = client.send(Err(PushFault::NotYet));
            }
        }
    }
}

async fn judge(
    store: &dyn Store,
    centre: &CentreId,
    pushes: Vec<Push>,
) -> Result<(Vec<Result<PushAnswer, ForeignClient>>, Committed), BatchFault> {
    let mut batch = store.batch(centre).await?;
    let opening = batch.opening(&pushes).await?;
    let from = opening.version;
    let mut authority = Authority::new(opening, pushes);
    let commit = loop {
        match authority.step() {
            Step::Load(wants) => authority.loaded(batch.load(wants).await?),
            Step::Commit(commit) => break commit,
            Step::Answer(..) | Step::Done => return Err(BatchFault::OutOfTurn),
        }
    };
    batch.commit(&commit).await?;
    match authority.step() {
        Step::Answer(answers, poked) => Ok((answers, Committed { from, poked, rows: commit.rows })),
        Step::Load(_) | Step::Commit(_) | Step::Done => Err(BatchFault::OutOfTurn),
    }
}
