//! Rights that end, and what was done before they did. A command is judged by the rights of its receipt; what they
//! refuse and those of when it was made allow is held for whoever answers for the centre. So is what was done on a device
//! after its user was signed out there: it may be in other hands.

use std::collections::BTreeMap;

use super::{Authority, Read, Reading, deed::Whom, rows::Rows};
use crate::{
    command::{Ask, Change, Command as _},
    domain::{
        former::{Former, Lost},
        held::{self, HeldCommand},
        person::Person,
    },
    entity::{Entity as _, Grant, Key, Part},
    policy::{self, Actor, Role},
    prim::{AnyId, Timestamp},
    registry::Record,
    rejection::Rejection,
    sync::wire::command_id,
    view::{Halt, Row, Source as _, View, Want},
};

/// What a command came to.
#[derive(Debug)]
pub(super) enum Judgement {
    /// These changes, and to whom.
    Changes(Vec<Change>, Whom),
    /// Nothing yet: it is held.
    Held(Box<HeldCommand>),
}

impl Authority {
    /// What is held of a command that the rights of now refuse; nothing where those of when it was made refuse it
    /// too. A look is nobody's work, and an answer that came too late leaves its question to somebody else. What is
    /// held is on the device of every manager: so nothing is that tells of a protected person, or a secret, nothing that
    /// was done where nothing is kept, and nothing beyond what there is room for.
    pub(super) fn held(&self, push: &Reading, read: &Read, ask: &Ask) -> Result<Option<Box<HeldCommand>>, Halt> {
        let view = View::new(&self.rows);
        let Some(former) = view.get::<Former>(&Former::key_of(&push.user))? else { return Ok(None) };
        let (role, grants) = self.rights(&push.user);
        let times = (read.made_at, push.received_at);
        let Some(author) = former.actor((role, grants), &ask.about, times) else { return Ok(None) };
        if policy::check(&author, ask, read.made_at.date()).is_err() {
            return Ok(None);
        }
        self.waiting(push, read, ask, &author)
    }

    /// The same of a command that `author` had leave for, whatever the rights of now are.
    pub(super) fn waiting(
        &self,
        push: &Reading,
        read: &Read,
        ask: &Ask,
        author: &Actor,
    ) -> Result<Option<Box<HeldCommand>>, Halt> {
        let Ok(command) = &read.command else { return Ok(None) };
        if command.is_look() || command.name() == held::Answer::NAME {
            return Ok(None);
        }
        if command.is_confidential() || !push.keeping.is_on_device() {
            return Ok(None);
        }
        let view = View::new(&self.rows);
        let id = command_id(&push.client, read.seq);
        let held = HeldCommand::of(&id, command, ask, author, (read.made_at, push.received_at));
        for person in &held.persons {
            if view.get::<Person>(&Key::of(&[person]))?.is_some_and(Person::is_shielded) {
                // It would tell every manager of her.
                return Ok(None);
            }
        }
        // A row that is written must have been read: this reads all of them.
        if !held.has_room(view)? {
            return Err(Rejection::TooManyWait.into());
        }
        Ok(Some(Box::new(held)))
    }

    /// The part a user plays, if any, and what she has been granted.
    fn rights(&self, user: &AnyId) -> (Option<Role>, &[Grant]) {
        match self.actors.get(user) {
            Some(actor) => (Some(actor.role), actor.grants.as_slice()),
            None => (None, self.left.get(user).map(Vec::as_slice).unwrap_or_default()),
        }
    }

    /// Adds what is remembered of those who lose a right by these changes.
    pub(super) fn remember(&self, changes: &mut Vec<Change>, at: Timestamp) -> Result<(), Halt> {
        for (user, lost) in lost(changes, &self.rows) {
            let key = Former::key_of(&user);
            let before = View::new(&self.rows).get::<Former>(&key)?;
            changes.push(Change::Put(Former::and(before, user, lost, at).into()));
        }
        Ok(())
    }
}

/// The rows that are written must have been read: their old audiences and grants count too.
pub(super) fn all_read(changes: &[Change], rows: &Rows) -> Result<(), Halt> {
    for (kind, key) in changes.iter().map(Change::at) {
        if matches!(rows.row(kind, &key), Row::Unknown) {
            return Err(Halt::Need(Want::Row(kind, key)));
        }
    }
    Ok(())
}

/// Who loses what by these changes. What is given again at once is not lost, and of participants nothing is
/// remembered: whatever of theirs ends, they are the ones who end it.
fn lost(changes: &[Change], rows: &Rows) -> BTreeMap<AnyId, Lost> {
    let mut found: BTreeMap<AnyId, Lost> = BTreeMap::new();
    let written = changes.iter().filter(|change| !matches!(change, Change::Looked(..)));
    let (mut before, mut after): (Vec<&Record>, Vec<&Record>) = (Vec::new(), Vec::new());
    for change in written {
        let (kind, key) = change.at();
        before.extend(rows.now(kind, &key));
        if let Change::Put(record) = change {
            after.push(record);
        }
    }
    if before.is_empty() {
        return found;
    }
    let kept: Vec<Grant> = after.iter().flat_map(|record| record.grants()).collect();
    let played: Vec<Part> = after.iter().filter_map(|record| record.part()).collect();
    for grant in before.iter().flat_map(|record| record.grants()) {
        let is_kept = |one: &Grant| (&one.user, &one.tag, one.role) == (&grant.user, &grant.tag, grant.role);
        if policy::is_invited(grant.role) && !kept.iter().any(is_kept) {
            found.entry(grant.user).or_default().grants.push((grant.tag, grant.role));
        }
    }
    for part in before.iter().filter_map(|record| record.part()) {
        let Some(role) = part.role.filter(|role| policy::is_invited(*role)) else { continue };
        if !played.iter().any(|one| one.user == part.user && one.role == Some(role)) {
            found.entry(part.user).or_default().part = Some(role);
        }
    }
    found
}
