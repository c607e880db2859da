//! The access table as a snapshot that a person reads before it changes.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use shared::policy::{Action, Role, rule};

#[test]
fn the_table_is_what_was_agreed() {
    let mut table = String::new();
    for action in Action::ALL {
        let allowed = rule(action).iter().map(|(role, relation)| format!("{role:?} ({relation:?})"));
        let allowed: Vec<_> = allowed.collect();
        table.push_str(&format!("{action:?}: {}\n", allowed.join(", ")));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn roles_without_content_may_do_nothing() {
    for action in Action::ALL {
        for role in [Role::Admin, Role::Mentor, Role::Partner, Role::Participant] {
            assert!(!rule(action).iter().any(|(allowed, _)| *allowed == role), "{role:?} {action:?}");
        }
    }
}
