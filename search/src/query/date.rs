//! Days as people type them.

use holdfast_base::Timestamp;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

const DAY_MICROSECONDS: i64 = 86_400_000_000;

/// The first instant of what `text` names, and the first after it: a day, a month, a year, or a word such as `昨天`.
pub(super) fn span(text: &str, now: Timestamp, offset_seconds: i32) -> Option<(Timestamp, Timestamp)> {
    let offset = i64::from(offset_seconds) * 1_000_000;
    let today = day_of(now.0.checked_add(offset)?.div_euclid(DAY_MICROSECONDS))?;
    let (first, next) = word(text, today).or_else(|| numbers(text))?;
    let at = |date: Date| {
        let days = i64::from((date - Date::constant(1970, 1, 1)).get_days());
        days.checked_mul(DAY_MICROSECONDS)?.checked_sub(offset).map(Timestamp)
    };
    Some((at(first)?, at(next)?))
}

fn day_of(days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?;
    Date::constant(1970, 1, 1).checked_add(days.days()).ok()
}

fn word(text: &str, today: Date) -> Option<(Date, Date)> {
    let tomorrow = today.tomorrow().ok()?;
    let back = |days: i32| today.checked_sub(days.days()).ok();
    let monday = back(i32::from(today.weekday().since(Weekday::Monday)))?;
    Some(match text.to_ascii_lowercase().as_str() {
        "today" | "今天" | "今日" => (today, tomorrow),
        "yesterday" | "昨天" | "昨日" => (back(1)?, today),
        "前天" => (back(2)?, back(1)?),
        "week" | "this-week" | "本周" | "这周" => (monday, monday.checked_add(7.days()).ok()?),
        "last-week" | "上周" => (monday.checked_sub(7.days()).ok()?, monday),
        "month" | "this-month" | "本月" | "这个月" => month(today.year(), today.month())?,
        "last-month" | "上月" | "上个月" => {
            let before = today.first_of_month().yesterday().ok()?;
            month(before.year(), before.month())?
        }
        other => {
            let days: i32 = other.strip_suffix('d').or_else(|| other.strip_suffix('天'))?.parse().ok()?;
            (1..=36_500).contains(&days).then_some(())?;
            (back(days)?, tomorrow)
        }
    })
}

/// `2024`, `2024-5`, `2024/05/01`, `2024.5.1`, `20240501`, `2024年5月1日`.
fn numbers(text: &str) -> Option<(Date, Date)> {
    let text = text.trim_end_matches(['日', '号', '月', '年']);
    let fields: Vec<&str> = text.split(['-', '/', '.', '年', '月', '－']).collect();
    let year = || fields.first()?.parse::<i16>().ok();
    match fields.as_slice() {
        [all] if all.len() == 8 && all.is_ascii() => day(all[..4].parse().ok()?, all[4..6].parse().ok()?, all[6..].parse().ok()?),
        [all] if all.len() == 4 => Some((first(year()?, 1)?, first(year()?.checked_add(1)?, 1)?)),
        [_, m] => month(year()?, m.parse().ok()?),
        [_, m, d] => day(year()?, m.parse().ok()?, d.parse().ok()?),
        _ => None,
    }
}

fn day(year: i16, month: i8, day: i8) -> Option<(Date, Date)> {
    let date = in_range(Date::new(year, month, day).ok()?)?;
    Some((date, date.tomorrow().ok()?))
}

fn month(year: i16, month: i8) -> Option<(Date, Date)> {
    let date = first(year, month)?;
    Some((date, date.checked_add(1.month()).ok()?))
}

fn first(year: i16, month: i8) -> Option<Date> {
    in_range(Date::new(year, month, 1).ok()?)
}

fn in_range(date: Date) -> Option<Date> {
    (1970..=2200).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> Option<(i64, i64)> {
        // 2026-11-22 (a Sunday) 20:00 UTC is the 23rd in Shanghai.
        let now = Timestamp(1_795_305_600_000_000 + 20 * 3_600_000_000);
        let (from, to) = span(text, now, 8 * 3600)?;
        let local = |t: Timestamp| (t.0 + 8 * 3_600_000_000) / DAY_MICROSECONDS;
        Some((local(from), local(to)))
    }

    #[test]
    fn days_months_years_and_words() {
        let today = 20_780; // 2026-11-23
        assert_eq!(days("今天"), Some((today, today + 1)));
        assert_eq!(days("2026-11-23"), Some((today, today + 1)));
        assert_eq!(days("20261123"), Some((today, today + 1)));
        assert_eq!(days("本周"), Some((today, today + 7)));
        assert_eq!(days("3天"), Some((today - 3, today + 1)));
        assert_eq!(days("2024年2月"), Some((19_754, 19_783)));
        assert_eq!(days("2024/02/29"), days("2024.2.29"));
        for bad in ["2023-02-29", "", "x", "99999", "99999999d", "2024-13", "0000-00-00", "一天", "20241301", "2024-1-1-1"] {
            assert_eq!(days(bad), None, "{bad}");
        }
    }
}
