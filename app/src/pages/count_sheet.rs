//! The count sheet of a day: the total first, then the schools with their classes. Made for paper.
//!
//! It prints in black and white; a wish that is not answered yet stands on it as a question.

use leptos::prelude::*;
use shared::prim::Date;

use super::{
    kitchen::{
        NothingOut,
        board::{Board, SchoolBoard},
        board_of, day_in_address,
        day_nav::{DayNav, Place},
        differs_line,
        question::wished,
    },
    older::Older,
    orders::words,
};
use crate::{
    components::{Icon, Page, PageHead, Skeleton},
    db::use_db,
    i18n::{dates, tr},
};

/// The count sheet.
#[component]
pub fn CountSheet() -> impl IntoView {
    let db = use_db();
    let today = db.today();
    let date = day_in_address(today);
    let board = board_of(db, date);
    let is_known = Memo::new(move |_| board.with(Option::is_some));
    let goes_out = Memo::new(move |_| board.with(|board| board.as_ref().is_some_and(Board::goes_out)));
    let lead = move || {
        let day = dates::capital(&dates::long_date(date.get()));
        format!("{day}, {}", dates::week_label(date.get()))
    };
    let print = move |_| {
        // Fails only where a browser forbids printing; then its own menu does too.
        let _ = window().print();
    };
    let content = move || match (is_known.get(), goes_out.get()) {
        (false, _) => view! { <Skeleton/> }.into_any(),
        (true, false) => view! { <NothingOut board date/> }.into_any(),
        (true, true) => view! { <Sheet board date/> }.into_any(),
    };
    view! {
        <Page title=tr::board_sheet width="wide" name="count-sheet">
            <PageHead title=tr::board_sheet lead=lead>
                <button type="button" class="ds-button" data-variant="secondary" on:click=print>
                    <Icon name="print"/>
                    {tr::action_print}
                </button>
            </PageHead>
            <DayNav date today place=Place::Sheet/>
            <Older first=date days=1>{content}</Older>
        </Page>
    }
}

#[component]
fn Sheet(board: Memo<Option<Board>>, date: Memo<Date>) -> impl IntoView {
    let caption = move || tr::board_sheet_caption(dates::long_date(date.get()));
    let rows = move || {
        let Some(board) = board.get() else { return Vec::new() };
        let differing: Vec<String> = board.differing().map(differs_line).collect();
        let schools = board.schools.iter().map(|school| school_rows(school).into_any());
        std::iter::once(total_row(&board, differing).into_any()).chain(schools).collect()
    };
    let dish = move || board.with(|board| board.as_ref().and_then(|board| board.menu.clone()));
    view! {
        {move || dish().map(|dish| view! { <p><b>{dish}</b></p> })}
        <div class="table-card">
            <table class="ds-table count-sheet">
                <caption class="ds-sr-only">{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr::board_sheet_school}</th>
                        <th scope="col" class="num">
                            {tr::board_sheet_count}
                        </th>
                        <th scope="col">{tr::board_sheet_differs}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="soft small">{tr::board_sheet_classes}</p>
    }
}

fn total_row(board: &Board, differing: Vec<String>) -> impl IntoView + use<> {
    let total = board.total.to_string();
    view! {
        <tr class="count-sheet__total">
            <th scope="row">{tr::board_sheet_total}</th>
            <td class="num">{total}</td>
            <td>{list(differing)}</td>
        </tr>
    }
}

/// The row of a school, and those of its classes.
fn school_rows(school: &SchoolBoard) -> impl IntoView + use<> {
    let mut notes: Vec<String> = Vec::new();
    if school.differs() {
        notes.push(tr::desk_usually(school.standard));
    }
    if school.is_closed {
        notes.push(tr::order_closed());
    }
    notes.extend(school.disputed.iter().map(|said| words::said(said, school.standard)));
    let question = school.question.as_ref();
    notes.extend(question.map(|late| tr::board_sheet_asks(wished(late, school.standard))));
    let classes = school.classes.iter().filter(|_| school.packets > 0).map(|(name, pupils)| {
        view! {
            <tr class="count-sheet__class">
                <th scope="row">{name.clone()}</th>
                <td class="num">{pupils.to_string()}</td>
                <td></td>
            </tr>
        }
    });
    let classes = classes.collect_view();
    view! {
        <tr class="count-sheet__school">
            <th scope="row">{school.name.clone()}</th>
            <td class="num">{school.packets.to_string()}</td>
            <td>{list(notes)}</td>
        </tr>
        {classes}
    }
}

fn list(notes: Vec<String>) -> Option<impl IntoView + use<>> {
    (!notes.is_empty()).then(|| {
        let notes = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
        view! { <ul class="differs">{notes}</ul> }
    })
}
