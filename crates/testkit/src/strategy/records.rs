use practice_domain::account::{Account, Terms};
use practice_domain::challenge::{Challenge, Delivery};
use practice_domain::channel::Channel;
use practice_domain::commit::{Record, Replay};
use practice_domain::email_change::{ChangeState, EmailChange};
use practice_domain::event::Event;
use practice_domain::invitation::{Invitation, InvitationState};
use practice_domain::member::Member;
use practice_domain::notice::{About, AccountNews, Notice, SupportAct};
use practice_domain::passkey::{Asked, Ceremony, Credential, Handle, Passkey, Passkeys, Purpose};
use practice_domain::person::Person;
use practice_domain::port::SealedSecret;
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::{Registration, Step};
use practice_domain::second_factor::{FactorState, SecondFactor};
use practice_domain::session::{Half, Session, Stage};
use practice_domain::value::{PasskeyName, PasswordHash, PracticeName, TimeZone, Version};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::strategy::billing::{billing_news, billing_record};
use crate::strategy::{
    code_word, email, employee, enrolment, kind, mail_state, password_link, password_run, person_name, phone, phones,
    placement, policy, product, role, role_definition, tier, time,
};

/// One of the six ids of the universe, as any kind of id.
pub(super) fn id<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..=6_u128).prop_map(|n| Uuid::from_u128(n).into())
}

/// One of the three ids whose practice, account and invitation the universe starts with.
pub(super) fn known<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..=3_u128).prop_map(|n| Uuid::from_u128(n).into())
}

pub(super) fn digest() -> impl Strategy<Value = [u8; 32]> {
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
    (id(), version(), name, of(phone()), policy(), 0..3_u32, time()).prop_map(
        |(id, version, name, phone, policy, user_managers, created_at)| Practice {
            id,
            version,
            name,
            phone,
            policy,
            user_managers,
            created_at,
        },
    )
}

/// Accounts.
pub fn account() -> impl Strategy<Value = Account> {
    let hash = || select(vec!["plain:a", "old:b"]).prop_map(|text| PasswordHash::new(text.to_owned()));
    let zone = select(vec!["UTC", "America/Los_Angeles"]).prop_filter_map("a zone", |name| TimeZone::parse(name).ok());
    let who = (id(), version(), email(), person_name(), phones(), of(zone));
    let password = (hash(), time(), vec(hash(), 0..3), any::<bool>());
    (who, password, (of(phone()), terms(), of(known()), time())).prop_map(|(who, password, rest)| {
        let (id, version, email, name, phones, time_zone) = who;
        let (password, password_set_at, former, compromised) = password;
        let (proven, terms, home, registered_at) = rest;
        Account {
            id,
            version,
            email,
            name,
            phones,
            proven,
            password,
            password_set_at,
            former,
            compromised,
            time_zone,
            terms,
            home,
            registered_at,
        }
    })
}

/// Second factors, in every state.
pub fn second_factor() -> impl Strategy<Value = SecondFactor> {
    let secret = || vec(any::<u8>(), 0..4).prop_map(SealedSecret);
    let state = prop_oneof![
        1 => Just(FactorState::Off),
        1 => (secret(), time()).prop_map(|(secret, since)| FactorState::Pending { secret, since }),
        2 => (secret(), 0..9_u64, vec(digest(), 0..4), passkeys(), time()).prop_map(
            |(secret, last_step, recovery, passkeys, since)| FactorState::On { secret, last_step, recovery, passkeys, since },
        ),
    ];
    (known(), version(), state).prop_map(|(account, version, state)| SecondFactor { account, version, state })
}

fn passkeys() -> impl Strategy<Value = Passkeys> {
    let name =
        || select(vec!["Phone", "Łuk's \"key\""]).prop_filter_map("a name", |name| PasskeyName::parse(name).ok());
    let key = (id(), name(), vec(any::<u8>(), 1..20), (any::<u32>(), time(), of(time()))).prop_map(
        |(id, name, handle, (counter, added_at, used_at))| Passkey {
            id,
            name,
            handle: Handle(handle),
            credential: Credential("{\"key\":\"ü\"}".to_owned()),
            counter,
            added_at,
            used_at,
        },
    );
    let ceremony = (id(), of(name()), time()).prop_map(|(session, name, begun_at)| Ceremony {
        session,
        purpose: name.map_or(Purpose::Use, Purpose::Add),
        asked: Asked("{\"challenge\":\"…\"}".to_owned()),
        begun_at,
    });
    (vec(key, 0..3), vec(ceremony, 0..3)).prop_map(|(kept, ceremonies)| Passkeys { kept, ceremonies })
}

/// Changes of address, open and done.
pub fn email_change() -> impl Strategy<Value = EmailChange> {
    let state = prop_oneof![
        time().prop_map(|expires_at| ChangeState::Open { expires_at }),
        (time(), email()).prop_map(|(at, from)| ChangeState::Done { at, from }),
    ];
    (known(), version(), 1..9_u32, email(), state).prop_map(|(account, version, serial, to, state)| EmailChange {
        account,
        version,
        serial,
        to,
        state,
    })
}

