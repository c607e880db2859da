//! The pages, one file for each route. A page is `db.view(f)` in, `db.run(command)` out.

mod attendance;
mod count_sheet;
mod home;
mod kitchen;
mod more;
mod older;
mod orders;
mod outbox;
mod people;
mod person;
pub mod plan;
mod sign_in;
mod today;
mod week;

pub use self::{
    attendance::{AttendanceList, AttendanceSheet},
    count_sheet::CountSheet,
    home::Home,
    kitchen::Kitchen,
    more::More,
    orders::Orders,
    outbox::Outbox,
    people::People,
    person::{PersonNew, PersonPage},
    plan::Plan,
    sign_in::{SignIn, SignInAgain},
    today::Today,
    week::Week,
};
