//! The request for the log of accesses. It needs a network: the log is the server's.

use serde::Deserialize;
use shared::{
    policy::Role,
    prim::{AnyId, Timestamp},
};

use super::net::{self, Fault};

/// How many entries the server gives at most: the newest.
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
    /// When the server received it.
    pub at: Timestamp,
    /// When the device says it was done; nothing where it can no longer be read.
    pub made_at: Option<Timestamp>,
    /// Who.
    pub by: AnyId,
    /// Her name, where it is still known.
    pub by_name: Option<String>,
    /// The part she plays, if she works here.
    pub by_role: Option<Role>,
    /// The participant whose rows it is about, if it is about one.
    pub about: Option<AnyId>,
    /// What it was done to, as kind and key.
    #[serde(default)]
    pub what: Option<String>,
    /// The command's name; nothing where it can no longer be read.
    pub name: Option<String>,
}

impl Wanted {
    /// Where the server has them. It does not take both wishes; see [`Wanted::has`].
    fn path(&self) -> String {
        match (&self.about, &self.by) {
            (Some(about), _) => format!("/api/log?about={about}"),
            (None, Some(by)) => format!("/api/log?by={by}"),
            (None, None) => "/api/log".to_owned(),
        }
    }

    /// Is `entry` one of what is wanted, among those the server has given?
    pub fn has(&self, entry: &Entry) -> bool {
        self.by.as_ref().is_none_or(|by| *by == entry.by)
    }
}

/// The newest entries, newest first.
pub async fn entries(wanted: &Wanted) -> Result<Vec<Entry>, Fault> {
    net::get(&wanted.path(), Fault::Gone).await
}

#[cfg(test)]
mod tests {
    use shared::{prim::json, testkit::id};

    use super::*;

    #[test]
    fn the_server_is_asked_for_one_and_the_other_is_kept_apart_here() {
        let both = Wanted { about: Some(id("amina")), by: Some(id("kari")) };
        assert_eq!(both.path(), "/api/log?about=amina");
        assert_eq!(Wanted { about: None, ..both.clone() }.path(), "/api/log?by=kari");
        assert_eq!(Wanted::default().path(), "/api/log");
        let text = r#"{"at": 1, "made_at": null, "by": "kari", "by_name": null, "by_role": null, "about": null,
            "name": null}"#;
        let entry: Entry = json::read(text).unwrap();
        assert!(both.has(&entry) && Wanted::default().has(&entry));
        assert!(!both.has(&Entry { by: id("jonas"), ..entry }));
    }
}
