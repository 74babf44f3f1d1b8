use practice_domain::account::{Account, Terms};
use practice_domain::challenge::{Challenge, Delivery};
use practice_domain::channel::Channel;
use practice_domain::commit::{Record, Replay};
use practice_domain::invitation::{Invitation, InvitationState};
use practice_domain::member::Member;
use practice_domain::notice::{About, Notice};
use practice_domain::person::Person;
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::{Registration, Step};
use practice_domain::session::Session;
use practice_domain::value::{PasswordHash, PracticeName, Version};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::strategy::billing::{billing_news, billing_record};
use crate::strategy::{
    email, enrolment, kind, mail_state, person_name, phone, phones, placement, preset, product, role, tier, time,
    two_step,
};

/// One of the six ids of the universe, as any kind of id.
pub(super) fn id<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..=6_u128).prop_map(|n| Uuid::from_u128(n).into())
}

/// One of the three ids whose practice, account and invitation the universe starts with.
pub(super) fn known<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..=3_u128).prop_map(|n| Uuid::from_u128(n).into())
}

fn digest() -> impl Strategy<Value = [u8; 32]> {
    (1..=6_u8).prop_map(|n| [n; 32])
}

pub(super) fn version() -> impl Strategy<Value = Version> {
    prop_oneof![6 => Just(0), 3 => Just(1), 1 => Just(2)].prop_map(Version)
}

fn terms() -> impl Strategy<Value = Terms> {
    (select(vec!["2026-05-04", "2027-01-01"]), time())
        .prop_map(|(version, accepted_at)| Terms { version: version.to_owned(), accepted_at })
}

/// Practices.
pub fn practice() -> impl Strategy<Value = Practice> {
    let name = select(vec!["Bright Smile", "Łódź Dental"]).prop_filter_map("a name", |n| PracticeName::parse(n).ok());
    (id(), version(), name, of(phone()), preset(), two_step(), 0..3_u32, time()).prop_map(
        |(id, version, name, phone, preset, two_step, user_managers, created_at)| Practice {
            id,
            version,
            name,
            phone,
            preset,
            two_step,
            user_managers,
            created_at,
        },
    )
}

/// Accounts.
pub fn account() -> impl Strategy<Value = Account> {
    let password = select(vec!["plain:a", "old:b"]).prop_map(|text| PasswordHash::new(text.to_owned()));
    ((id(), version(), email(), person_name(), phones()), (of(phone()), password, terms(), of(known()), time()))
        .prop_map(|((id, version, email, name, phones), (proven, password, terms, home, registered_at))| Account {
            id,
            version,
            email,
            name,
            phones,
            proven,
            password,
            terms,
            home,
            registered_at,
        })
}

/// Places in practices.
pub fn member() -> impl Strategy<Value = Member> {
    let what = (kind(), role(), any::<bool>(), tier());
    ((id(), version(), known(), known()), what, of(known()), time(), time()).prop_map(
        |((id, version, practice, account), (kind, role, user_manager, tier), invitation, invited_at, joined_at)| {
            Member { id, version, practice, account, kind, role, user_manager, tier, invitation, invited_at, joined_at }
        },
    )
}

/// Invitations, in every state.
pub fn invitation() -> impl Strategy<Value = Invitation> {
    let state = prop_oneof![
        3 => (time(), time()).prop_map(|(sent_at, expires_at)| InvitationState::Open { sent_at, expires_at }),
        1 => (time(), known()).prop_map(|(at, account)| InvitationState::Accepted { at, account }),
        1 => time().prop_map(|at| InvitationState::Withdrawn { at }),
        1 => time().prop_map(|at| InvitationState::Superseded { at }),
    ];
    let channel =
        (product(), placement(), kind()).prop_map(|(product, placement, kind)| Channel { product, placement, kind });
    ((id(), version(), known(), of(known()), channel), (email(), person_name(), phones(), 1..4_u32, time(), state))
        .prop_map(
            |((id, version, practice, inviter, channel), (email, name, phones, generation, created_at, state))| {
                Invitation {
                    id,
                    version,
                    practice,
                    inviter,
                    channel,
                    email,
                    name,
                    phones,
                    generation,
                    created_at,
                    state,
                }
            },
        )
}

