use askama::Template;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use practice_domain::port::{Composer, Letter, Occasion};
use practice_domain::value::{Email, NoticeId, PersonName, Time};

use crate::words::{Action, words};

/// Writes every letter, as text and as HTML.
#[derive(Debug, Clone)]
pub struct Templates {
    brand: String,
    base_url: String,
    zone: TimeZone,
}

/// Settings that letters cannot be written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TemplatesError {
    /// Links would lead nowhere.
    #[error("the base address is written like https://portal.example.com")]
    BaseUrl,
    /// No such time zone.
    #[error("a time zone is written like America/New_York")]
    TimeZone,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a>(Page<'a>);

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a>(Page<'a>);

#[derive(Clone, Copy)]
struct Page<'a> {
    brand: &'a str,
    subject: &'a str,
    name: &'a PersonName,
    body: &'a [String],
    link: Option<Link<'a>>,
    unexpected: &'a str,
}

#[derive(Clone, Copy)]
struct Link<'a> {
    label: &'a str,
    url: &'a str,
    until: Option<&'a str>,
}

impl Templates {
    /// Letters of this brand, with links below this address and times of this zone.
    ///
    /// # Errors
    ///
    /// [`TemplatesError`] when the address or the zone is not one.
    pub fn new(brand: &str, base_url: &str, time_zone: &str) -> Result<Self, TemplatesError> {
        let base_url = base_url.trim_end_matches('/');
        let host = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://"));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/[]%".contains(c);
        if !host.is_some_and(|host| !host.is_empty() && host.chars().all(plain)) {
            return Err(TemplatesError::BaseUrl);
        }
        let zone = TimeZone::get(time_zone).map_err(|_| TemplatesError::TimeZone)?;
        Ok(Self { brand: brand.to_owned(), base_url: base_url.to_owned(), zone })
    }

    /// Like `Jun 9, 2026, 3:04 PM EDT`.
    fn moment(&self, time: Time) -> String {
        let Ok(time) = Timestamp::from_microsecond(time.micros()) else { return String::new() };
        time.to_zoned(self.zone.clone()).strftime("%b %-d, %Y, %-I:%M %p %Z").to_string()
    }

    fn url(&self, action: &Action) -> String {
        format!("{}{}", self.base_url, action.path)
    }
}

impl Composer for Templates {
    fn compose(&self, notice: NoticeId, to: &Email, occasion: &Occasion) -> Letter {
        let words = words(&self.brand, occasion);
        let url = words.action.as_ref().map(|action| self.url(action)).unwrap_or_default();
        let until = words.action.as_ref().and_then(|action| action.until).map(|time| self.moment(time));
        let link = words.action.as_ref().map(|a| Link { label: a.label, url: &url, until: until.as_deref() });
        let page = Page {
            brand: &self.brand,
            subject: &words.subject,
            name: &words.name,
            body: &words.body,
            link,
            unexpected: words.unexpected,
        };
        Letter { notice, to: to.clone(), text: set(&Text(page)), html: set(&Html(page)), subject: words.subject }
    }
}

fn set(template: &(impl Template + ?Sized)) -> String {
    template.render().expect("writing to memory does not fail")
}
