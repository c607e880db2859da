//! The parts every page is made of: props in, callbacks out.
//!
//! Markup and classes follow the comments in `style/*.css`.

#![allow(dead_code, reason = "a vocabulary: pages take the parts they need")]

mod another;
mod clock_face;
mod date_nav;
mod dialog;
pub mod field;
mod icon;
mod languages;
mod notice;
mod page;
mod qr;
mod share_mark;
mod speak;
mod stepper;
mod submit;
mod take_along;
pub mod toast;
mod two_answers;

#[allow(unused_imports, reason = "a vocabulary: pages take the parts they need")]
pub use self::{
    another::Another,
    clock_face::ClockFace,
    date_nav::DateNav,
    dialog::{Dialog, DialogButtons},
    icon::{Icon, start as draw_icons},
    languages::Languages,
    notice::{Empty, Notice, Skeleton},
    page::{OverPage, Page, PageHead, focus_page, in_reach},
    qr::{Qr, QrCode},
    share_mark::ShareMark,
    speak::Speak,
    stepper::Stepper,
    submit::Submit,
    take_along::{PrintButton, TakeAlong},
    two_answers::{Offer, TwoAnswers},
};
