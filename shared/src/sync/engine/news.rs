//! What the server tells without being asked. It is taken in where it continues what is here; else it is only a
//! reason to ask.

use super::{Effect, Engine, Keep, LogEntry};
use crate::{
    planted,
    prim::Timestamp,
    sync::wire::{Cursor, News, Poke},
};

/// The most news that are put aside while an answer is awaited.
const MOST_NEWS: usize = 64;

impl Engine {
    /// Something has changed at the server. What the poke tells is taken in if it continues what is
    /// here; else the server is asked.
    pub fn poked(&mut self, poke: Poke, device_now: Timestamp) -> Vec<Effect> {
        match poke.news {
            Some(news) if self.in_flight.is_some() && self.news.len() < MOST_NEWS => {
                self.news.push(*news);
                Vec::new()
            }
            Some(news) if self.continues(&news) => self.take_news(*news, device_now),
            news => {
                let history = self.meta.cursor.as_ref().map(|cursor| &cursor.history);
                let is_other = |news: &News| history != Some(&news.patch.to.history);
                let is_other = news.as_deref().is_some_and(is_other);
                let grants = self.replica.grants().map(|grants| &grants.epoch);
                let are_others = poke.epoch.as_ref().is_some_and(|epoch| grants != Some(epoch));
                self.behind |= is_other || are_others || self.meta.cursor.is_none();
                self.heard = self.heard.max(poke.version);
                Vec::new()
            }
        }
    }

    /// Can the news be taken in as they are? Not while a command that was sent has no answer: its
    /// rows may be among them, and it would be replayed on top.
    fn continues(&self, news: &News) -> bool {
        let to = &news.patch.to;
        let cursor = self.meta.cursor.as_ref().filter(|cursor| cursor.history == to.history);
        let is_next = cursor.is_some_and(|cursor| news.since <= cursor.version || planted!(NewsWithAGap));
        let has_same_grants = self.replica.grants().is_some_and(|grants| grants.epoch == news.epoch);
        is_next && has_same_grants && self.first() > self.sent && !self.too_old
    }

    fn take_news(&mut self, news: News, device_now: Timestamp) -> Vec<Effect> {
        let is_known = |cursor: &Cursor| cursor.version >= news.patch.to.version;
        if self.meta.cursor.as_ref().is_some_and(is_known) {
            return Vec::new();
        }
        self.meta.server_time = self.meta.server_time.max(news.server_time);
        let today = self.meta.server_time.date();
        self.meta.cursor = Some(news.patch.to.clone());
        let mut changed = self.replica.confirm(&news.patch, today);
        let log = Some(LogEntry { patch: news.patch, today });
        let mut keep = Keep { log, drop: Vec::new(), refuse: Vec::new(), meta: self.meta_to_keep() };
        changed.extend(self.let_go(&mut keep));
        changed.extend(self.replay(device_now));
        vec![Effect::Keep(Box::new(keep)), Effect::Changed(changed)]
    }

    /// What was told while an answer was awaited.
    pub(super) fn catch_up(&mut self, device_now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        for news in std::mem::take(&mut self.news) {
            let version = news.patch.to.version;
            effects.extend(self.poked(Poke { version, epoch: None, news: Some(Box::new(news)) }, device_now));
        }
        effects
    }
}
