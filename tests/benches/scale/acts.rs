//! Signing in and inviting, as the use cases do it, beside the statements that cannot be spared.

use std::sync::Arc;
use std::time::Instant;

use practice_domain::channel::{Catalogue, Placement, Product};
use practice_domain::fact::Origin;
use practice_domain::member::Kind;
use practice_domain::port::Entropy;
use practice_domain::usecase::{self, Entrance, InvitePerson, Platform, Ports, SignIn};
use practice_domain::value::{Email, Password, PersonName, Phones, PracticeId, Regions};
use practice_keyring::{Keyring, OsEntropy, SystemClock};
use practice_storage_postgres::Postgres;
use practice_testkit::fakes::PlainPasswords;
use practice_testkit::scene::operator;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::crowd::{PASSWORD, Somebody};
use super::{Cost, Times};

pub(super) async fn acts(
    store: &Arc<Postgres>,
    keyring: &Arc<Keyring>,
    conn: &mut PgConnection,
    practice: PracticeId,
    kept: &[Somebody],
) -> Vec<Cost> {
    let ports = ports(store, keyring);
    let people: Vec<&Somebody> = kept
        .iter()
        .filter(|one| one.person.practice == practice && one.place.is_some() && !one.person.locked)
        .collect();
    let manager = people.iter().find(|one| one.person.user_manager).expect("a User Manager").person.email.clone();
    vec![
        sign_in(&ports, conn, &people).await,
        session(&ports, conn, &people).await,
        invite(&ports, conn, practice, manager).await,
    ]
}

fn ports(store: &Arc<Postgres>, keyring: &Arc<Keyring>) -> Ports {
    let platform = Platform {
        brand: "Bench".to_owned(),
        catalogue: Catalogue::default(),
        terms: "1".to_owned(),
        regions: Regions::default(),
        listeners: Vec::new(),
    };
    Ports {
        store: store.clone(),
        reader: store.clone(),
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(OsEntropy),
        keys: keyring.clone(),
        passwords: Arc::new(PlainPasswords::default()),
        platform: Arc::new(platform),
    }
}

/// Everything but the hash: a password is kept as it is. By hand: the account is read, and a session is kept with its entry in the log.
async fn sign_in(ports: &Ports, conn: &mut PgConnection, people: &[&Somebody]) -> Cost {
    let (mut ours, mut bare) = (Times::default(), Times::default());
    for one in people.iter().cycle().take(ACTS) {
        let began = Instant::now();
        enter(ports, one).await;
        ours.note(began);
        let account = one.place.as_ref().expect("registered").0.id.0;
        let began = Instant::now();
        sqlx::query("SELECT * FROM account WHERE email_key = $1")
            .bind(one.person.email.normal())
            .fetch_one(&mut *conn)
            .await
            .expect("an account");
        let mut work = conn.begin().await.expect("a transaction");
        sqlx::query(SESSION)
            .bind(OsEntropy.id())
            .bind(OsEntropy.secret().to_vec())
            .bind(account)
            .bind(one.person.practice.0)
            .execute(&mut *work)
            .await
            .expect("kept");
        entry(&mut work, one.person.practice).await;
        work.commit().await.expect("kept");
        bare.note(began);
    }
    Cost::new("sign-in, without the hash".to_owned(), ours, bare)
}

/// What every page asks first. By hand: the session with its account and place.
async fn session(ports: &Ports, conn: &mut PgConnection, people: &[&Somebody]) -> Cost {
    let cookie = enter(ports, people[0]).await;
    let digest = ports.keys.digest(&cookie);
    let (mut ours, mut bare) = (Times::default(), Times::default());
    for _ in 0..ACTS {
        let began = Instant::now();
        assert!(ports.store.standing(&digest).await.expect("readable").is_some());
        ours.note(began);
        let began = Instant::now();
        sqlx::query(STANDING).bind(digest.to_vec()).fetch_one(&mut *conn).await.expect("a session");
        bare.note(began);
    }
    Cost::new("session check".to_owned(), ours, bare)
}

