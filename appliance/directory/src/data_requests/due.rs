use std::time::Duration;

use holdfast_audit::{Event, Object};
use holdfast_base::{Actor, Error, Result, Timestamp};
use holdfast_store::{DbTx, Tx};
use jiff::civil::Weekday;

use super::rows;
use crate::limits;

const DAY: Duration = Duration::from_secs(86_400);

/// The instant so many working days after `at`, at the same time of day. Days are those of UTC.
pub(super) fn working_days_after(at: Timestamp, days: u32) -> Result<Timestamp> {
    let mut due = at;
    for _ in 0..days {
        due = due.plus(DAY);
        while is_weekend(due)? {
            due = due.plus(DAY);
        }
    }
    Ok(due)
}

fn is_weekend(at: Timestamp) -> Result<bool> {
    let instant = jiff::Timestamp::from_microsecond(at.0).map_err(Error::internal("read a day"))?;
    let day = jiff::tz::Offset::UTC.to_datetime(instant).date().weekday();
    Ok(matches!(day, Weekday::Saturday | Weekday::Sunday))
}

/// Says once of each open request that its day is near. The box is the actor.
pub fn remind(tx: &mut DbTx<'_>, by: &Actor) -> Result<()> {
    let now = tx.now();
    let near = working_days_after(now, limits::REQUEST_REMINDER_DAYS)?;
    for (id, due_at) in rows::unreminded(tx.conn(), near)? {
        rows::set_reminded(tx.conn(), id, now)?;
        let event = Event::new(by, "data-request.remind", Object::new("data-request", id));
        holdfast_audit::record(tx, event.number("due_at", due_at.0));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_not_counted() {
        // Monday, 2026-11-23, 08:00 UTC.
        let monday = Timestamp(1_795_420_800_000_000);
        let day = |days: u64| monday.plus(DAY * u32::try_from(days).unwrap());
        assert_eq!(working_days_after(monday, 1).unwrap(), day(1));
        assert_eq!(working_days_after(monday, 5).unwrap(), day(7));
        assert_eq!(working_days_after(monday, 15).unwrap(), day(21));
        // From a Saturday on the first working day is the Monday after.
        assert_eq!(working_days_after(day(5), 1).unwrap(), day(7));
    }
}
