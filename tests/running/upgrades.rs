//! F-33: a later version has brought the tables up to date, and servers of this one work beside it. There is no later version yet, so a
//! migration stands for it that does whatever one may do that only adds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::cuts::invite;
use crate::instances::{MANAGER, Pair, link_from, ready};
use crate::rolling::work;
use crate::visitor::Visitor;

/// Two servers go on while the tables change under them, one of them is started anew on the new ones, and both do whatever is asked. When
/// a later migration takes something away, none is started any more, and it says why.
#[tokio::test(flavor = "multi_thread")]
async fn servers_work_beside_the_tables_of_a_later_version() {
    let mut pair = Pair::start();
    let told = [pair.servers[0].told("Practice id:"), pair.servers[0].told("API key (TruForm):")];
    let over = Arc::new(AtomicBool::new(false));
    let mut people = JoinSet::new();
    for person in 0..4 {
        let (base, told, over) = (pair.base(person).to_owned(), told.clone(), over.clone());
        people.spawn(async move {
            let (browser, mut done, mut failed) = (Visitor::new(&base), 0, Vec::new());
            while !over.load(Ordering::SeqCst) {
                failed.extend(work(&browser, &base, &told, person, done).await.err());
                done += 1;
            }
            (done, failed)
        });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    for part in [COLUMNS, NOTICES] {
        pair.cluster.sql("portal_0", part);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    over.store(true, Ordering::SeqCst);
    for (done, failed) in people.join_all().await {
        assert_eq!(failed, Vec::<String>::new(), "of {done}");
        assert!(done > 1, "nobody was at work");
    }

    pair.servers[1].kill();
    pair.servers[1].start_again();
    assert!(pair.servers[1].log().contains("the database is of a later version"));
    for n in 0..2 {
        let (base, email) = (pair.base(n).to_owned(), format!("beside-{n}@mail.example"));
        let browser = Visitor::new(&base);
        assert!(browser.sign_in(MANAGER, "harbor lamp seventeen").await);
        let answer = invite(&base, (&told[0], &told[1]), &email, &email).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED);
        for path in ["/manage?q=beside", "/dashboard", "/profile", "/settings/audit", "/settings/user-accounts"] {
            assert_eq!(browser.get(path).await.0, StatusCode::OK, "{path}");
        }
        // What a later version has ordered stands before it in the queue, and does not hold it up.
        link_from(&pair.servers, &email, "/register/").await;
    }
    let left = "SELECT count(*) FROM notice WHERE about = 'later' AND outcome IS NULL";
    assert_eq!(pair.cluster.sql("portal_0", left), ORDERED.to_string());
    pair.verify_audit();

    pair.cluster.sql("portal_0", TAKEN_AWAY);
    assert_eq!(ready(pair.base(0)).await, 200, "whoever runs goes on");
    let refused = pair.servers[1].command(&["serve"]);
    assert_eq!(refused.status.code(), Some(4));
    let why = String::from_utf8_lossy(&refused.stderr);
    assert!(why.contains("the database is of a later version, which this one cannot work beside any more"), "{why}");
}

/// A column in each table that must not be null, one table after the other.
const COLUMNS: &str = "
    DO $$ DECLARE one text; BEGIN
        FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' LOOP
            EXECUTE format('ALTER TABLE %I ADD COLUMN later text NOT NULL DEFAULT ''new''', one);
            COMMIT;
        END LOOP;
    END $$";

/// A table, a kind of notices that this version does not know, and many of them.
const NOTICES: &str = "
    CREATE TABLE later (practice uuid, id uuid, PRIMARY KEY (practice, id));
    ALTER TABLE notice DROP CONSTRAINT notice_about_check;
    INSERT INTO notice (id, about, subject, ordered_at, expires_at, due_at)
        SELECT gen_random_uuid(), 'later', gen_random_uuid(), 1, 4000000000000000, n FROM generate_series(1, 40) AS n;
    INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'later', true, '', 0)";

/// How many notices [`NOTICES`] orders: more than a worker takes at once.
const ORDERED: u32 = 40;

/// As a migration says that older servers cannot live with.
const TAKEN_AWAY: &str =
    "CREATE OR REPLACE FUNCTION oldest_migration() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 9999::bigint'";
