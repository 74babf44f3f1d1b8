use std::sync::Arc;

use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::bank::Booked;
use crate::handset::Message;
use crate::mailbox::Post;

/// All letters, or those to somebody.
#[derive(Template)]
#[template(path = "mail.html")]
pub(crate) struct MailPage {
    pub(crate) to: String,
    pub(crate) letters: Vec<Arc<Post>>,
}

/// One letter.
#[derive(Template)]
#[template(path = "letter.html")]
pub(crate) struct LetterPage {
    pub(crate) letter: Arc<Post>,
}

/// All texts and calls, or those to somebody.
#[derive(Template)]
#[template(path = "phone.html")]
pub(crate) struct PhonePage {
    pub(crate) to: String,
    pub(crate) messages: Vec<Arc<Message>>,
}

/// Everything that was charged.
#[derive(Template)]
#[template(path = "books.html")]
pub(crate) struct BooksPage {
    pub(crate) charges: Vec<Booked>,
}

/// Where the installer would be.
#[derive(Template)]
#[template(path = "installer.html")]
pub(crate) struct InstallerPage;

/// Where a card is chosen.
#[derive(Template)]
#[template(path = "card.html")]
pub(crate) struct CardPage {
    pub(crate) customer: String,
    pub(crate) back: String,
}

/// Where a payment is confirmed.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct ConfirmPage {
    pub(crate) plan: String,
    pub(crate) amount: String,
}

/// Nothing here.
#[derive(Template)]
#[template(path = "missing.html")]
pub(crate) struct MissingPage;

/// A letter, for a program.
#[derive(Serialize)]
pub(crate) struct LetterJson {
    #[serde(flatten)]
    letter: Arc<Post>,
    links: Vec<String>,
}

/// A stretch of text, which may be a link.
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_link: bool,
}

impl LetterPage {
    fn pieces(&self) -> Vec<Piece<'_>> {
        pieces(&self.letter.text)
    }
}

impl From<Arc<Post>> for LetterJson {
    fn from(letter: Arc<Post>) -> Self {
        let links = pieces(&letter.text).into_iter().filter(|p| p.is_link).map(|p| p.text.to_owned()).collect();
        Self { letter, links }
    }
}

/// A text, cut where links begin and end.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"'".contains(c)).unwrap_or(from.len());
        let (link, after) = from.split_at(end);
        pieces.extend([Piece { text: before, is_link: false }, Piece { text: link, is_link: true }]);
        rest = after;
    }
    pieces.push(Piece { text: rest, is_link: false });
    pieces
}

/// Like `Jun 9, 2026, 3:04:05 PM UTC`.
fn moment(micros: &i64) -> String {
    let Ok(time) = Timestamp::from_microsecond(*micros) else { return String::new() };
    time.to_zoned(TimeZone::UTC).strftime("%b %-d, %Y, %-I:%M:%S %p UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_wherever_they_stand() {
        let links = |text| -> Vec<_> { pieces(text).into_iter().filter(|p| p.is_link).map(|p| p.text).collect() };
        assert_eq!(
            links("a\nhttps://x.example/register/t_-1\nb http://127.0.0.1:80/ c"),
            ["https://x.example/register/t_-1", "http://127.0.0.1:80/"]
        );
        assert_eq!(links("<https://x.example>"), ["https://x.example"]);
        assert!(links("none").is_empty());
        let text = "a https://x.example b http://y.example";
        assert_eq!(pieces(text).iter().map(|p| p.text).collect::<String>(), text);
    }

    #[test]
    fn a_moment_is_written_out() {
        assert_eq!(moment(&1_781_031_845_000_000), "Jun 9, 2026, 7:04:05 PM UTC");
    }
}
