//! The pages, one file for each route. A page is `db.view(f)` in, `db.run(command)` out.

mod attendance;
mod count_sheet;
mod enter;
mod home;
mod invite;
mod kitchen;
mod log;
mod more;
mod older;
mod orders;
mod outbox;
mod people;
mod person;
pub mod plan;
mod sign_in;
mod staff;
mod today;
mod week;

pub use self::{
    attendance::{AttendanceList, AttendanceSheet},
    count_sheet::CountSheet,
    enter::{Enter, EnterAgain},
    home::Home,
    invite::{Invite, InviteAgain},
    kitchen::Kitchen,
    log::LogPage,
    more::{More, SecondStep},
    orders::Orders,
    outbox::Outbox,
    people::People,
    person::{PersonNew, PersonPage},
    plan::Plan,
    sign_in::{NextStep, SignIn, SignInAgain, WriteDown},
    staff::{StaffList, StaffPage},
    today::Today,
    week::Week,
};
