//! A device that holds its rows: it says where it stands and is told the rest, as the app does.

use anyhow::{Context as _, Result, ensure};
use shared::{
    SCHEMA,
    sync::wire::{Answer, Cursor, Outcome},
};

use crate::client::Client;

/// A device that has been filled.
pub struct Replica {
    client: Client,
    id: String,
    cursor: Option<Cursor>,
    epoch: Box<str>,
}

impl Replica {
    /// Fills a device whose client has this id.
    pub async fn fill(client: Client, id: &str) -> Result<Self> {
        let mut this = Self { client, id: id.to_owned(), cursor: None, epoch: "".into() };
        while this.sync(0, &[]).await?.patch.is_none_or(|patch| patch.more) {}
        Ok(this)
    }

    /// Pushes encoded commands, of which the first has this number; each must be applied.
    pub async fn push(&mut self, first: u64, commands: &[Box<str>]) -> Result<()> {
        let answer = self.sync(first, commands).await?;
        ensure!(answer.last_seq + 1 == first + commands.len() as u64, "{answer:?}");
        for (seq, outcome) in &answer.outcomes {
            ensure!(matches!(outcome, Outcome::Applied(_)), "{seq}: {outcome:?}");
        }
        Ok(())
    }

    async fn sync(&mut self, first: u64, commands: &[Box<str>]) -> Result<Answer> {
        let beside = match &self.cursor {
            Some(cursor) => format!(r#","cursor":{},"epoch":"{}""#, serde_json::to_string(cursor)?, self.epoch),
            None => String::new(),
        };
        let (client, stored) = (&self.id, first.saturating_sub(1));
        let commands = commands.join(",");
        let body = format!(
            r#"{{"schema":{SCHEMA},"client":"{client}","stored":{stored},"first":{first},"commands":[{commands}]{beside}}}"#
        );
        let answer: Answer = self.client.sync(body).await?;
        let patch = answer.patch.as_ref().context("an answer without rows")?;
        self.cursor = Some(patch.to.clone());
        if let Some(grants) = &patch.grants {
            self.epoch.clone_from(&grants.epoch);
        }
        Ok(answer)
    }
}