/// As a product invites. By hand: the invitation, the claim, the row of the list, the mail, the entry in the log, in one transaction.
async fn invite(ports: &Ports, conn: &mut PgConnection, practice: PracticeId, inviter: Email) -> Cost {
    let key = usecase::issue_api_key(ports, &operator(), practice, Product::SecureMail).await.expect("a key");
    let who =
        usecase::authenticate_product(ports, &key.secret, Origin::default()).await.expect("readable").expect("known");
    let (mut ours, mut bare) = (Times::default(), Times::default());
    for n in 0..ACTS {
        let email = Email::parse(&format!("newcomer.{n}@{}.example", practice.0)).expect("an address");
        let name = PersonName::parse("Nova", "Newcomer").expect("a name");
        let cmd = InvitePerson {
            inviter: inviter.clone(),
            email,
            kind: Kind::Patient,
            placement: Placement::Outside,
            name,
            phones: Phones::default(),
            idempotency: None,
        };
        let began = Instant::now();
        usecase::invite_person(ports, &who, cmd).await.expect("invited");
        ours.note(began);
        let (id, address) = (OsEntropy.id(), format!("by.hand.{n}@{}.example", practice.0));
        let began = Instant::now();
        let mut work = conn.begin().await.expect("a transaction");
        for sql in INVITATION {
            sqlx::query(sql).bind(id).bind(practice.0).bind(&address).execute(&mut *work).await.expect("kept");
        }
        entry(&mut work, practice).await;
        work.commit().await.expect("kept");
        bare.note(began);
    }
    Cost::new("invitation by a product".to_owned(), ours, bare)
}

async fn enter(ports: &Ports, one: &Somebody) -> [u8; 32] {
    let cmd = SignIn {
        email: one.person.email.clone(),
        password: Password::parse(PASSWORD).expect("short"),
        device: None,
        origin: Origin::default(),
        units: Vec::new(),
    };
    match usecase::sign_in(ports, cmd).await {
        Ok(Entrance::Whole(welcome)) => welcome.cookie,
        Ok(Entrance::Half(_)) => panic!("there is no second factor"),
        Err(why) => panic!("{why}"),
    }
}

/// An entry of a log that nobody verifies.
async fn entry(conn: &mut PgConnection, practice: PracticeId) {
    let log = Uuid::from_u128(practice.0.as_u128() | 1 << 100);
    sqlx::query(ENTRY).bind(log).execute(conn).await.expect("kept");
}

const ACTS: usize = 201;

const SESSION: &str =
    "INSERT INTO session (id, version, cookie, account, practice, device, agent, started_at, proved_at, seen_at,
        stage, second_factor, wrong_codes, known_device)
    VALUES ($1, 0, $2, $3, $4, $1, '', 0, 0, 0, 'whole', false, 0, false)";

const STANDING: &str = "SELECT s.*, a.*, p.*, m.* FROM session AS s JOIN account AS a ON a.id = s.account
    JOIN practice AS p ON p.id = s.practice JOIN member AS m ON m.practice = s.practice AND m.account = s.account
    WHERE s.cookie = $1";

const ENTRY: &str = "INSERT INTO audit (log, number, text, seal)
    SELECT $1, coalesce(max(number), 0) + 1, '{\"at\": 0}', sha256('') FROM audit WHERE log = $1";

const INVITATION: [&str; 4] = [
    "INSERT INTO invitation (id, version, practice, product, placement, kind, email, email_key, first_name, last_name, generation,
        created_at, state, state_at, expires_at)
    VALUES ($1, 0, $2, 'securemail', 'outside', 'patient', $3, $3, 'Nova', 'Newcomer', 1, 0, 'open', 0, 1)",
    "INSERT INTO claim (practice, kind, subject, owner) VALUES ($2, 'open-invitation', $3, $1)",
    "INSERT INTO person (practice, id, first_name, last_name, email, kind, placement, invited_at, standing, tier, locked, user_manager,
        mail, first_key, last_key, name_key, search_key)
    VALUES ($2, $1, 'Nova', 'Newcomer', $3, 'patient', 'outside', 0, 'not-registered', 'free', false, false, 'queued', 'nova',
        'newcomer', 'newcomer' || E'\\x01nova\\x01' || $3, E'nova\\nnewcomer\\n' || $3)",
    "INSERT INTO notice (id, about, subject, ordinal, ordered_at, expires_at, due_at)
    SELECT $1, 'invitation', $1, 1, 0, 1, 0 WHERE $2::uuid IS NOT NULL AND $3::text <> ''",
];
