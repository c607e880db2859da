//! What must be true when all have talked, whatever has happened.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use shared::{
    Key, Kind, Record, Source,
    sync::wire::{ClientId, Outcome},
    testkit::answer_ids,
};

use crate::{told::whose, world::World};

impl World {
    /// What the server made of the command with this id.
    pub fn outcome(&self, id: &str) -> Option<&Outcome> {
        let (client, seq) = id.rsplit_once('.')?;
        let judged = self.server.judged(&ClientId::parse(client).ok()?, seq.parse().ok()?)?;
        Some(&judged.outcome)
    }

    /// Everything the promises say, or what is broken.
    pub fn verdict(&self) -> Result<(), String> {
        if let Some(broken) = self.broken.as_ref().or(self.server.broken.as_ref()) {
            return Err(broken.clone());
        }
        let rows = self.server.rows();
        let mut judged = BTreeSet::new();
        for at in &self.server.log {
            if !judged.insert(at.clone()) {
                return Err(format!("{}.{} was judged twice", at.0, at.1));
            }
        }
        for record in rows.0.values() {
            let mut ids = answer_ids(record);
            if let Record::Order(order) = record {
                ids.extend(order.late.iter().map(|late| late.id.clone()));
            }
            let distinct: BTreeSet<_> = ids.iter().collect();
            if distinct.len() != ids.len() {
                return Err(format!("{:?} {} holds an answer twice", record.kind(), record.key()));
            }
            for id in ids {
                if let Some(Outcome::Refused(_)) = self.outcome(&id) {
                    return Err(format!("{id} was refused and applied"));
                }
                let held = rows.0.get(&(Kind::HeldCommand, Key::from_text(&id)));
                if matches!(held, Some(Record::HeldCommand(held)) if held.answered.is_none()) {
                    return Err(format!("{id} is held and applied"));
                }
            }
        }
        for device in &self.devices {
            for (client, seq) in judged.iter().filter(|(client, _)| *client == device.client) {
                let hash = self.server.judged(client, *seq).map(|judged| judged.hash);
                // After a restore the number of what was refused, or let go because of whom it tells, is filled with
                // nothing.
                let is_left_out = device.refused.contains(seq) || device.let_go.contains(seq);
                let is_filled = hash == Some(Sha256::digest("null").into()) && is_left_out;
                if !is_filled && hash.as_ref() != device.made.get(seq) {
                    return Err(format!("{client}.{seq} is not what was made on the device"));
                }
            }
            for seq in &device.safe {
                if !judged.contains(&(device.client.clone(), *seq)) {
                    return Err(format!("{}.{seq} was safe on the device and is lost", device.client));
                }
            }
            for seq in &device.applied {
                if !judged.contains(&(device.client.clone(), *seq)) {
                    return Err(format!("{}.{seq} was acknowledged and is lost", device.client));
                }
            }
            let mut times: BTreeMap<_, usize> = BTreeMap::new();
            for (_, seq) in judged.iter().filter(|(client, _)| *client == device.client) {
                if let Some(digest) = device.made.get(seq) {
                    *times.entry(*digest).or_default() += 1;
                }
            }
            if let Some((digest, _)) = times.iter().find(|(digest, times)| device.done.get(*digest) < Some(times)) {
                return Err(format!("{} was asked for {digest:?} more often than it was done", device.client));
            }
            if device.owed.keys().any(|digest| !times.contains_key(digest)) {
                return Err(format!("something done in a tab of {} is lost", device.client));
            }
            if !device.engine.waiting().is_empty() {
                return Err(format!("{} is stuck", device.client));
            }
            let mine = device.engine.replica();
            let tags = self.server.actor(&device.user).tags(self.now.date());
            let is_hers = |record: &Record| {
                let is_seen = record.tags().iter().any(|tag| tags.contains(tag));
                is_seen && shared::sync::pull::is_kept(record, &tags, self.now.date())
            };
            for (at, record) in &rows.0 {
                let visible = is_hers(record);
                let held = match mine.row(at.0, &at.1) {
                    shared::Row::Known(held) => Some(held),
                    shared::Row::Absent | shared::Row::Unknown => None,
                };
                if visible && held != Some(record) {
                    return Err(format!("{} differs at {:?} {}", device.client, at.0, at.1));
                }
                if !visible && held.is_some() {
                    return Err(format!("{} holds {:?} {}, which it may not see", device.client, at.0, at.1));
                }
            }
            let extra = mine.rows().count();
            if extra != rows.0.values().filter(|record| is_hers(record)).count() {
                return Err(format!("{} holds rows that do not exist", device.client));
            }
            let here: BTreeSet<_> = rows.0.values().filter(|record| is_hers(record)).filter_map(whose).collect();
            if let Some(told) = self.still_told(device, &here) {
                return Err(told);
            }
        }
        Ok(())
    }
}