/// Registrations, at every step.
pub fn registration() -> impl Strategy<Value = Registration> {
    let delivery = select(vec![Delivery::Text, Delivery::Call]);
    let challenge = (1..9_u32, delivery, phone(), time(), time(), 0..6_u8).prop_map(
        |(serial, delivery, to, sent_at, expires_at, tries_left)| Challenge {
            serial,
            delivery,
            to,
            sent_at,
            expires_at,
            tries_left,
        },
    );
    let step = prop_oneof![
        Just(Step::Phones),
        Just(Step::Delivery),
        challenge.prop_map(Step::Code),
        of(phone()).prop_map(|proven| Step::Terms { proven }),
        (of(phone()), terms()).prop_map(|(proven, terms)| Step::Password { proven, terms }),
        known().prop_map(|account| Step::Done { account }),
    ];
    let what = (any::<bool>(), phones(), 0..9_u32, of(time()), 0..11_u8, step, time());
    ((id(), version(), known(), 1..4_u32, known(), digest()), what).prop_map(
        |((id, version, invitation, generation, practice, cookie), what)| {
            let (two_step, phones, codes_sent, code_sent_at, wrong_codes, step, expires_at) = what;
            Registration {
                id,
                version,
                invitation,
                generation,
                practice,
                cookie,
                two_step,
                phones,
                codes_sent,
                code_sent_at,
                wrong_codes,
                step,
                expires_at,
            }
        },
    )
}

/// Sessions, live and over.
pub fn session() -> impl Strategy<Value = Session> {
    let times = (time(), time(), time(), of(time()));
    ((id(), version(), digest(), known(), of(known()), id()), "[A-Z é]{0,5}", times).prop_map(
        |((id, version, cookie, account, practice, device), agent, (started_at, proved_at, seen_at, ended_at))| {
            Session { id, version, cookie, account, practice, device, agent, started_at, proved_at, seen_at, ended_at }
        },
    )
}

/// Any record.
pub fn record() -> impl Strategy<Value = Record> {
    let api_key = (id(), digest(), known(), product(), time())
        .prop_map(|(id, digest, practice, product, created_at)| ApiKey { id, digest, practice, product, created_at });
    let replay =
        (digest(), digest(), id(), time()).prop_map(|(key, request, created, at)| Replay { key, request, created, at });
    prop_oneof![
        1 => practice().prop_map(Record::from),
        1 => account().prop_map(Record::from),
        1 => member().prop_map(Record::from),
        1 => invitation().prop_map(Record::from),
        1 => registration().prop_map(Record::from),
        1 => session().prop_map(Record::from),
        1 => api_key.prop_map(Record::from),
        3 => billing_record(),
        1 => replay.prop_map(Record::from),
    ]
}

/// Rows of the list.
pub fn person() -> impl Strategy<Value = Person> {
    let who = (known(), id(), of(known()), person_name(), email());
    let what = (kind(), placement(), time(), of(time()), enrolment(), tier());
    (who, what, any::<bool>(), any::<bool>(), mail_state()).prop_map(
        |((practice, id, account, name, email), what, locked, user_manager, mail)| {
            let (kind, placement, invited_at, active_at, standing, tier) = what;
            Person {
                practice,
                id,
                account,
                name,
                email,
                kind,
                placement,
                invited_at,
                active_at,
                standing,
                tier,
                locked,
                user_manager,
                mail,
            }
        },
    )
}

/// Notices about everything.
pub fn notice() -> impl Strategy<Value = Notice> {
    let about = prop_oneof![
        4 => (id(), 1..4_u32).prop_map(|(invitation, generation)| About::Invitation { invitation, generation }),
        1 => (known(), known(), product())
            .prop_map(|(account, practice, product)| About::PlainNotice { account, practice, product }),
        1 => (id(), 1..9_u32).prop_map(|(registration, serial)| About::SecretCode { registration, serial }),
        1 => known().prop_map(|account| About::Locked { account }),
        1 => known().prop_map(|account| About::Unlocked { account }),
        1 => (known(), known()).prop_map(|(account, practice)| About::UserManagersChanged { account, practice }),
        1 => billing_news().prop_map(About::Billing),
    ];
    ((1..=20_u128).prop_map(|n| Uuid::from_u128(n).into()), about, time(), time())
        .prop_map(|(id, about, ordered_at, expires_at)| Notice { id, about, ordered_at, expires_at })
}
