//! A value in the one form of its kind, wherever it comes from: a form, a program, a sheet.

use std::{cmp::Ordering, collections::BTreeMap};

use holdfast_base::{Error, PersonId, Result, Rule};

use super::{Editor, FieldKind, PersonField, Values};
use crate::{Org, PersonState, limits, text};

/// Errors of values bear this name: which field it is, the asker knows.
const FIELDS: &str = "fields";
/// Digits before and behind the point of a number.
const WHOLE_DIGITS: usize = 12;
const FRACTION_DIGITS: usize = 6;

/// What separates several values in a cell; no single one of them may hold it.
pub(super) fn is_separator(c: char) -> bool {
    matches!(c, ';' | '；' | '|' | '｜' | '\n' | '\r')
}

/// The values as they would be with those asked for, by key; an empty list takes a field's values away.
/// `by`: what the asker may change.
pub(crate) fn onto(
    fields: &[PersonField],
    org: &Org,
    before: &Values,
    asked: &BTreeMap<String, Vec<String>>,
    by: Editor,
) -> Result<Values> {
    let mut values = before.clone();
    for (key, wanted) in asked {
        let field = fields.iter().find(|field| field.key == *key).ok_or(Error::invalid(FIELDS, "unknown"))?;
        if by == Editor::Person && field.settings.editor != Editor::Person {
            return Err(Error::invalid(FIELDS, "not-yours-to-change"));
        }
        let wanted = several(field, org, wanted)?;
        if wanted.is_empty() && field.settings.required && values.contains_key(&field.id) {
            return Err(Error::invalid(FIELDS, "required"));
        }
        if wanted.is_empty() {
            values.remove(&field.id);
        } else {
            values.insert(field.id, wanted);
        }
    }
    Ok(values)
}

/// The values of a sheet's cell.
pub(crate) fn read_cell(field: &PersonField, org: &Org, cell: &str) -> Result<Vec<String>> {
    if !field.settings.several {
        return several(field, org, &[cell.to_owned()]);
    }
    let parts: Vec<String> = cell.split(is_separator).map(str::to_owned).collect();
    several(field, org, &parts)
}

fn several(field: &PersonField, org: &Org, wanted: &[String]) -> Result<Vec<String>> {
    let mut values = Vec::new();
    for value in wanted.iter().filter(|value| !value.trim().is_empty()) {
        if value.chars().count() > limits::PERSON_FIELD_CHARACTERS {
            return Err(Error::too_long(FIELDS, limits::PERSON_FIELD_CHARACTERS as u64));
        }
        let value = normalised(field, org, value.trim())?;
        if field.settings.several && value.contains(is_separator) {
            return Err(Error::invalid(FIELDS, "separator"));
        }
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let most = if field.settings.several { limits::PERSON_FIELD_VALUES } else { 1 };
    if values.len() > most {
        return Err(Error::Invalid { field: FIELDS, rule: Rule { code: "too-many", limit: Some(most as u64) } });
    }
    Ok(values)
}

fn normalised(field: &PersonField, org: &Org, value: &str) -> Result<String> {
    let settings = &field.settings;
    let value = match field.kind {
        FieldKind::Text => {
            let most = settings.most.as_deref().and_then(|most| most.parse().ok());
            return text::line(FIELDS, value, most.unwrap_or(limits::PERSON_FIELD_CHARACTERS));
        }
        FieldKind::YesNo => return yes_no(value),
        FieldKind::Link => return link(value),
        FieldKind::Choice => {
            let value = text::line(FIELDS, value, limits::TEXT_CHARACTERS)?;
            let chosen = settings.choices.iter().find(|choice| choice.to_lowercase() == value.to_lowercase());
            return chosen.cloned().ok_or(Error::invalid(FIELDS, "not-a-choice"));
        }
        FieldKind::Person => {
            let person = org.by_uid(value).filter(|person| person.state != PersonState::Erased);
            return person.map(|person| person.id.to_string()).ok_or(Error::invalid(FIELDS, "unknown-person"));
        }
        FieldKind::Number => number(FIELDS, value)?,
        FieldKind::Date => text::date(FIELDS, Some(value))?.ok_or(Error::invalid(FIELDS, "not-a-date"))?,
    };
    if settings.least.as_ref().is_some_and(|least| order(field.kind, &value, least).is_lt()) {
        return Err(Error::invalid(FIELDS, "below-least"));
    }
    if settings.most.as_ref().is_some_and(|most| order(field.kind, &value, most).is_gt()) {
        return Err(Error::invalid(FIELDS, "above-most"));
    }
    Ok(value)
}

/// A decimal number without needless zeros: `007.50` is `7.5`.
pub(super) fn number(field: &'static str, text: &str) -> Result<String> {
    let refused = || Error::invalid(field, "not-a-number");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
        return Err(refused());
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() > WHOLE_DIGITS || fraction.len() > FRACTION_DIGITS {
        return Err(refused());
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if whole == "0" && fraction.is_empty() { "" } else { sign };
    Ok(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Of two values of one kind, both in their one form.
pub(super) fn order(kind: FieldKind, a: &str, b: &str) -> Ordering {
    match kind {
        FieldKind::Number => millionths(a).cmp(&millionths(b)),
        _ => a.cmp(b),
    }
}

fn millionths(number: &str) -> i64 {
    let (sign, digits) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // At most 18 digits: they fit.
    sign * format!("{whole}{fraction:0<FRACTION_DIGITS$}").parse::<i64>().unwrap_or(0)
}

fn yes_no(value: &str) -> Result<String> {
    match value.to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "是" | "有" => Ok("yes".to_owned()),
        "no" | "n" | "false" | "0" | "否" | "无" => Ok("no".to_owned()),
        _ => Err(Error::invalid(FIELDS, "not-yes-or-no")),
    }
}

/// Only what a browser opens as a page: anything else could run in whoever clicks on it.
fn link(value: &str) -> Result<String> {
    let value = text::line(FIELDS, value, limits::PERSON_FIELD_CHARACTERS)?;
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        value.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &value[scheme.len()..])
    });
    if !rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace)) {
        return Err(Error::invalid(FIELDS, "not-a-link"));
    }
    Ok(value)
}

/// As a sheet or a person reads it: a person by uid.
pub(crate) fn written(kind: FieldKind, org: &Org, values: &[String]) -> Vec<String> {
    let word = |value: &String| match kind {
        FieldKind::Person => value.parse().ok().and_then(|id: PersonId| org.person(id)).map(|person| person.uid.clone()),
        _ => Some(value.clone()),
    };
    values.iter().filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        for (text, form) in [("007.50", "7.5"), ("-0.0", "0"), ("+3", "3"), ("-12.000001", "-12.000001"), ("0", "0")] {
            assert_eq!(number("x", text).unwrap(), form);
        }
        for text in ["", ".", "1.", ".5", "1e3", "1,000", "１２", "--1", "1234567890123", "0.1234567", "NaN"] {
            assert!(number("x", text).is_err(), "{text}");
        }
        assert_eq!(order(FieldKind::Number, "-2", "-1.5"), Ordering::Less);
        assert_eq!(order(FieldKind::Number, "10", "9.9"), Ordering::Greater);
    }

    #[test]
    fn a_link_is_a_page_and_nothing_that_runs() {
        for right in ["https://a.example/x?y", "HTTP://b"] {
            assert!(link(right).is_ok(), "{right}");
        }
        for wrong in ["javascript:alert(1)", "https://", "https:///x", "data:text/html,x", "https://a b", "//a", "é"] {
            assert!(link(wrong).is_err(), "{wrong}");
        }
    }
}
