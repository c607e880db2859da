//! Who works in the kitchen: what each is called there, her picture, and the PIN by which she says at the shared tablet
//! that it was she. It gives nobody a right, and nothing ties an alias to a participant.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    command::{Ask, Change, Command, Ctx},
    entity::{Entity, Key, Tag},
    policy::{Action, Permit},
    prim::{AnyId, Bytes, Date, Id, Name, sort_by},
    registry::{Kind, Record},
    rejection::Rejection,
    view::{Halt, View},
};

/// How many rounds of PBKDF2 with HMAC-SHA-256 make a key of a PIN and a salt. For ever: another number would be a
/// field beside the salt.
pub const ROUNDS: u32 = 600_000;
/// How many digits a PIN has.
pub const PIN_DIGITS: usize = 4;
/// How many may work in a kitchen at the same time: each is a button on the tablet.
pub const MOST: usize = 60;

/// The picture by which somebody finds herself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Symbol {
    /// The sun.
    Sun,
    /// A cup.
    Cup,
    /// A bag.
    Bag,
    /// A house.
    House,
    /// A key.
    Key,
    /// A heart.
    Heart,
    /// A helmet.
    Helmet,
    /// A plate.
    Plate,
}

impl Symbol {
    /// Every picture.
    pub const ALL: [Self; 8] =
        [Self::Sun, Self::Cup, Self::Bag, Self::House, Self::Key, Self::Heart, Self::Helmet, Self::Plate];
}

/// One of those who work in the kitchen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crew {
    /// Which one. It is nobody's user id.
    pub id: Id<Crew>,
    /// What she is called in the kitchen.
    pub alias: Name,
    /// Her picture.
    pub symbol: Symbol,
    /// What her key is made with, beside her PIN.
    pub salt: Bytes,
    /// The digest of her key: so a tablet tells a right PIN without a network.
    pub check: Bytes,
    /// Since when she does not work there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Date>,
}

impl Crew {
    /// Is this the key of her PIN?
    #[must_use]
    pub fn is_hers(&self, key: &Bytes) -> bool {
        self.check == check(key)
    }
}

impl Entity for Crew {
    const KIND: Kind = Kind::Crew;

    fn key(&self) -> Key {
        Key::of(&[&self.id])
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::kitchen()]
    }

    fn homes(_key: &Key) -> Vec<Tag> {
        vec![Tag::kitchen()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::Crew(row) => Some(row),
            _ => None,
        }
    }
}

/// The key made of her PIN, by which the server knows what she has proved. No device is sent it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrewKey {
    /// Whose.
    pub crew: Id<Crew>,
    /// The key.
    pub key: Bytes,
}

impl CrewKey {
    fn key_of(crew: &Id<Crew>) -> Key {
        Key::of(&[crew])
    }
}

impl Entity for CrewKey {
    const KIND: Kind = Kind::CrewKey;

    fn key(&self) -> Key {
        Self::key_of(&self.crew)
    }

    fn tags(&self) -> Vec<Tag> {
        vec![Tag::archive()]
    }

    fn from_record(record: &Record) -> Option<&Self> {
        match record {
            Record::CrewKey(row) => Some(row),
            _ => None,
        }
    }
}

/// Who of the crew says that it was she, and the proof: HMAC-SHA-256 (RFC 2104) of what the command says, with the key
/// of her PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// Who.
    pub crew: Id<Crew>,
    /// The proof.
    pub proof: Bytes,
}

impl By {
    /// She says, with her key, that it was she who has `said` this.
    #[must_use]
    pub fn prove(crew: Id<Crew>, key: &Bytes, said: &str) -> Self {
        let proof: [u8; 32] = mac(key, said).finalize().into_bytes().into();
        Self { crew, proof: Bytes::new(proof) }
    }

    /// The row that shows whether it was she.
    pub(super) fn foreseen(&self) -> (Kind, Key) {
        (Kind::CrewKey, CrewKey::key_of(&self.crew))
    }
}

