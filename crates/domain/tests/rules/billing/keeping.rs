//! What an operator does with everything that is kept: it comes from a backup or from another store, and goes on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::access::Operator;
use practice_domain::commit::Commit;
use practice_domain::notice::Notice;
use practice_domain::port::{Archive, Arrival, ArrivalError, Batch, Clock, Ending, Fault, Life, Stage, Take};
use practice_domain::usecase::{
    MoveStoreError, ReleaseOutbox, ReleaseOutboxError, Released, RestoreStoreError, moved_store, release_outbox,
    restored_store,
};
use practice_domain::value::{NoticeId, Time};
use practice_testkit::fakes::Mood;
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::billing::shop::{ANN, BO, BOSS, MONTH, Shop};
use crate::world::MINUTE;
use crate::world::interleave::run;

/// Keeps how rows that came have ended.
#[derive(Default)]
struct Came(Arc<Mutex<Vec<Ending>>>);

#[async_trait]
impl Arrival for Came {
    fn kept(&self, _: &str) -> u64 {
        0
    }

    async fn add(&mut self, _: &Batch) -> Result<(), ArrivalError> {
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), Fault> {
        Ok(())
    }

    async fn end(self: Box<Self>, ending: &Ending) -> Result<(), Fault> {
        self.0.lock().expect("nobody panicked").push(ending.clone());
        Ok(())
    }
}

/// A store that was restored, and in which nothing waits.
struct Restored {
    life: Life,
    released: Mutex<Vec<Commit>>,
}

#[async_trait]
impl Archive for Restored {
    async fn life(&self) -> Result<Life, Fault> {
        Ok(self.life)
    }

    async fn hand_over(&self, _: &mut dyn Take) -> Result<(), Fault> {
        Ok(())
    }

    async fn leave(&self, _: &mut dyn Take) -> Result<(), Fault> {
        Ok(())
    }

    async fn arrival(&self, _: Option<Uuid>) -> Result<Box<dyn Arrival>, ArrivalError> {
        Ok(Box::<Came>::default())
    }

    async fn waiting(&self) -> Result<Vec<Notice>, Fault> {
        Ok(Vec::new())
    }

    async fn release(&self, _: &[NoticeId], commit: &Commit, _: Time) -> Result<bool, Fault> {
        self.released.lock().expect("nobody panicked").push(commit.clone());
        Ok(true)
    }
}

fn silent() -> Operator {
    Operator::at_the_command_line("casey".to_owned(), None)
}

fn life(held_since: Option<Time>) -> Life {
    Life { id: Uuid::from_u128(1), epoch: None, held_since, stage: Stage::Whole }
}

/// The code of what a commit records.
fn recorded(commit: &Commit) -> &'static str {
    commit.entries()[0].fact.code()
}

/// BK-02, section 13: rows that came end with a reason, which is recorded in the same commit.
#[test]
fn what_came_goes_on_with_a_reason() {
    let shop = Shop::open();
    let (ports, clock) = (&shop.world.ports, &*shop.world.clock as &dyn Clock);
    let ended = Arc::new(Mutex::new(Vec::new()));
    let came = || Box::new(Came(Arc::clone(&ended)));
    let restored = |who: &Operator| run(restored_store(ports, came(), who, shop.world.now(), 7));
    assert!(matches!(restored(&silent()), Err(RestoreStoreError::NoReason)));
    restored(&operator()).expect("restored");
    let moved = |who: &Operator| run(moved_store(clock, came(), who, life(None), 7));
    assert!(matches!(moved(&silent()), Err(MoveStoreError::NoReason)));
    moved(&operator()).expect("moved");
    let ended = ended.lock().expect("nobody panicked");
    let [Ending::Restored { commit: first, .. }, Ending::Moved { commit: Some(second), .. }] = &ended[..] else {
        panic!("{ended:?}")
    };
    assert_eq!([first, second].map(|commit| recorded(commit)), ["store.restored", "store.moved"]);
}

/// BK-02: nothing is released without a reason, where nothing is held, or before every order was compared with the provider; then it is,
/// and that is recorded.
#[test]
fn nothing_is_released_before_every_order_is_known() {
    let shop = Shop::open();
    for who in [ANN, BO] {
        shop.world.bank.next(Mood::LosesAnswer);
        shop.buy(BOSS, who, &[MONTH]);
    }
    let released = |held: Option<Time>, who: &Operator| -> (Result<Released, ReleaseOutboxError>, Vec<Commit>) {
        let archive = Restored { life: life(held), released: Mutex::default() };
        let cmd = ReleaseOutbox { within: Duration::from_secs(3600) };
        let answer = run(release_outbox(&shop.world.ports, &archive, &*shop.world.memory, who, cmd));
        (answer, archive.released.into_inner().expect("nobody panicked"))
    };
    let held = Some(shop.world.now());
    assert!(matches!(released(held, &silent()).0, Err(ReleaseOutboxError::NoReason)));
    assert!(matches!(released(None, &operator()).0, Err(ReleaseOutboxError::NotHeld)));
    let (refused, commits) = released(held, &operator());
    assert!(matches!(refused, Err(ReleaseOutboxError::NotCompared(2))), "{refused:?}");
    assert!(commits.is_empty());
    shop.world.later(5 * MINUTE);
    shop.reconcile();
    let (answer, commits) = released(held, &operator());
    assert_eq!(answer.expect("released"), Released::default());
    assert_eq!(commits.iter().map(recorded).collect::<Vec<_>>(), ["outbox.released"]);
}
