//! A small clock face beside a time in digits.

use leptos::prelude::*;
use shared::prim::TimeOfDay;

/// A clock face that shows `time`; the digits beside it say it.
#[component]
pub fn ClockFace(
    /// The time it shows.
    #[prop(into)]
    time: Signal<TimeOfDay>,
) -> impl IntoView {
    let turned = |degrees: u32| format!("rotate({degrees} 12 12)");
    // Both ends of a hand stand in variables: an SVG child of constants alone would be built as HTML.
    let (middle, radius, hour_end, minute_end) = ("12", "10.5", "7.4", "4.8");
    view! {
        <svg class="clock" viewBox="0 0 24 24" aria-hidden="true">
            <circle class="clock__face" cx=middle cy=middle r=radius></circle>
            <line
                class="clock__hour"
                x1=middle
                y1=middle
                x2=middle
                y2=hour_end
                transform=move || turned(hour_angle(time.get()))
            ></line>
            <line
                class="clock__minute"
                x1=middle
                y1=middle
                x2=middle
                y2=minute_end
                transform=move || turned(minute_angle(time.get()))
            ></line>
        </svg>
    }
}

/// Whole degrees from twelve: half a degree a minute, rounded down.
fn hour_angle(time: TimeOfDay) -> u32 {
    u32::from(time.minutes() % 720) / 2
}

fn minute_angle(time: TimeOfDay) -> u32 {
    u32::from(time.minutes() % 60) * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_stand_where_a_clock_maker_puts_them() {
        let angles = |text: &str| {
            let time = TimeOfDay::parse(text).unwrap();
            (hour_angle(time), minute_angle(time))
        };
        assert_eq!(angles("09:00"), (270, 0));
        assert_eq!(angles("12:30"), (15, 180));
        assert_eq!(angles("15:15"), (97, 90));
        assert_eq!(angles("00:00"), (0, 0));
    }
}
