//! `POST /api/oidc/finish`: a provider has said who somebody is; now her page asks to be let in.

use axum::{
    extract::State,
    http::{HeaderMap, header::SET_COOKIE},
    response::Response,
};
use serde::Deserialize;
use shared::{
    Entity as _, Record, Rejection,
    domain::{school::School, staff::Staff},
    policy::{Keeping, Proof},
    prim::Id,
    sync::wire::ClientId,
};
use utoipa::ToSchema;

use crate::{
    AppState,
    auth::oidc::{
        Verified,
        ceremony::{self, Purpose, Stage},
    },
    error::Refusal,
    openapi::wire,
    routes::{
        Body,
        invitations::account_without_login,
        second::Proven,
        sign_in::{Held, SignedIn, open},
    },
    store::{Account, CentreId},
};

/// On which client she comes in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finish {
    #[schema(schema_with = wire::id)]
    client: ClientId,
    /// What this device holds already.
    #[serde(default)]
    held: Option<Held>,
}

/// Opens a session for whoever the provider has said she is, of the kind that was asked for when it was begun.
#[utoipa::path(
    post,
    path = "/oidc/finish",
    operation_id = "finish_with_provider",
    tag = "way in",
    request_body = Finish,
    responses(
        (
            status = 200,
            description = "She is signed in.",
            body = SignedIn,
            headers(("Set-Cookie" = String, description = "Her session, where the device keeps what it is sent."))
        ),
        (status = 401, description = "wrong-secret"),
        (status = 403, description = "foreign-client not-enough"),
        (status = 404, description = "gone not-linked no-school"),
        (status = 409, description = "online-only")
    )
)]
pub async fn finish(
    State(app): State<AppState>,
    headers: HeaderMap,
    Body(Finish { client, held }): Body<Finish>,
) -> Result<Response, Refusal> {
    let Some(Stage::Verified { purpose, who }) = ceremony::take(&app, &headers).await? else {
        return Err(Rejection::Gone.into());
    };
    let keeping = match purpose {
        Purpose::SignIn => Keeping::OnDevice,
        Purpose::Online => Keeping::InMemory,
        Purpose::Link { .. } => return Err(Rejection::Gone.into()),
    };
    let account = account(&app, &who).await?;
    if !account.role.proof().is_met_by(who.vouched) {
        return Err(Refusal::NotEnough);
    }
    let held = Held::of(held, keeping, &account)?;
    let mut response = open(&app, account, (&client, keeping), held, Proven::Elsewhere(who.origin), &headers).await?;
    response.headers_mut().append(SET_COOKIE, ceremony::no_cookie(app.transport));
    Ok(response)
}

/// The account that this identity opens: one it was connected with, or that of the school where she works.
async fn account(app: &AppState, who: &Verified) -> Result<Account, Refusal> {
    if let Some(account) = app.store.account_by(&who.provider, &who.subject).await? {
        return Ok(account);
    }
    if who.schools.is_empty() {
        return Err(Refusal::NotLinked);
    }
    let contacts = contacts(app, who).await?;
    match &contacts[..] {
        [(centre, contact)] => account_without_login(app, centre, contact).await,
        // Which of them she is, nobody knows.
        [] | [_, _, ..] => Err(Refusal::NoSchool),
    }
}

/// The contacts of the schools where she works, in all centres.
async fn contacts(app: &AppState, who: &Verified) -> Result<Vec<(CentreId, Staff)>, Refusal> {
    let mut contacts = Vec::new();
    for (centre, _) in app.store.audit_heads().await? {
        let mut snapshot = app.store.snapshot(&centre).await?;
        let schools = schools_of(&snapshot.rows(School::KIND).await?, who);
        if schools.is_empty() {
            continue;
        }
        let staff = snapshot.rows(Staff::KIND).await?;
        let orders_for = |staff: &&Staff| {
            let is_contact = staff.left.is_none() && staff.role.proof() == Proof::Link;
            is_contact && staff.school.as_ref().is_some_and(|school| schools.contains(school))
        };
        let found = staff.iter().filter_map(Staff::from_record).filter(orders_for);
        contacts.extend(found.map(|contact| (centre.clone(), contact.clone())));
    }
    Ok(contacts)
}

/// The schools among these rows at which she works.
fn schools_of(rows: &[Record], who: &Verified) -> Vec<Id<School>> {
    let is_hers = |school: &&School| school.number.as_ref().is_some_and(|number| who.schools.contains(number));
    rows.iter().filter_map(School::from_record).filter(is_hers).map(|school| school.id.clone()).collect()
}