/// Places in practices.
pub fn member() -> impl Strategy<Value = Member> {
    let what = ((kind(), role(), any::<bool>(), tier()), (any::<bool>(), of(time())));
    ((id(), version(), known(), known()), what, of(known()), time(), time()).prop_map(
        |((id, version, practice, account), what, invitation, invited_at, joined_at)| {
            let ((kind, role, user_manager, tier), (active, until)) = what;
            Member {
                id,
                version,
                practice,
                account,
                kind,
                role,
                user_manager,
                tier,
                invitation,
                invited_at,
                joined_at,
                active,
                until,
            }
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
    let half = (any::<bool>(), 0..6_u8, any::<bool>())
        .prop_map(|(enrols, wrong, known)| Stage::Half(Half { enrols, wrong, known }));
    let stage = prop_oneof![
        3 => any::<bool>().prop_map(|second_factor| Stage::Whole { second_factor }),
        1 => half,
    ];
    ((id(), version(), digest(), known(), of(known()), id()), "[A-Z é]{0,5}", times, stage).prop_map(
        |((id, version, cookie, account, practice, device), agent, times, stage)| {
            let (started_at, proved_at, seen_at, ended_at) = times;
            Session {
                id,
                version,
                cookie,
                account,
                practice,
                device,
                agent,
                started_at,
                proved_at,
                seen_at,
                ended_at,
                stage,
            }
        },
    )
}

/// Any record.
pub fn record() -> impl Strategy<Value = Record> {
    let api_key = (id(), version(), digest(), known(), product(), time(), of(time())).prop_map(
        |(id, version, digest, practice, product, created_at, revoked_at)| ApiKey {
            id,
            version,
            digest,
            practice,
            product,
            created_at,
            revoked_at,
        },
    );
    let replay =
        (digest(), digest(), id(), time()).prop_map(|(key, request, created, at)| Replay { key, request, created, at });
    prop_oneof![
        1 => practice().prop_map(Record::from),
        1 => account().prop_map(Record::from),
        1 => second_factor().prop_map(Record::from),
        1 => email_change().prop_map(Record::from),
        1 => member().prop_map(Record::from),
        1 => role_definition().prop_map(Record::from),
        1 => invitation().prop_map(Record::from),
        1 => registration().prop_map(Record::from),
        1 => employee().prop_map(Record::from),
        1 => password_link().prop_map(Record::from),
        1 => password_run().prop_map(Record::from),
        1 => code_word().prop_map(Record::from),
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

fn news() -> impl Strategy<Value = AccountNews> {
    prop_oneof![
        Just(AccountNews::PasswordChanged),
        Just(AccountNews::SecondFactorChanged),
        (1..9_u32).prop_map(|serial| AccountNews::EmailChange { serial }),
        (1..9_u32).prop_map(|serial| AccountNews::EmailChanged { serial }),
    ]
}

fn event() -> impl Strategy<Value = About> {
    let key = select(Event::CODES.into_iter().chain(["member.end-reached"]).collect::<Vec<_>>());
    (product(), known(), key, id::<Uuid>(), 0..3_u32).prop_filter_map(
        "an event",
        |(to, practice, key, subject, tier)| {
            Event::with_key(key, subject, Some(tier)).map(|event| About::Event { to, practice, event })
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
        1 => (id(), 1..4_u32).prop_map(|(link, generation)| About::PasswordLink { link, generation }),
        1 => (id(), 1..4_u32).prop_map(|(link, serial)| About::CodeWord { link, serial }),
        1 => known().prop_map(|account| About::Locked { account }),
        1 => known().prop_map(|account| About::LockToTell { account }),
        1 => known().prop_map(|account| About::Unlocked { account }),
        1 => (known(), known()).prop_map(|(account, practice)| About::CodeWordsPaused { account, practice }),
        1 => (known(), known()).prop_map(|(account, practice)| About::SessionsEnded { account, practice }),
        1 => (known(), news()).prop_map(|(account, news)| About::Account { account, news }),
        1 => (known(), known()).prop_map(|(account, practice)| About::UserManagersChanged { account, practice }),
        1 => (known(), known()).prop_map(|(account, practice)| About::TwoStepChanged { account, practice }),
        1 => (known(), known(), select(SupportAct::ALL.to_vec()))
            .prop_map(|(account, practice, act)| About::Support { account, practice, act }),
        1 => billing_news().prop_map(About::Billing),
        2 => event(),
    ];
    ((1..=20_u128).prop_map(|n| Uuid::from_u128(n).into()), about, time(), time())
        .prop_map(|(id, about, ordered_at, expires_at)| Notice { id, about, ordered_at, expires_at })
}
