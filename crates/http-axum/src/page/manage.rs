//! Manage Account: the people of a practice.

use super::{
    Chrome, Dir, Link, PersonRow, Place, RoleFilter, SortKey, StatusFilter, TierFilter, TwoStepConfirm, TwoStepPanel,
};
use askama::Template;

/// `GET /manage`, and `GET /manage/two-step` with the question open over it.
#[derive(Template)]
#[template(path = "manage.html")]
pub struct ManagePage {
    /// The frame.
    pub chrome: Chrome,
    /// Search, filters, order and page, as the address gave them.
    pub place: Place,
    /// The 2-step switches as they stand.
    pub two_step: TwoStepPanel,
    /// The question before the switches change; opens as a dialog.
    pub confirm: Option<TwoStepConfirm>,
    /// The counts on the filter chips.
    pub counts: Counts,
    /// The people of this page of the list.
    pub people: Vec<PersonRow>,
    /// `63 people`, or `2 people match “lind”`.
    pub summary: String,
    /// The mark of the page before.
    pub previous: Option<String>,
    /// The mark of the page after.
    pub next: Option<String>,
    /// A product to invite people with; offered while the list is empty.
    pub invite: Option<Link>,
    /// The time zone of the times on the page: `Central Time`.
    pub time_zone: String,
}

/// The counts on the filter chips, ready to print: `63`, `10,000+`.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Everybody.
    pub all: String,
    /// Not registered.
    pub not_registered: String,
    /// Registered.
    pub registered: String,
    /// Registered, 2-step pending.
    pub two_step_pending: String,
    /// Registered, locked.
    pub locked: String,
}

/// A filter chip.
#[derive(Clone, Debug)]
pub struct Chip {
    /// The words.
    pub label: &'static str,
    /// How many people it leaves.
    pub count: String,
    /// Where a click leads.
    pub href: String,
    /// Whether it is chosen.
    pub current: bool,
}

/// A sortable heading of the list.
#[derive(Clone, Debug)]
pub struct Column {
    /// The words.
    pub label: &'static str,
    /// Where a click leads.
    pub href: String,
    /// The direction, on the column that the list is sorted by.
    pub sorted: Option<Dir>,
}

impl ManagePage {
    /// The seven sortable headings, from left to right.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let order = [
            SortKey::First,
            SortKey::Last,
            SortKey::Role,
            SortKey::Created,
            SortKey::Activity,
            SortKey::Status,
            SortKey::Tier,
        ];
        let column = |key: SortKey| Column {
            label: key.label(),
            href: self.place.sorted_by(key).href(),
            sorted: (self.place.sort == key).then_some(self.place.dir),
        };
        order.into_iter().map(column).collect()
    }

    /// The name of the page: what is searched for, and what the page is called.
    #[must_use]
    pub fn title(&self) -> String {
        if let Some(question) = &self.confirm {
            return format!("{} – Manage Account", question.question());
        }
        match (self.place.q.as_str(), self.people.is_empty()) {
            ("", _) => "Manage Account".to_owned(),
            (_, true) => "Search: no results – Manage Account".to_owned(),
            (q, false) => format!("Search: {q} – Manage Account"),
        }
    }

    /// Where the page before begins, if there is one.
    #[must_use]
    pub fn previous_href(&self) -> Option<String> {
        self.previous.as_deref().map(|mark| self.place.on_page(mark).href())
    }

    /// Where the page after begins, if there is one.
    #[must_use]
    pub fn next_href(&self) -> Option<String> {
        self.next.as_deref().map(|mark| self.place.on_page(mark).href())
    }

    /// Whether the practice has nobody to list at all.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.people.is_empty() && !self.place.is_narrowed() && self.place.page.is_none()
    }

    /// The filter chips, from left to right.
    #[must_use]
    pub fn chips(&self) -> Vec<Chip> {
        let chip = |status: StatusFilter| Chip {
            label: status.label(),
            count: self.counts.of(status).to_owned(),
            href: self.place.with_status(status).href(),
            current: self.place.status == status,
        };
        StatusFilter::all().map(chip).collect()
    }
}

impl Counts {
    fn of(&self, status: StatusFilter) -> &str {
        match status {
            StatusFilter::All => &self.all,
            StatusFilter::NotRegistered => &self.not_registered,
            StatusFilter::Registered => &self.registered,
            StatusFilter::TwoStepPending => &self.two_step_pending,
            StatusFilter::Locked => &self.locked,
        }
    }
}
