//! The requests about the log of accesses. They need a network: the log is the server's.

use serde::{Deserialize, Serialize};
use shared::{
    policy::{Relation, Role},
    prim::{AnyId, Timestamp},
};

use super::net::{self, Fault};

/// How many entries the server gives at most: the newest, or those before them.
pub const MOST: usize = 200;

/// Which entries are asked for. Without either: all she may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What was done to this participant's rows.
    pub about: Option<AnyId>,
    /// What this user did.
    pub by: Option<AnyId>,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Where it stands, as the server tells this user.
    pub place: String,
    /// When the server received it.
    pub at: Timestamp,
    /// When the device says it was done; nothing where it can no longer be read.
    pub made_at: Option<Timestamp>,
    /// Who; nobody knows who has tried in vain to sign in.
    pub by: Option<AnyId>,
    /// Her name, where it is still known.
    pub by_name: Option<String>,
    /// The part she played, or plays, if she works here.
    pub by_role: Option<Role>,
    /// The participant whose rows it is about, or as whom somebody has tried to sign in.
    pub about: Option<AnyId>,
    /// What it was done to, as kind and key.
    #[serde(default)]
    pub what: Option<String>,
    /// The command's name; nothing where it can no longer be read.
    pub name: Option<String>,
    /// Where an entry stands for many looks: at how many participants.
    #[serde(default)]
    pub people: Option<usize>,
    /// By what tie she could do it, where that is known and may be.
    #[serde(default)]
    pub ground: Option<Relation>,
    /// Why, in her own words, where she had to say it and this user may know it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What deserves a second look, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// What nobody has looked through yet.
    pub items: Vec<Entry>,
    /// Where that stands which was looked through; some of it may be older than what was gone through here.
    pub reviewed: Vec<String>,
    /// There is more before the entry that stands here.
    pub next: Option<String>,
}

impl Wanted {
    /// Where the server has them, or those before an entry. It does not take both wishes; see [`Wanted::has`].
    fn path(&self, before: Option<&str>) -> String {
        let whose = match (&self.about, &self.by) {
            (Some(about), _) => Some(format!("about={about}")),
            (None, Some(by)) => Some(format!("by={by}")),
            (None, None) => None,
        };
        let before = before.map(|place| format!("before={place}"));
        let asked: Vec<String> = whose.into_iter().chain(before).collect();
        if asked.is_empty() { "/api/log".to_owned() } else { format!("/api/log?{}", asked.join("&")) }
    }

    /// Is `entry` one of what is wanted, among those the server has given?
    pub fn has(&self, entry: &Entry) -> bool {
        self.by.is_none() || self.by == entry.by
    }
}

impl Review {
    /// Takes in what lies before this; what was looked through before one got there is left out.
    pub fn go_on(&mut self, older: Self) {
        self.reviewed.extend(older.reviewed);
        let reviewed = &self.reviewed;
        self.items.extend(older.items.into_iter().filter(|item| !reviewed.contains(&item.place)));
        self.next = older.next;
    }

    /// The entry that stands here has been looked through.
    pub fn take_out(&mut self, place: String) {
        self.items.retain(|item| item.place != place);
        self.reviewed.push(place);
    }
}

/// The newest entries, newest first, or the newest of those before another.
pub async fn entries(wanted: &Wanted, before: Option<&str>) -> Result<Vec<Entry>, Fault> {
    net::get(&wanted.path(before), Fault::Gone).await
}

/// What deserves a second look among the newest entries, or among those before another.
pub async fn review(before: Option<&str>) -> Result<Review, Fault> {
    let path = before.map_or_else(|| "/api/log/review".to_owned(), |place| format!("/api/log/review?before={place}"));
    net::get(&path, Fault::Gone).await
}

/// Says that the entry that stands here has been looked through.
pub async fn mark(place: &str) -> Result<(), Fault> {
    #[derive(Serialize)]
    struct Body<'a> {
        place: &'a str,
    }
    net::tell("/api/log/reviewed", &Body { place }, Fault::Gone).await
}

#[cfg(test)]
mod tests {
    use shared::{prim::json, testkit::id};

    use super::*;

    fn entry(place: u32) -> Entry {
        let text = format!(
            r#"{{"place": "{place}", "at": 1, "made_at": null, "by": "kari", "by_name": null, "by_role": null,
                "about": null, "name": null}}"#
        );
        json::read(&text).unwrap()
    }

    #[test]
    fn the_server_is_asked_for_one_and_the_other_is_kept_apart_here() {
        let both = Wanted { about: Some(id("amina")), by: Some(id("kari")) };
        assert_eq!(both.path(None), "/api/log?about=amina");
        assert_eq!(both.path(Some("7")), "/api/log?about=amina&before=7");
        assert_eq!(Wanted { about: None, ..both.clone() }.path(None), "/api/log?by=kari");
        assert_eq!(Wanted::default().path(None), "/api/log");
        assert_eq!(Wanted::default().path(Some("7")), "/api/log?before=7");
        assert!(both.has(&entry(1)) && Wanted::default().has(&entry(1)));
        assert!(!both.has(&Entry { by: Some(id("jonas")), ..entry(1) }));
        assert!(!both.has(&Entry { by: None, ..entry(1) }));
    }

    #[test]
    fn what_was_looked_through_stays_away_when_one_goes_further_back() {
        let of = |places: &[u32], reviewed: &[u32], next: Option<u32>| Review {
            items: places.iter().map(|place| entry(*place)).collect(),
            reviewed: reviewed.iter().map(ToString::to_string).collect(),
            next: next.map(|place| place.to_string()),
        };
        let mut review = of(&[40, 30], &[12], Some(20));
        review.take_out("30".to_owned());
        review.go_on(of(&[13, 12, 11], &[], None));
        let left: Vec<&str> = review.items.iter().map(|item| item.place.as_str()).collect();
        assert_eq!((left, review.next), (vec!["40", "13", "11"], None));
    }
}
