//! Text that fits: widths by estimate, long names shortened in the middle, long lines broken.

/// Width of a text in pixels, by estimate: the exact width depends on the reader's fonts. The figures
/// are those of DejaVu Sans, the widest of the usual sans-serif fonts.
pub(super) fn width(text: &str, size: f64) -> f64 {
    size * text.chars().map(em).sum::<f64>()
}

fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | ' ' | '.' | ',' | ':' | ';' | 'I' => 0.34,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' | '!' | '"' => 0.41,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 1.0,
        'A'..='Z' | '&' => 0.73,
        '+' | '=' | '<' | '>' | '~' | '#' | '−' => 0.84,
        '\u{0}'..='\u{2ff}' => 0.64,
        '\u{300}'..='\u{10ff}' | '\u{2010}'..='\u{2027}' => 0.75,
        '\u{1f000}'.. => 1.4,
        _ => 1.0,
    }
}

/// The text without the characters that no XML document may contain, escaped or not.
pub(super) fn clean(text: &str) -> String {
    let forbidden = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if forbidden(c) { ' ' } else { c }).collect()
}

/// The text, its middle replaced by an ellipsis if it is wider than `limit`. Both ends remain, because
/// names of related models tend to differ there.
pub(super) fn shortened(text: &str, size: f64, limit: f64) -> String {
    if width(text, size) <= limit {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let with = |kept: usize| -> String {
        let tail = &letters[letters.len() - kept / 2..];
        letters[..kept.div_ceil(2)].iter().chain(&['…']).chain(tail).collect()
    };
    let fits = |kept: &usize| width(&with(*kept), size) <= limit;
    with((2..letters.len()).rev().find(fits).unwrap_or(2.min(letters.len())))
}

/// Shortens names; those that look the same afterwards are told apart by their number in the list.
pub(super) fn shortened_names(names: &[String], size: f64, limit: f64) -> Vec<String> {
    let short: Vec<String> = names.iter().map(|name| shortened(name, size, limit)).collect();
    let same = |i: usize| short.iter().filter(|other| **other == short[i]).count() > 1;
    let label = |i: usize| {
        if !same(i) {
            return short[i].clone();
        }
        let number = format!(" #{}", i + 1);
        shortened(&names[i], size, limit - width(&number, size)) + &number
    };
    (0..names.len()).map(label).collect()
}

/// Breaks a text into lines no wider than `limit`, between words; a longer word is shortened.
pub(super) fn wrapped(text: &str, size: f64, limit: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = shortened(word, size, limit);
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= limit => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_their_middle_and_stay_different() {
        let names = ["a-rather-long-model-name-seed-1", "a-rather-long-model-name-seed-2", "short"];
        let short = shortened_names(&names.map(String::from), 12.0, 120.0);
        assert!(short.iter().all(|name| width(name, 12.0) <= 120.0), "{short:?}");
        assert!(short[0].contains('…') && short[0].ends_with("-1"), "{short:?}");
        assert_eq!(short[2], "short");
        let inside = [
            "aaaaaaaaaaaaaaaaaaaa-1-bbbbbbbbbbbbbbbbbbbb",
            "aaaaaaaaaaaaaaaaaaaa-2-bbbbbbbbbbbbbbbbbbbb",
        ];
        let short = shortened_names(&inside.map(String::from), 12.0, 120.0);
        assert!(short[0].ends_with(" #1") && short[1].ends_with(" #2"), "{short:?}");
        assert!(short.iter().all(|name| width(name, 12.0) <= 120.0), "{short:?}");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two  three", 10.0, 60.0), ["one two", "three"]);
        assert!(wrapped("", 10.0, 60.0).is_empty());
        assert!(width(&wrapped(&"x".repeat(100), 10.0, 60.0)[0], 10.0) <= 60.0);
    }

    #[test]
    fn control_characters_go() {
        assert_eq!(clean("a\u{0}b\nc\u{ffff}"), "a b c ");
    }
}
