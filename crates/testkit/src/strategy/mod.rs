//! Strategies for domain values, and for whole histories of a store over a small universe.

mod billing;
mod employees;
mod history;
mod policy;
mod records;
mod roles;

use practice_domain::channel::{Placement, Product};
use practice_domain::member::{Kind, Role, Tier};
use practice_domain::person::{Enrolment, MailState, Undeliverable};
use practice_domain::policy::Preset;
use practice_domain::value::{Email, PersonName, Phone, Phones, RoleId, Time};
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

pub use billing::{card, invoice, money, period, plan_option, purchase, quote, subscription, wallet};
pub use employees::{code_word, employee, password_link, password_run};
pub use history::{Step, commit, step};
pub use policy::{allowed, policy};
pub use records::{
    account, email_change, invitation, member, notice, person, practice, record, registration, second_factor, session,
};
pub use roles::{permissions, role_definition};

/// Addresses of a few people, some in two spellings.
pub fn email() -> impl Strategy<Value = Email> {
    let local = select(vec!["ann", "Ann", "bo.ng", "o'hara", "x_y", "100%", "renee"]);
    (local, select(vec!["example.com", "Example.COM", "bücher.example"]))
        .prop_filter_map("an address", |(local, domain)| Email::parse(&format!("{local}@{domain}")).ok())
}

/// Names of any length up to the limit, with and without accents, quotes and what search languages treat as their own.
pub fn person_name() -> impl Strategy<Value = PersonName> {
    let part = || {
        prop_oneof![
            3 => select(vec!["", "Ann", "ann", "Renée", "O’Hara", "Łódź", "100%", "a_b", "\"x\"", "AND", "中村", "Straße"])
                .prop_map(str::to_owned),
            1 => "[a-cA-C é'-]{0,6}",
            1 => "\\PC{0,8}",
        ]
    };
    (part(), part()).prop_filter_map("a name", |(first, last)| PersonName::parse(&first, &last).ok())
}

/// Numbers that exist.
pub fn phone() -> impl Strategy<Value = Phone> {
    select(vec!["+14155552671", "+12125550123", "+4930901820"])
        .prop_filter_map("a number", |text| Phone::parse(text).ok())
}

/// Both numbers, one, or none.
pub fn phones() -> impl Strategy<Value = Phones> {
    (proptest::option::of(phone()), proptest::option::of(phone()))
        .prop_map(|(cell, landline)| Phones { cell, landline })
}

/// Moments of an hour, so that many are equal.
pub fn time() -> impl Strategy<Value = Time> {
    (0..60_i64).prop_map(|minute| Time::from_micros(1_782_129_600_000_000 + minute * 60_000_000))
}

/// Kinds of people.
pub fn kind() -> impl Strategy<Value = Kind> {
    select(vec![Kind::Doctor, Kind::Staff, Kind::Patient])
}

/// Roles: the predefined ones, and two that may have been copied.
pub fn role() -> impl Strategy<Value = Role> {
    let copied = (1..=2_u128).prop_map(|n| Role::Copied(RoleId(Uuid::from_u128(n))));
    prop_oneof![4 => select(Role::PREDEFINED.to_vec()), 1 => copied]
}

/// Tiers.
pub fn tier() -> impl Strategy<Value = Tier> {
    select(vec![Tier::Free, Tier::Paid, Tier::PaidWithPlugin])
}

/// Products.
pub fn product() -> impl Strategy<Value = Product> {
    select(vec![Product::SecureMail, Product::TruForm, Product::Collaborator, Product::Operator])
}

/// Placements.
pub fn placement() -> impl Strategy<Value = Placement> {
    select(vec![Placement::InPractice, Placement::Outside])
}

/// Presets.
pub fn preset() -> impl Strategy<Value = Preset> {
    select(vec![Preset::Standard, Preset::Portal, Preset::Office, Preset::Strict])
}

/// How far a row has come.
pub fn enrolment() -> impl Strategy<Value = Enrolment> {
    select(vec![Enrolment::NotRegistered, Enrolment::Unproven, Enrolment::Proven])
}

/// How mails fare.
pub fn mail_state() -> impl Strategy<Value = MailState> {
    select(vec![
        MailState::Queued,
        MailState::Sent,
        MailState::Undeliverable(Undeliverable::Refused),
        MailState::Undeliverable(Undeliverable::GaveUp),
    ])
}
