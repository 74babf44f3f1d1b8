//! From what the rules know to what pages print.

mod app_key;
mod billing;
mod calendar;
mod device;
mod flow;
mod imports;
mod people;
mod profile;
mod roles;
mod security;
mod staff;

use practice_domain::access::SignedIn;
use practice_domain::role::Permission;
use practice_domain::value;

pub(crate) use app_key::{app_key, app_key_again};
pub(crate) use billing::{card, money, per, plan, plan_hint};
pub(crate) use calendar::{Calendar, moment, rfc3339};
pub(crate) use device::session;
pub(crate) use flow::{delivery_options, password_rules, steps, terms, unmet};
pub(crate) use imports::{
    cells, counted_rows, import_kind, import_name, import_row, looks_like, problems_of, resembles, spoken,
};
pub(crate) use people::{counted, counts, kind_role, mail_delivery, row, standing, tier, who};
pub(crate) use profile::{details, time_zone, zones};
pub(crate) use roles::{Shown, permission_lines, role_line};
pub(crate) use security::{field_id, policy_advice, policy_sections, preset_name};
pub(crate) use staff::{account_state, called, employee_line, lifetime, role_name, user_line};

use crate::page::{Chrome, Nav, Phone, Sections, Support, Visitor};
use crate::site::Portal;

/// The frame of a page for somebody who is not signed in.
pub(crate) fn visitor(portal: &Portal, token: &str) -> Visitor {
    Visitor {
        brand: portal.settings.brand.clone(),
        support: support(portal),
        csrf: token.to_owned(),
        ..Visitor::default()
    }
}

/// The frame of a page for somebody who is signed in.
pub(crate) fn chrome(portal: &Portal, who: &SignedIn, here: Nav) -> Chrome {
    let name = match who.name().to_string() {
        name if name.is_empty() => who.email().to_string(),
        name => name,
    };
    Chrome {
        brand: portal.settings.brand.clone(),
        practice: who.place().map(|(practice, _)| practice.name.to_string()),
        support: support(portal),
        initials: initials(&name),
        name,
        email: who.email().to_string(),
        is_manager: who.is_user_manager(),
        elsewhere: who.has_elsewhere(),
        settings: sections(who),
        here,
        csrf: portal.ports.keys.form_token(&who.session().cookie),
        ..Chrome::default()
    }
}

/// The parts of Settings that somebody's role lets them see.
pub(crate) fn sections(who: &SignedIn) -> Sections {
    let has = |permission| who.permissions().has(permission);
    Sections {
        people: has(Permission::ViewUserAccounts),
        logins: has(Permission::EditUserAccounts),
        code_word: has(Permission::UseCodeWord),
        export: has(Permission::ExportPeople),
        security: has(Permission::ChangePolicy),
        audit: has(Permission::ReadAudit),
    }
}

/// A number that can be dialled.
pub(crate) fn phone(phone: &value::Phone) -> Phone {
    Phone { shown: phone.national(), dial: phone.e164().to_owned() }
}

fn support(portal: &Portal) -> Support {
    let number = portal.settings.support_phone.as_deref();
    let number = number.map(|text| match value::Phone::parse(text) {
        Ok(number) => phone(&number),
        Err(_) => {
            Phone { shown: text.to_owned(), dial: text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect() }
        }
    });
    Support { phone: number, email: None }
}

fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let ends = match words.as_slice() {
        [] => vec![],
        [only] => vec![only],
        [first, .., last] => vec![first, last],
    };
    ends.into_iter().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}
