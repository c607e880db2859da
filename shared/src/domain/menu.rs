//! What is in the packet on a day.

use serde::{Deserialize, Serialize};

use crate::{
    command::{Ask, Change, Command, Ctx},
    entity::{Entity, Key, Tag},
    policy::{Action, Permit},
    prim::{Date, Name},
    registry::{Kind, Record},
    view::{Halt, View},
};

/// The dish of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Menu {
    /// Which day.
    pub day: Date,
    /// What it is called.
    pub dish: Name,
    /// What comes beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Name>,
}

impl Entity for Menu {
    const KIND: Kind = Kind::Menu;

    fn key(&self) -> Key {
        Key::of(&[&self.day])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::public()]
    }

    fn window(&self) -> Option<Date> {
        Some(self.day)
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::public()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Menu(row) => Some(row),
            _ => None,
        }
    }
}

/// Writes the dish of a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Which day.
    pub day: Date,
    /// What it is called.
    pub dish: Name,
    /// What comes beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Name>,
}

impl Command for Plan {
    const NAME: &'static str = "menu.plan";

    fn ask(&self, view: View<'_>) -> Result<Ask, Halt> {
        let standing = view.get::<Menu>(&Key::of(&[&self.day]))?;
        let action = if standing.is_some() { Action::CorrectMenu } else { Action::PlanMenu };
        Ok(Ask::new(action, [Tag::public()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, _view: View<'_>) -> Result<Vec<Change>, Halt> {
        let menu = Menu { day: self.day, dish: self.dish.clone(), beside: self.beside.clone() };
        Ok(vec![Change::Put(menu.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Menu, Key::of(&[&self.day])))
    }
}
