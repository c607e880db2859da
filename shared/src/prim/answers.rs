//! Answers to one question, kept side by side: nobody's answer silently replaces another's.
//!
//! Each answer says which answers its author was looking at. One that nobody has looked past is a
//! *head*; several heads with different values are a dispute that a person settles.

use serde::{Deserialize, Serialize};

use super::{AnyId, Timestamp};
use crate::planted;

/// One person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// The command that brought it; unique in the centre.
    pub id: Box<str>,
    /// What was answered.
    pub value: T,
    /// The user who answered.
    pub by: Box<str>,
    /// Of those who share that user's device, the one who has proved that it was she.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<AnyId>,
    /// When the device says it was made.
    pub made_at: Timestamp,
    /// When the server received it.
    pub received_at: Timestamp,
    /// The answers its author was looking at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Box<str>>,
}

/// Every answer ever given to one question, oldest first. Corrections append.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers<T> {
    list: Vec<Answer<T>>,
}

/// Where the question stands.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing<'a, T> {
    /// Nobody has answered; a default may be shown but is not an answer.
    Open,
    /// One answer stands.
    Settled(&'a Answer<T>),
    /// Different answers stand side by side until somebody chooses.
    Disputed(Vec<&'a Answer<T>>),
}

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self { list: Vec::new() }
    }
}

impl<T: PartialEq> Answers<T> {
    /// Adds an answer. It can only have looked at answers that were given.
    pub fn add(&mut self, mut answer: Answer<T>) {
        answer.seen.retain(|seen| self.list.iter().any(|given| given.id == *seen));
        answer.seen.dedup();
        if planted!(LastWriteByClock) {
            if self.list.iter().any(|given| given.made_at > answer.made_at) {
                return;
            }
            self.list.clear();
        }
        self.list.push(answer);
    }

    /// All answers, oldest first.
    #[must_use]
    pub fn history(&self) -> &[Answer<T>] {
        &self.list
    }

    /// The answers nobody has looked past: what a page shows, and what its author has `seen`.
    pub fn heads(&self) -> impl Iterator<Item = &Answer<T>> {
        self.list.iter().filter(|one| !self.list.iter().any(|other| other.seen.contains(&one.id)))
    }

    /// The ids of the heads, to be sent as `seen` with the next answer.
    #[must_use]
    pub fn seen(&self) -> Vec<Box<str>> {
        self.heads().map(|answer| answer.id.clone()).collect()
    }

    /// Where the question stands now.
    #[must_use]
    pub fn now(&self) -> Standing<'_, T> {
        let heads: Vec<_> = self.heads().collect();
        let Some(last) = heads.last() else {
            return Standing::Open;
        };
        if heads.iter().all(|head| head.value == last.value) {
            return Standing::Settled(last);
        }
        Standing::Disputed(heads)
    }

    /// The value that stands, when exactly one does.
    #[must_use]
    pub fn settled(&self) -> Option<&T> {
        match self.now() {
            Standing::Settled(answer) => Some(&answer.value),
            Standing::Open | Standing::Disputed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: &str, value: u8, seen: &[&str]) -> Answer<u8> {
        Answer {
            id: id.into(),
            value,
            by: "someone".into(),
            hand: None,
            made_at: Timestamp(0),
            received_at: Timestamp(0),
            seen: seen.iter().map(|id| Box::from(*id)).collect(),
        }
    }

    fn answers(list: &[Answer<u8>]) -> Answers<u8> {
        let mut answers = Answers::default();
        list.iter().cloned().for_each(|one| answers.add(one));
        answers
    }

    #[test]
    fn a_later_answer_by_someone_who_saw_the_first_settles() {
        let all = answers(&[answer("a", 1, &[]), answer("b", 2, &["a"])]);
        assert_eq!(all.settled(), Some(&2));
    }

    #[test]
    fn two_who_did_not_see_each_other_disagree_until_somebody_chooses() {
        let mut all = answers(&[answer("a", 1, &[]), answer("b", 2, &[])]);
        assert!(matches!(all.now(), Standing::Disputed(heads) if heads.len() == 2));
        assert_eq!(all.settled(), None);
        all.add(answer("c", 1, &["a", "b"]));
        assert_eq!(all.settled(), Some(&1));
    }

    #[test]
    fn nobody_looks_past_an_answer_that_is_yet_to_come() {
        let all = answers(&[answer("a", 1, &["b", "a"]), answer("b", 2, &[])]);
        assert!(matches!(all.now(), Standing::Disputed(heads) if heads.len() == 2));
    }

    #[test]
    fn two_who_agree_do_not_quarrel() {
        let all = answers(&[answer("a", 1, &[]), answer("b", 1, &[])]);
        assert_eq!(all.settled(), Some(&1));
    }

    #[test]
    fn ones_own_second_thought_sees_the_first_even_when_another_came_between() {
        let all = answers(&[answer("other", 9, &[]), answer("mine-1", 1, &[]), answer("mine-2", 2, &["mine-1"])]);
        assert!(matches!(all.now(), Standing::Disputed(heads) if heads.len() == 2));
    }
}
