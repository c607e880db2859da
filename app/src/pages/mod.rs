//! The pages, one file for each route. A page is `db.view(f)` in, `db.run(command)` out.

mod attendance;
mod choose_pin;
mod count_sheet;
mod enter;
mod held;
mod home;
mod invite;
mod kitchen;
mod lock_screen;
mod log;
mod more;
mod older;
mod orders;
mod outbox;
mod people;
mod person;
pub mod plan;
mod protected;
mod sign_in;
mod staff;
mod takes_over;
mod today;
mod week;

pub use self::{
    attendance::{AttendanceList, AttendanceSheet},
    choose_pin::ChoosePin,
    count_sheet::CountSheet,
    enter::{Enter, EnterAgain},
    held::HeldList,
    home::Home,
    invite::{Invite, InviteAgain},
    kitchen::{CrewSection, Kitchen, WhoIsThere},
    lock_screen::{LockScreen, Unlock},
    log::LogPage,
    more::More,
    orders::Orders,
    outbox::Outbox,
    people::People,
    person::{PersonNew, PersonPage},
    plan::Plan,
    protected::{BreakGlass, BrokenGlass, Online, Shield},
    sign_in::{AskPasskey, NextStep, SignIn, SignInAgain, SignInOver, WriteDown},
    staff::{StaffList, StaffPage},
    today::Today,
    week::Week,
};