/// Whose hand it was, where that is attested. A proof that is wrong, or of somebody who has left, is none, and changes
/// nothing else: no right follows from it.
pub(super) fn hand(by: Option<&By>, said: &str, view: View<'_>) -> Result<Option<AnyId>, Halt> {
    let Some(By { crew, proof }) = by else {
        return Ok(None);
    };
    // A device never has her key. It has held her PIN against the digest itself.
    if view.is_forecast() {
        return Ok(Some(crew.cast()));
    }
    let held = view.get::<CrewKey>(&CrewKey::key_of(crew))?;
    let is_hers = held.is_some_and(|held| mac(&held.key, said).verify_slice(proof.as_bytes()).is_ok());
    Ok(is_hers.then(|| crew.cast()))
}

/// Those who work in the kitchen now, by what they are called.
pub fn at_work(view: View<'_>) -> Result<Vec<&Crew>, Halt> {
    let mut crew = view.all::<Crew>()?;
    crew.retain(|one| one.left.is_none());
    sort_by(&mut crew, |a, b| a.alias.cmp(&b.alias));
    Ok(crew)
}

fn mac(key: &Bytes, said: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(said.as_bytes());
    mac
}

fn check(key: &Bytes) -> Bytes {
    Bytes::new(Sha256::digest(key.as_bytes()).into())
}

/// Somebody works in the kitchen from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Add {
    /// A new id, minted by the device.
    pub id: Id<Crew>,
    /// What she is called in the kitchen; no two who work there are called alike.
    pub alias: Name,
    /// Her picture.
    pub symbol: Symbol,
    /// A new salt, drawn by the device.
    pub salt: Bytes,
    /// The key of her PIN.
    pub key: Bytes,
}

impl Command for Add {
    const NAME: &'static str = "crew.add";
    const IS_SECRET: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::AddCrew, [Tag::kitchen()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let is_taken = |one: &Crew| one.id == self.id || (one.left.is_none() && one.alias == self.alias);
        if view.all::<Crew>()?.into_iter().any(is_taken) {
            return Err(Rejection::Exists.into());
        }
        if at_work(view)?.len() >= MOST {
            return Err(Rejection::Full { max: u32::try_from(MOST).unwrap_or(u32::MAX) }.into());
        }
        let crew = Crew {
            id: self.id.clone(),
            alias: self.alias.clone(),
            symbol: self.symbol,
            salt: self.salt.clone(),
            check: check(&self.key),
            left: None,
        };
        let key = CrewKey { crew: self.id.clone(), key: self.key.clone() };
        Ok(vec![Change::Put(crew.into()), Change::Put(key.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Crew, Key::of(&[&self.id])))
    }

    fn foreseen(&self) -> Vec<(Kind, Key)> {
        both_rows(&self.id)
    }
}

/// Gives one of the crew another PIN.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPin {
    /// Who.
    pub id: Id<Crew>,
    /// A new salt, drawn by the device.
    pub salt: Bytes,
    /// The key of her PIN.
    pub key: Bytes,
}

impl Command for SetPin {
    const NAME: &'static str = "crew.set_pin";
    const IS_SECRET: bool = true;

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::SetCrewPin, [Tag::kitchen()]))
    }

    fn decide(&self, _permit: Permit, _ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Crew>(&Key::of(&[&self.id]))?;
        if before.left.is_some() {
            return Err(Rejection::Gone.into());
        }
        let crew = Crew { salt: self.salt.clone(), check: check(&self.key), ..before.clone() };
        let key = CrewKey { crew: self.id.clone(), key: self.key.clone() };
        Ok(vec![Change::Put(crew.into()), Change::Put(key.into())])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Crew, Key::of(&[&self.id])))
    }

    fn foreseen(&self) -> Vec<(Kind, Key)> {
        both_rows(&self.id)
    }
}

/// Somebody does not work in the kitchen any more: her key is destroyed, and what she has ticked stays hers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Who.
    pub id: Id<Crew>,
}

impl Command for End {
    const NAME: &'static str = "crew.end";

