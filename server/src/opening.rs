//! `minvei centre open` and `invite`: a new centre with one manager, who is invited to choose her password. Everybody else is
//! invited by her.

use shared::{
    Entity as _, Key, Tag,
    domain::staff::Staff,
    policy::{self, Proof},
    prim::{AnyId, Id, Name},
    sync::{
        authority::{Commit, Deed, What},
        noted,
    },
};

use crate::{
    auth::{link::new_token, login::symbols, random},
    clock::Clock,
    config::Place,
    demo,
    place::{PlaceFault, open_or_make},
    store::{CentreId, Import, Imported, Link, Room, Store, StoreFault},
};

/// Why a centre is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningFault {
    /// The id is none.
    #[error("{0:?} is no id of a centre: write a few small letters, like bg (ns is the demo's); cards begin with them")]
    Id(String),
    /// The name is none.
    #[error("{0:?} cannot be somebody's name")]
    Name(String),
    /// There is one already.
    #[error("there is a centre {0} already")]
    Exists(CentreId),
    /// Nobody there has this name.
    #[error("nobody who works there is called {0}")]
    Nobody(String),
    /// More than one has it.
    #[error("more than one is called {0}: let the manager invite her")]
    Several(String),
    /// The database cannot be had.
    #[error(transparent)]
    Place(#[from] PlaceFault),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

/// Opens a centre, and answers what its manager is to be given.
pub async fn open(place: &Place, centre: &str, manager: &str, address: &str) -> Result<String, OpeningFault> {
    let is_id = centre.len() <= 8 && centre.bytes().all(|byte| byte.is_ascii_lowercase());
    let id: CentreId = Id::parse(centre)
        .ok()
        .filter(|id| is_id && *id != demo::centre())
        .ok_or_else(|| OpeningFault::Id(centre.to_owned()))?;
    let name = Name::parse(manager).map_err(|_| OpeningFault::Name(manager.to_owned()))?;
    let store = open_or_make(place).await?;
    let opened = write(&*store, id, name).await;
    store.close().await;
    let token = opened?;
    let address = address.trim_end_matches('/');
    Ok(format!(
        "The centre {centre} is open. {manager} chooses her password here, within seven days:\n\
         {address}/invite#{token}\n"
    ))
}

/// Hands somebody who works at a centre another invitation: where nobody is left who could.
pub async fn invite(place: &Place, centre: &str, called: &str, address: &str) -> Result<String, OpeningFault> {
    let id: CentreId = Id::parse(centre).map_err(|_| OpeningFault::Id(centre.to_owned()))?;
    let store = open_or_make(place).await?;
    let invited = find(&*store, &id, called).await;
    let token = match invited {
        Ok(user) => hand_out(&*store, id, user).await,
        Err(fault) => Err(fault),
    };
    store.close().await;
    let address = address.trim_end_matches('/');
    Ok(format!("{called} chooses her password here, within seven days:\n{address}/invite#{}\n", token?))
}

/// Whoever is called like this and has not left.
async fn find(store: &dyn Store, centre: &CentreId, called: &str) -> Result<AnyId, OpeningFault> {
    let changes = store.snapshot(centre).await?.changes(&[Tag::staff()], 0, usize::MAX).await?;
    let records = changes.iter().filter_map(|row| row.record.as_ref());
    let mut found = records.filter_map(Staff::from_record).filter(|staff| {
        staff.left.is_none() && staff.role.proof() != Proof::Link && *staff.name.to_string() == *called
    });
    match (found.next(), found.next()) {
        (Some(staff), None) => Ok(staff.id.clone()),
        (None, _) => Err(OpeningFault::Nobody(called.to_owned())),
        (Some(_), Some(_)) => Err(OpeningFault::Several(called.to_owned())),
    }
}

async fn hand_out(store: &dyn Store, centre: CentreId, user: AnyId) -> Result<String, OpeningFault> {
    let (token, digest) = new_token();
    let created = Clock::default().now();
    let until = Some(created.plus_millis(Proof::INVITATION_LASTS));
    let deed = Deed {
        at: created,
        made_at: created,
        by: Some(user.clone()),
        id: String::new(),
        name: noted::INVITE,
        what: Some(What::Row(Staff::KIND, Key::of(&[&user]))),
        about: Vec::new(),
        ground: None,
        reason: None,
    };
    store.audit_note(&centre, deed).await?;
    store.open_link(&Link { digest, centre, user, created, until }).await?;
    Ok(token)
}

async fn write(store: &dyn Store, centre: CentreId, name: Name) -> Result<String, OpeningFault> {
    let user: AnyId = Id::parse(&symbols(&random::<16>()).to_ascii_lowercase())
        .map_err(|_| StoreFault::Value("an id that was drawn".to_owned()))?;
    let manager = Staff { id: user.clone(), name, role: policy::ANSWERS, school: None, left: None };
    let import = Import {
        centre: centre.clone(),
        history: symbols(&random::<8>()),
        commit: Commit::first([manager.into()]),
        accounts: Vec::new(),
    };
    if store.import(&import, Room::Beside).await? == Imported::NoRoom {
        return Err(OpeningFault::Exists(centre));
    }
    hand_out(store, centre, user).await
}
