//! Pages with realistic people on them.

mod account;
mod billing;
mod flow;
mod imports;
mod passwords;
mod people;
mod portal;
mod settings;

use crate::page::{Chrome, Nav, Phone, Problems, Sections, Support, Visitor, When};

/// The names that a person or a practice chose for themselves.
pub(super) struct Names {
    pub(super) practice: String,
    pub(super) last: String,
}

impl Names {
    /// Names as they are in life.
    pub(super) fn plain() -> Self {
        Self { practice: "Brightwater Family Dental".to_owned(), last: "Vega".to_owned() }
    }

    /// Names that try to run.
    pub(super) fn hostile() -> Self {
        Self {
            practice: "Bright<script>alert('name')</script>".to_owned(),
            last: "\"><script>alert('name')</script>".to_owned(),
        }
    }

    fn manager(&self) -> String {
        format!("Marisol {}", self.last)
    }

    fn visitor(&self) -> Visitor {
        Visitor {
            brand: "Practice Portal".to_owned(),
            practice: Some(self.practice.clone()),
            support: support(),
            csrf: "9f2c41d7".to_owned(),
            ..Visitor::default()
        }
    }

    fn visitor_told(&self, toast: &str) -> Visitor {
        Visitor { toast: Some(toast.to_owned()), ..self.visitor() }
    }

    fn visitor_refused(&self, field: &str, text: &str) -> Visitor {
        Visitor { problems: Problems::one(field, text), ..self.visitor() }
    }

    fn chrome(&self, here: Nav) -> Chrome {
        Chrome {
            brand: "Practice Portal".to_owned(),
            practice: Some(self.practice.clone()),
            support: support(),
            name: self.manager(),
            initials: "MV".to_owned(),
            email: "marisol@brightwater-dental.example".to_owned(),
            is_manager: true,
            settings: Sections {
                people: true,
                logins: true,
                code_word: true,
                export: true,
                security: true,
                audit: true,
            },
            here,
            csrf: "9f2c41d7".to_owned(),
            ..Chrome::default()
        }
    }
}

/// Every page in its important states, by the name of its file.
pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let mut pages = flow::all(names);
    pages.extend(passwords::all(names));
    pages.extend(account::all(names));
    pages.extend(portal::all(names));
    pages.extend(settings::all(names));
    pages.extend(billing::all(names));
    pages
}

fn support() -> Support {
    Support { phone: Some(phone("(555) 010-0100", "+15550100100")), email: Some("help@portal.example".to_owned()) }
}

fn phone(shown: &str, dial: &str) -> Phone {
    Phone { shown: shown.to_owned(), dial: dial.to_owned() }
}

fn when(text: &str, iso: &str) -> When {
    When { text: text.to_owned(), iso: iso.to_owned() }
}

fn text(words: &str) -> String {
    words.to_owned()
}