    fn ask(&self, _view: View<'_>) -> Result<Ask, Halt> {
        Ok(Ask::new(Action::EndCrew, [Tag::kitchen()]))
    }

    fn decide(&self, _permit: Permit, ctx: &Ctx<'_>, view: View<'_>) -> Result<Vec<Change>, Halt> {
        let before = view.must::<Crew>(&Key::of(&[&self.id]))?;
        let left = before.left.or_else(|| Some(ctx.received_at.date()));
        let key = Change::Delete(Kind::CrewKey, CrewKey::key_of(&self.id));
        Ok(vec![Change::Put(Crew { left, ..before.clone() }.into()), key])
    }

    fn about(&self) -> Option<(Kind, Key)> {
        Some((Kind::Crew, Key::of(&[&self.id])))
    }

    fn foreseen(&self) -> Vec<(Kind, Key)> {
        both_rows(&self.id)
    }
}

fn both_rows(id: &Id<Crew>) -> Vec<(Kind, Key)> {
    vec![(Kind::Crew, Key::of(&[id])), (Kind::CrewKey, CrewKey::key_of(id))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::packing::{SetTick, Step, Tick},
        policy::Role,
        prim::Timestamp,
        registry::AnyCommand,
        testkit::{Rows, at, centre, date, id, name},
    };

    fn now() -> Timestamp {
        at("2026-11-24 09:00")
    }

    fn key(byte: u8) -> Bytes {
        Bytes::new([byte; 32])
    }

    fn add(who: &str, alias: &str, byte: u8) -> Add {
        Add { id: id(who), alias: name(alias), symbol: Symbol::Sun, salt: key(1), key: key(byte) }
    }

    fn kitchen(rows: &mut Rows, command: impl Into<AnyCommand>) -> Result<(), Rejection> {
        rows.run("kitchen", Role::Kitchen, now(), command)
    }

    /// Whose hand it was, once the tick is judged.
    fn ticked(rows: &mut Rows, by: impl Fn(&str) -> By) -> Option<AnyId> {
        let step = Step::Packed;
        let day = date("2026-11-24");
        let tick = SetTick { day, school: id("slettebakken"), step, done: true, seen: Vec::new(), by: None };
        let by = Some(by(&tick.said()));
        kitchen(rows, SetTick { by, ..tick }).unwrap();
        let place = Key::of(&[&"2026-11-24", &"slettebakken", &"packed"]);
        let tick = rows.view().must::<Tick>(&place).unwrap();
        assert_eq!(tick.answers.settled(), Some(&true), "it is ticked in any case");
        tick.answers.history().last().and_then(|answer| answer.hand.clone())
    }

    #[test]
    fn a_right_proof_is_attested_and_a_wrong_one_changes_nothing_else() {
        let mut rows = centre();
        kitchen(&mut rows, add("k1", "Amina", 7)).unwrap();
        kitchen(&mut rows, add("k2", "Selam", 8)).unwrap();
        assert_eq!(ticked(&mut rows, |said| By::prove(id("k1"), &key(7), said)), Some(id("k1")));
        assert_eq!(ticked(&mut rows, |said| By::prove(id("k1"), &key(8), said)), None, "another's PIN");
        assert_eq!(ticked(&mut rows, |said| By::prove(id("nobody"), &key(7), said)), None);
        assert_eq!(ticked(&mut rows, |_| By::prove(id("k1"), &key(7), "something else")), None);
        assert_eq!(ticked(&mut rows, |said| By::prove(id("k2"), &key(8), said)), Some(id("k2")));
    }

    #[test]
    fn a_kitchen_has_room_for_so_many_who_work_there() {
        let mut rows = centre();
        for number in 0..MOST {
            kitchen(&mut rows, add(&format!("k{number}"), &format!("Nummer {number}"), 7)).unwrap();
        }
        assert_eq!(kitchen(&mut rows, add("more", "Amina", 7)), Err(Rejection::Full { max: 60 }));
        kitchen(&mut rows, End { id: id("k0") }).unwrap();
        kitchen(&mut rows, add("more", "Amina", 7)).unwrap();
    }

    #[test]
    fn the_proof_is_hmac_sha_256() {
        let proof = By::prove(id("k1"), &key(7), "packing.tick").proof;
        assert_eq!(String::from(proof), "ddd98299fba5fc04d5e6848fd41cc54c14db739417e09ff1d3c281a901aee11f");
        assert_eq!(String::from(check(&key(7))), "4bb06f8e4e3a7715d201d573d0aa423762e55dabd61a2c02278fa56cc6d294e0");
    }

    #[test]
    fn a_new_pin_takes_the_place_of_the_old_one() {
        let mut rows = centre();
        kitchen(&mut rows, add("k1", "Amina", 7)).unwrap();
        kitchen(&mut rows, SetPin { id: id("k1"), salt: key(2), key: key(9) }).unwrap();
        let crew = rows.view().must::<Crew>(&Key::from_text("k1")).unwrap();
        assert!(crew.is_hers(&key(9)) && !crew.is_hers(&key(7)));
        assert_eq!((crew.alias.as_str(), &crew.salt), ("Amina", &key(2)));
        assert_eq!(ticked(&mut rows, |said| By::prove(id("k1"), &key(7), said)), None);
        assert_eq!(ticked(&mut rows, |said| By::prove(id("k1"), &key(9), said)), Some(id("k1")));
    }

    #[test]
    fn whoever_has_left_proves_nothing_any_more_and_gets_no_new_pin() {
        let mut rows = centre();
        kitchen(&mut rows, add("k1", "Amina", 7)).unwrap();
        kitchen(&mut rows, End { id: id("k1") }).unwrap();
        assert_eq!(rows.view().get::<CrewKey>(&Key::from_text("k1")), Ok(None));
        assert_eq!(at_work(rows.view()).unwrap().len(), 0);
        assert_eq!(ticked(&mut rows, |said| By::prove(id("k1"), &key(7), said)), None);
        let again = kitchen(&mut rows, SetPin { id: id("k1"), salt: key(2), key: key(7) });
        assert_eq!(again, Err(Rejection::Gone));
        rows.run("manager", Role::Manager, at("2026-11-26 09:00"), End { id: id("k1") }).unwrap();
        let crew = rows.view().must::<Crew>(&Key::from_text("k1")).unwrap();
        assert_eq!(crew.left, Some(date("2026-11-24")), "since the first time");
    }

    #[test]
    fn no_two_who_work_there_are_called_alike() {
        let mut rows = centre();
        kitchen(&mut rows, add("k1", "Amina", 7)).unwrap();
        for taken in [add("k2", "Amina", 8), add("k1", "Selam", 8)] {
            assert_eq!(kitchen(&mut rows, taken), Err(Rejection::Exists));
        }
        kitchen(&mut rows, End { id: id("k1") }).unwrap();
        kitchen(&mut rows, add("k2", "Amina", 8)).unwrap();
        assert_eq!(at_work(rows.view()).unwrap()[0].id, id("k2"));
    }

    #[test]
    fn kitchen_and_manager_keep_the_crew_and_nobody_else() {
        for (user, role, is_let) in [
            ("kitchen", Role::Kitchen, true),
            ("manager", Role::Manager, true),
            ("adviser", Role::Adviser, false),
            ("secretary", Role::School, false),
            ("amina", Role::Participant, false),
        ] {
            assert_eq!(centre().run(user, role, now(), add("k1", "Amina", 7)).is_ok(), is_let, "{role:?}");
        }
    }

    #[test]
    fn nobody_is_sent_a_key() {
        let mut rows = centre();
        kitchen(&mut rows, add("k1", "Amina", 7)).unwrap();
        let held: Record = rows.view().must::<CrewKey>(&Key::from_text("k1")).unwrap().clone().into();
        let users = ["kitchen", "manager", "adviser", "teacher", "secretary", "amina"];
        assert!(Role::ALL.iter().all(|role| users.iter().all(|user| !rows.sees(user, *role, now(), &held))));
    }
}
