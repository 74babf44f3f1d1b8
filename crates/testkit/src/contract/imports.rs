//! Uploaded files: their text, how far they have come, and who works on them (section 12).

use std::time::Duration;

use practice_domain::channel::Product;
use practice_domain::import::{Came, Content, Halt, Import, Stage};
use practice_domain::value::{ImportId, PracticeId, Time, Version};

use crate::contract::samples::{NOON, id};
use crate::contract::{Harness, Stores};

/// A file is read back with its plan and with what became of each row; an old version is not kept; a file that only waited gives way to
/// the next one of the same account, and one that is kept no longer is forgotten when somebody looks for work.
pub async fn a_file_is_kept_as_it_came_on(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let first = import(1, NOON);
    add(&stores, &first).await;
    assert_eq!(read(&stores, 1).await.as_ref(), Some(&first));
    assert_eq!(stores.store.import(id(9), id(1)).await.ok().flatten(), None, "another practice has no such file");
    let second = Import { content: Content::Invitations(Product::TruForm), ..import(2, NOON.next_day()) };
    add(&stores, &second).await;
    assert_eq!(read(&stores, 1).await, None, "it only waited");

    let going = second.go(vec![2, 3, 5], id(1), [9; 32]).unwrap_or_else(|why| panic!("{why}"));
    assert!(keep(&stores, &going, None).await);
    assert!(!keep(&stores, &going, None).await, "an old version");
    let refused = Came::Refused("too many invitations today".to_owned());
    let halfway = Import { version: Version(1), ..going }.note(Came::Created).note(refused);
    assert!(keep(&stores, &halfway, None).await);
    let stopped =
        Import { version: Version(2), ..halfway }.stop(Halt::NotAllowed).unwrap_or_else(|why| panic!("{why}"));
    assert!(keep(&stores, &stopped, None).await);
    let resumed = Import { version: Version(3), ..stopped }.go_on(id(2), [8; 32]).unwrap_or_else(|why| panic!("{why}"));
    assert!(keep(&stores, &resumed, None).await);
    let done = Import { version: Version(4), ..resumed }.note(Came::Changed);
    assert_eq!(done.stage, Stage::Done);
    assert!(keep(&stores, &done, None).await);
    add(&stores, &import(3, NOON.next_day())).await;
    assert_eq!(read(&stores, 2).await, Some(Import { version: Version(5), ..done }), "what was carried out stays");

    let day = Duration::from_secs(24 * 60 * 60);
    assert_eq!(lease(&stores, NOON.plus(Import::KEPT), NOON.plus(Import::KEPT + day)).await, None);
    assert!(read(&stores, 2).await.is_some(), "uploaded a day later");
    assert_eq!(lease(&stores, NOON.plus(Import::KEPT + day), NOON.plus(Import::KEPT + day * 2)).await, None);
    assert_eq!((read(&stores, 2).await, read(&stores, 3).await), (None, None), "kept long enough");
}

/// The oldest file that is under way is given out, to one worker, and no other of its practice until the lease ends or is given back.
pub async fn one_worker_has_a_practice_s_files(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let (minute, second) = (NOON.plus(Duration::from_secs(60)), NOON.plus(Duration::from_secs(1)));
    assert_eq!(lease(&stores, NOON, minute).await, None);
    for (n, at) in [(1, second), (2, NOON)] {
        let import = import(n, at);
        add(&stores, &import).await;
        let going = import.go(vec![2], id(1), [7; 32]).unwrap_or_else(|why| panic!("{why}"));
        assert!(keep(&stores, &going, None).await);
    }
    let leased = lease(&stores, NOON, minute).await.unwrap_or_else(|| panic!("there is one"));
    assert_eq!((leased.id, leased.version, leased.stage), (id(2), Version(2), Stage::Going));
    assert_eq!(lease(&stores, second, minute).await, None, "the other is of the same practice");
    let again = lease(&stores, minute, minute.next_day()).await.unwrap_or_else(|| panic!("the lease is over"));
    assert_eq!((again.id, again.version), (id(2), Version(3)));
    assert!(!keep(&stores, &leased.note(Came::Created), Some(minute)).await, "the first worker is too late");
    assert!(keep(&stores, &again.note(Came::Created), Some(minute.next_day())).await);
    let next = lease(&stores, minute, minute.next_day()).await.map(|next| next.id);
    assert_eq!(next, Some(id(1)), "a file that is done holds up no other");
}

fn import(n: u128, uploaded_at: Time) -> Import {
    Import {
        id: id(n),
        version: Version::default(),
        practice: id(1),
        account: id(1),
        cookie: [7; 32],
        content: Content::Employees,
        name: "staff.csv".to_owned(),
        text: "Last Name\r\n\"Lee\"\r\n".to_owned(),
        stage: Stage::Judged,
        plan: Vec::new(),
        done: Vec::new(),
        uploaded_at,
    }
}

async fn add(stores: &Stores, import: &Import) {
    stores.store.add_import(import).await.unwrap_or_else(|fault| panic!("{fault:?}"));
}

async fn keep(stores: &Stores, import: &Import, leased: Option<Time>) -> bool {
    stores.store.keep_import(import, leased).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn read(stores: &Stores, n: u128) -> Option<Import> {
    let practice: PracticeId = id(1);
    stores.store.import(practice, id::<ImportId>(n)).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn lease(stores: &Stores, now: Time, until: Time) -> Option<Import> {
    stores.store.lease_import(now, until).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}
