//! Where an activity is drawn in a day's column, and which of several at a time stands where.
//!
//! Pure geometry in minutes; a time that is not known is drawn, but never said.

use shared::prim::{TimeOfDay, sort_by_key};

/// The hours a timetable shows at least.
const OPENS: u16 = 8;
const CLOSES: u16 = 16;
const HOUR: u16 = 60;
const DAY: u16 = 24 * HOUR;
/// The least height at which a title and a time can be read.
const LEAST: u16 = 45;
/// How long an activity is drawn when only its start is known, or only its end.
const FROM_START: u16 = HOUR;
const BEFORE_END: u16 = 2 * HOUR;

/// A place in a day's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lane {
    /// The upper edge in minutes: after midnight, then after the first hour shown.
    pub from: u16,
    /// The lower edge.
    pub to: u16,
    /// Which of the lanes, from 0.
    pub lane: usize,
    /// How many stand side by side here.
    pub lanes: usize,
}

impl Lane {
    /// The same place measured from `first_hour`, cut to the `hours` shown.
    pub fn within(self, first_hour: u16, hours: u16) -> Self {
        let height = hours * HOUR;
        let measured = |minutes: u16| minutes.saturating_sub(first_hour * HOUR).min(height);
        Self { from: measured(self.from), to: measured(self.to), ..self }
    }
}

/// The minutes after midnight between which an activity is drawn.
pub fn span(start: Option<TimeOfDay>, end: Option<TimeOfDay>) -> (u16, u16) {
    let (from, to) = match (start.map(TimeOfDay::minutes), end.map(TimeOfDay::minutes)) {
        (Some(start), Some(end)) => (start, end),
        (Some(start), None) => (start, start + FROM_START),
        (None, Some(end)) => (end.saturating_sub(BEFORE_END), end),
        (None, None) => (OPENS * HOUR, OPENS * HOUR + LEAST),
    };
    let from = from.min(DAY - LEAST);
    (from, to.clamp(from + LEAST, DAY))
}

/// The first full hour and the number of hours that show everything.
pub fn frame(lanes: impl Iterator<Item = Lane>) -> (u16, u16) {
    let (first, last) = lanes
        .fold((OPENS, CLOSES), |(first, last), lane| (first.min(lane.from / HOUR), last.max(lane.to.div_ceil(HOUR))));
    (first, last - first)
}

/// Puts spans that overlap side by side, in the order they came.
pub fn side_by_side(spans: &[(u16, u16)]) -> Vec<Lane> {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    sort_by_key(&mut order, |index| spans[*index].0);
    let mut lanes = vec![Lane::default(); spans.len()];
    let mut cluster: Vec<usize> = Vec::new();
    let mut ends: Vec<u16> = Vec::new();
    for index in order {
        let (from, to) = spans[index];
        if ends.iter().all(|end| *end <= from) {
            close(&mut lanes, &mut cluster, &mut ends);
        }
        let free = ends.iter().position(|end| *end <= from);
        let lane = free.unwrap_or(ends.len());
        match ends.get_mut(lane) {
            Some(end) => *end = to,
            None => ends.push(to),
        }
        lanes[index] = Lane { from, to, lane, lanes: 1 };
        cluster.push(index);
    }
    close(&mut lanes, &mut cluster, &mut ends);
    lanes
}

/// Tells everything of a cluster how many lanes it came to.
fn close(lanes: &mut [Lane], cluster: &mut Vec<usize>, ends: &mut Vec<u16>) {
    for index in cluster.drain(..) {
        lanes[index].lanes = ends.len();
    }
    ends.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Option<TimeOfDay> {
        TimeOfDay::parse(text).ok()
    }

    fn lanes_of(spans: &[(u16, u16)]) -> Vec<(usize, usize)> {
        side_by_side(spans).iter().map(|lane| (lane.lane, lane.lanes)).collect()
    }

    #[test]
    fn what_follows_stands_below_and_what_overlaps_beside() {
        assert_eq!(lanes_of(&[(540, 600), (600, 660)]), [(0, 1), (0, 1)]);
        assert_eq!(lanes_of(&[(540, 690), (600, 690), (750, 840)]), [(0, 2), (1, 2), (0, 1)]);
    }

    #[test]
    fn a_lane_that_became_free_is_used_again() {
        let spans = [(540, 900), (540, 600), (600, 700), (650, 720)];
        assert_eq!(lanes_of(&spans), [(0, 3), (1, 3), (1, 3), (2, 3)]);
    }

    #[test]
    fn spans_keep_their_order_whatever_the_time() {
        assert_eq!(lanes_of(&[(700, 800), (540, 720)]), [(1, 2), (0, 2)]);
        assert!(lanes_of(&[]).is_empty());
    }

    #[test]
    fn an_unknown_time_is_drawn_but_fits() {
        assert_eq!(span(time("09:00"), time("11:30")), (540, 690));
        assert_eq!(span(None, time("11:30")), (570, 690));
        assert_eq!(span(time("09:00"), None), (540, 600));
        assert_eq!(span(None, None), (480, 525));
        assert_eq!(span(time("09:00"), time("09:10")), (540, 585));
        assert_eq!(span(None, time("00:30")), (0, 45));
        assert_eq!(span(time("23:50"), None), (1395, 1440));
    }

    #[test]
    fn the_frame_grows_with_what_it_must_show() {
        let lane = |from, to| Lane { from, to, lane: 0, lanes: 1 };
        assert_eq!(frame([].into_iter()), (8, 8));
        assert_eq!(frame([lane(450, 540), lane(900, 1030)].into_iter()), (7, 11));
        let inside = lane(450, 540).within(7, 11);
        assert_eq!((inside.from, inside.to), (30, 120));
    }
}
