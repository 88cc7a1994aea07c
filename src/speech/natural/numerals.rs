//! Numbers in digits as English words, by misaki's rules: four digits are a year, and no "and" is said.

use num2words::Num2Words;

const DIGITS: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// The words of a number such as "1,250", "3.5", "-40", "2nd" or, with a currency's symbol before it, "9.50";
/// `None` for what is none. `is_first` says that it begins a word: "19" in "19-year" and not in "B-19".
pub(crate) fn words(number: &str, is_first: bool, currency: Option<char>) -> Option<String> {
    let plain = number.replace(',', "");
    if let Some(amount) = currency.and_then(|currency| amount(&plain, currency)) {
        return Some(amount);
    }
    if let Some(rest) = plain.strip_prefix('-').filter(|_| is_first) {
        return words(rest, true, None).map(|words| format!("minus {words}"));
    }
    if let Some(digits) = without_ordinal(&plain) {
        return is_digits(digits).then(|| ordinal(digits));
    }
    match plain.split_once('.') {
        None if !is_digits(&plain) => None,
        None if number.len() == 4 => Some(year(&plain)),
        None if is_first => Some(cardinal(&plain)),
        None => Some(code(&plain)),
        Some((whole, part)) => decimal(whole, part).or_else(|| version(&plain)),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a number in digits. One that is too large is read digit by digit.
fn cardinal(digits: &str) -> String {
    named(digits, |number| number).unwrap_or_else(|| one_by_one(digits))
}

fn ordinal(digits: &str) -> String {
    named(digits, Num2Words::ordinal).unwrap_or_else(|| one_by_one(digits))
}

/// The words alone, as misaki looks them up: no hyphens, and no "and".
fn named(digits: &str, form: impl FnOnce(Num2Words) -> Num2Words) -> Option<String> {
    let words = form(Num2Words::new(digits.parse::<i64>().ok()?)).to_words().ok()?;
    let words: Vec<&str> = words
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty() && *word != "and")
        .collect();
    Some(words.join(" "))
}

fn one_by_one(digits: &str) -> String {
    let digits: Vec<&str> = digits
        .bytes()
        .filter_map(|digit| DIGITS.get(usize::from(digit.wrapping_sub(b'0'))).copied())
        .collect();
    digits.join(" ")
}

fn without_ordinal(number: &str) -> Option<&str> {
    let (digits, suffix) = number.split_at_checked(number.len().checked_sub(2)?)?;
    ["st", "nd", "rd", "th"].iter().any(|known| suffix.eq_ignore_ascii_case(known)).then_some(digits)
}

/// Four digits: 1905 is "nineteen oh five", 2005 "two thousand five".
fn year(digits: &str) -> String {
    let (century, rest) = digits.split_at(2);
    let is_thousand = century.ends_with('0');
    match rest {
        "00" if !is_thousand => format!("{} hundred", cardinal(century)),
        _ if rest.starts_with('0') && is_thousand => cardinal(digits),
        _ if rest.starts_with('0') => format!("{} oh {}", cardinal(century), cardinal(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// Digits inside a word: 555 is "five fifty five", and long ones are read digit by digit.
fn code(digits: &str) -> String {
    match digits.as_bytes() {
        [b'0', ..] | [_, _, _, _, ..] => one_by_one(digits),
        [_, b'0', b'0'] => cardinal(digits),
        [_, b'0', _] => format!("{} O {}", one_by_one(&digits[..1]), one_by_one(&digits[2..])),
        [_, _, _] => format!("{} {}", one_by_one(&digits[..1]), cardinal(&digits[1..])),
        _ => cardinal(digits),
    }
}

/// "3.50" is "three point five".
fn decimal(whole: &str, part: &str) -> Option<String> {
    if !is_digits(part) || !(whole.is_empty() || is_digits(whole)) {
        return None;
    }
    let head = if whole.is_empty() { String::new() } else { cardinal(whole) };
    match (head.as_str(), part.trim_end_matches('0')) {
        ("", "") => Some("zero".to_owned()),
        (_, "") => Some(head),
        ("", part) => Some(format!("point {}", one_by_one(part))),
        (_, part) => Some(format!("{head} point {}", one_by_one(part))),
    }
}

/// A number with several full stops, such as that of a version: its parts, each by itself.
fn version(number: &str) -> Option<String> {
    let parts: Vec<&str> = number.split('.').filter(|part| !part.is_empty()).collect();
    let is_version = number.matches('.').count() > 1 && parts.iter().all(|part| is_digits(part));
    let words = parts.iter().map(|part| {
        let is_short = part.len() == 2 || part[1..].bytes().all(|digit| digit == b'0');
        if is_short && !part.starts_with('0') { cardinal(part) } else { one_by_one(part) }
    });
    (is_version && !parts.is_empty()).then(|| words.collect::<Vec<_>>().join(" "))
}

/// "9.50" after a dollar sign is "nine dollars and fifty cents". A part that is zero is not said.
fn amount(number: &str, currency: char) -> Option<String> {
    let (unit, part_unit) = match currency {
        '$' => ("dollar", "cent"),
        '£' => ("pound", "pence"),
        '€' => ("euro", "cent"),
        _ => return None,
    };
    let is_amount = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !is_amount || !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut fields = number.split('.');
    let value = |field: Option<&str>| field.unwrap_or_default().trim_start_matches('0').to_owned();
    let (whole, part) = (value(fields.next()), value(fields.next()));
    let with_unit = |digits: &str, unit: &str| {
        let words = cardinal(if digits.is_empty() { "0" } else { digits });
        let plural = if digits == "1" || unit == "pence" { "" } else { "s" };
        format!("{words} {unit}{plural}")
    };
    Some(match (whole.as_str(), part.as_str()) {
        (whole, "") => with_unit(whole, unit),
        ("", part) => with_unit(part, part_unit),
        (whole, part) => format!("{} and {}", with_unit(whole, unit), with_unit(part, part_unit)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_a_reader_would() {
        for (number, expected) in [
            ("0", "zero"),
            ("45", "forty five"),
            ("1,250", "one thousand two hundred fifty"),
            ("-40", "minus forty"),
            ("3.50", "three point five"),
            (".5", "point five"),
            ("1999", "nineteen ninety nine"),
            ("1905", "nineteen oh five"),
            ("2005", "two thousand five"),
            ("1900", "nineteen hundred"),
            ("22nd", "twenty second"),
            ("30TH", "thirtieth"),
            ("10.15.7", "ten fifteen seven"),
        ] {
            assert_eq!(words(number, true, None).as_deref(), Some(expected), "{number}");
        }
        assert_eq!(words("555", false, None).as_deref(), Some("five fifty five"));
        assert_eq!(words("9.50", true, Some('$')).as_deref(), Some("nine dollars and fifty cents"));
        assert!(["", "-", ".", "th", "a1", "1a", "-x"].iter().all(|text| words(text, true, None).is_none()));
    }

    #[test]
    fn a_number_too_large_to_have_a_name_is_read_digit_by_digit() {
        assert!(words(&"9".repeat(30), true, None).is_some_and(|words| words.starts_with("nine nine nine")));
        assert_eq!(
            words(&i64::MAX.to_string(), true, None).map(|words| words.contains("quintillion")),
            Some(true)
        );
    }
}
