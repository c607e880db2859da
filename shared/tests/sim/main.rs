//! The simulation: real engines and the real authority over a network that drops, repeats, delays
//! and reorders, with crashes on both sides. A failing seed is printed and can be run again.
//!
//! Planted faults prove that it can fail.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod device;
mod protected;
mod told;
mod users;
mod verdict;
mod world;

use shared::{
    Entity,
    domain::packing,
    entity::Key,
    faults::{Fault, forget_process, plant},
    sync::{engine::Share, wire::Request},
    testkit::{Crash, at, id},
};

use self::world::{STEPS, World};

fn history(seed: u64) -> Result<(), String> {
    forget_process();
    let mut world = World::new(seed);
    for _ in 0..STEPS {
        world.step();
    }
    world.heal();
    world.verdict()
}

fn count() -> u64 {
    std::env::var("MINVEI_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

#[test]
fn replicas_converge_and_nothing_is_lost_doubled_or_shown_to_the_wrong_person() {
    let only = std::env::var("MINVEI_SEED").ok().and_then(|text| text.parse().ok());
    for seed in only.map_or(0..count(), |seed: u64| seed..seed + 1) {
        if let Err(broken) = history(seed) {
            panic!("{broken}; run it again with MINVEI_SEED={seed}");
        }
    }
}

/// The symptom of faults that show in several ways, or first in what the two tabs of a device show.
const ANYTHING: &str = "";

/// Plants a fault and looks for a history that shows it by what it does, and not only by something else.
fn is_found(fault: Fault, symptom: &str) -> bool {
    plant(Some(fault));
    let found = (0..400).any(|seed| history(seed).is_err_and(|broken| broken.contains(symptom)));
    plant(None);
    found
}

#[test]
fn an_answer_before_the_commit_is_found() {
    assert!(is_found(Fault::AcknowledgeBeforeCommit, "acknowledged before it was committed"));
}

#[test]
fn a_command_applied_twice_is_found() {
    assert!(is_found(Fault::NoDedupe, "was judged twice"));
}

#[test]
fn a_cursor_one_too_far_is_found() {
    assert!(is_found(Fault::CursorPlusOne, "differs at"));
}

#[test]
fn what_only_the_process_knows_is_found() {
    assert!(is_found(Fault::DedupePerProcess, ANYTHING));
}

#[test]
fn a_queue_dropped_for_its_size_is_found() {
    assert!(is_found(Fault::DropOnTooLarge, ANYTHING));
}

#[test]
fn an_answer_lost_to_a_later_clock_is_found() {
    assert!(is_found(Fault::LastWriteByClock, "has lost an answer"));
}

#[test]
fn a_scope_taken_from_the_client_is_found() {
    assert!(is_found(Fault::ScopeFromParameter, "was sent"));
}

#[test]
fn a_row_that_stays_where_it_may_not_be_seen_is_found() {
    assert!(is_found(Fault::PurgeNotSent, "rows that do not exist"));
}

#[test]
fn a_command_sent_again_under_a_new_number_is_found() {
    assert!(is_found(Fault::RetryWithNewId, ANYTHING));
}

#[test]
fn a_refused_command_that_was_applied_is_found() {
    assert!(is_found(Fault::AppliedThoughRefused, "refused and applied"));
}

#[test]
fn a_queue_cleared_by_an_update_is_found() {
    assert!(is_found(Fault::QueueClearedAtUpdate, "is not what was made"));
}

#[test]
fn what_is_lost_with_a_restore_is_found() {
    assert!(is_found(Fault::ForgetBeforeBackup, ANYTHING));
}

#[test]
fn news_taken_in_over_a_gap_are_found() {
    assert!(is_found(Fault::NewsWithAGap, "differs at"));
}

#[test]
fn what_a_tab_does_not_carry_over_is_found() {
    assert!(is_found(Fault::NothingCarried, "in a tab of"));
}

#[test]
fn a_queue_dropped_when_the_session_ends_is_found() {
    assert!(is_found(Fault::DropQueueOnExpiry, ANYTHING));
}

#[test]
fn a_protected_person_on_a_device_is_found() {
    assert!(is_found(Fault::ProtectedOnDevices, "was sent protected"));
}

#[test]
fn a_judged_command_about_somebody_who_is_gone_is_found() {
    assert!(is_found(Fault::KeepsWhatIsGone, "still tells of"));
}

#[test]
fn a_row_says_whether_it_is_saved_here_or_shared() {
    let mut world = World::new(1);
    let device = &mut world.devices[0];
    let day = shared::testkit::date("2026-11-25");
    world.now = at("2026-11-24 08:00");
    let key = Key::of(&[&day, &"slettebakken", &"made"]);
    // The first pull fills the device.
    let (ticket, text) = device.engine.request().expect("a first pull");
    let request: Request = serde_json::from_str(&text).expect("a request");
    let answer = world.server.sync(&device.user, request, world.now, Crash::Never).expect("an answer");
    let effects = device.engine.answered(ticket, answer, world.now);
    device.perform(effects);
    let tick = packing::SetTick {
        day,
        school: id("slettebakken"),
        step: packing::Step::Made,
        done: true,
        seen: Vec::new(),
        by: None,
    };
    let (_, effects) = device.engine.run(tick.into(), world.now).expect("the kitchen may tick");
    device.perform(effects);
    assert_eq!(device.engine.share(packing::Tick::KIND, &key), Share::Saving);
    assert!(device.engine.request().is_none(), "nothing leaves before it is stored");
    device.finish_writing();
    assert_eq!(device.engine.share(packing::Tick::KIND, &key), Share::SavedHere);
    let (ticket, text) = device.engine.request().expect("a push");
    let request: Request = serde_json::from_str(&text).expect("a request");
    let answer = world.server.sync(&device.user, request, world.now, Crash::Never).expect("an answer");
    let effects = device.engine.answered(ticket, answer, world.now);
    device.perform(effects);
    assert_eq!(device.engine.share(packing::Tick::KIND, &key), Share::Shared);
}
