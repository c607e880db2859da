//! What the users of the simulation do.

use shared::{
    AnyCommand, Kind, Record, Role,
    domain::{attendance, exception, group, look, order, packing, person, shield, standing},
    entity::Key,
    prim::days_from,
    testkit::{Memory, id, name, note, time},
};

use crate::world::World;

impl World {
    /// Something a user of this role does.
    pub fn command(&mut self, role: Role) -> Option<AnyCommand> {
        let dice = &mut self.dice;
        let day = days_from(self.now.date(), i64::try_from(dice.roll(4)).unwrap());
        let school = dice.pick(&["slettebakken", "fridalen"]);
        let seen = |rows: &Memory, kind: Kind, key: Key| -> Vec<Box<str>> {
            match rows.row(kind, key) {
                Some(Record::Order(order)) => order.answers.seen(),
                Some(Record::Tick(tick)) => tick.answers.seen(),
                _ => Vec::new(),
            }
        };
        Some(match role {
            Role::Kitchen => {
                let step = dice.pick(&packing::Step::ALL);
                let key = Key::of(&[&day, &school, &step.name()]);
                packing::SetTick {
                    day,
                    school: id(school),
                    step,
                    done: !dice.chance(4),
                    seen: seen(&self.server, Kind::Tick, key),
                    by: None,
                }
                .into()
            }
            Role::School if dice.chance(6) => standing::Set {
                school: id("slettebakken"),
                counts: [60, 61, 62, 63, i64::try_from(dice.roll(70)).unwrap()],
            }
            .into(),
            Role::School => order::Change {
                // Now and then a school that is not hers.
                school: id(if dice.chance(9) { "fridalen" } else { "slettebakken" }),
                day,
                choice: order::Choice::Count(i64::try_from(dice.roll(5_200)).unwrap()),
                seen: seen(&self.server, Kind::Order, Key::of(&[&"slettebakken", &day])),
            }
            .into(),
            Role::Adviser => return Some(self.adviser()),
            _ => return None,
        })
    }

    pub fn adviser(&mut self) -> AnyCommand {
        let dice = &mut self.dice;
        let person = dice.pick(&["amina", "sara", "lena"]);
        let group = dice.pick(&["morning", "evening"]);
        let series = dice.pick(&["norwegian-tue", "norwegian-thu"]);
        let day = days_from(self.now.date(), i64::try_from(dice.roll(9)).unwrap() - 6);
        match dice.roll(9) {
            // Her contact person and a colleague know of her from now on, on pages that keep nothing.
            8 => shield::Shield { id: id(person), with: id(dice.pick(&["other-adviser", "manager"])) }.into(),
            0 => {
                self.minted += 1;
                person::Register {
                    id: id(&format!("new-{}", self.minted)),
                    first_name: name("Ny"),
                    last_name: None,
                    phone: None,
                    language: None,
                    contact: None,
                    shielded_with: dice.chance(6).then(|| id("other-adviser")),
                }
                .into()
            }
            1 => group::Enrol { group: id(group), person: id(person) }.into(),
            2 => group::Leave { group: id(group), person: id(person) }.into(),
            3 => exception::Cancel { series: id(series), date: day, reason: note("Syk") }.into(),
            4 => exception::Move {
                series: id(series),
                date: day,
                to: days_from(day, 1),
                start: Some(time("10:00")),
                end: None,
                place: None,
            }
            .into(),
            5 => {
                let rows = self.server.rows();
                let existing = rows.0.values().find_map(|record| match record {
                    Record::Exception(one) => Some((one.series.clone(), one.date)),
                    _ => None,
                });
                let (series, date) = existing.unwrap_or((id(series), day));
                exception::Restore { series, date }.into()
            }
            // Whom she was shown: some of them may be another's by now.
            6 => {
                let at = dice.pick(&[look::Place::Page, look::Place::List, look::Place::Group(id(group))]);
                look::Look { people: ["amina", person].map(id).to_vec(), at }.into()
            }
            _ => attendance::Set {
                series: id(series),
                date: day,
                person: id(person),
                value: dice.pick(&[attendance::Attendance::Here, attendance::Attendance::Away]),
                seen: Vec::new(),
            }
            .into(),
        }
    }
}
