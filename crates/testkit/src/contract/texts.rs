//! What is observed of texts: who wants none, and what became of each.

use std::time::Duration;

use practice_domain::notice::About;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{Digest, NoticeId, Time};

use crate::contract::samples::{NOON, commit, id, notice};
use crate::contract::{Harness, Stores};

/// `WH-06`: a number that told us to stop is remembered until it tells us to go on; what was told later counts, in whatever order it
/// becomes known, and each number for itself.
pub async fn a_number_that_wants_no_texts_is_remembered(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let (one, other) = ([1; 32], [2; 32]);
    let later = |seconds| NOON.plus(Duration::from_secs(seconds));
    assert_eq!(stopped(&stores, &one).await, None);
    note(&stores, &one, Texts::Stopped, later(10)).await;
    assert_eq!((stopped(&stores, &one).await, stopped(&stores, &other).await), (Some(later(10)), None));
    note(&stores, &one, Texts::Wanted, NOON).await;
    assert_eq!(stopped(&stores, &one).await, Some(later(10)), "an older wish");
    note(&stores, &one, Texts::Wanted, later(20)).await;
    assert_eq!(stopped(&stores, &one).await, None);
    note(&stores, &one, Texts::Stopped, later(30)).await;
    note(&stores, &one, Texts::Stopped, later(40)).await;
    assert_eq!(stopped(&stores, &one).await, Some(later(40)));
}

/// `F-27`: of all that is reported of a text, what is known best stays; a letter, or a notice that never was, has no fate.
pub async fn the_fate_of_a_text_is_what_is_known_best(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let (code, word) = (Awaited::SecretCode(id(1), 3), Awaited::CodeWord(id(1), 3));
    let ordered = commit()
        .notify(notice(1, About::SecretCode { registration: id(1), serial: 3 }))
        .notify(notice(2, About::CodeWord { link: id(1), serial: 3 }))
        .notify(notice(3, About::PasswordLink { link: id(1), generation: 3 }));
    stores.accept(ordered).await;
    assert_eq!(fate(&stores, code).await, None);
    for (reported, known) in [
        (TextFate::Sent, TextFate::Sent),
        (TextFate::Failed, TextFate::Failed),
        (TextFate::Sent, TextFate::Failed),
        (TextFate::Delivered, TextFate::Delivered),
        (TextFate::Failed, TextFate::Delivered),
    ] {
        for _ in 0..2 {
            report(&stores, 1, reported).await;
            assert_eq!(fate(&stores, code).await, Some(known), "{reported:?}");
        }
    }
    assert_eq!(fate(&stores, word).await, None, "another text");
    report(&stores, 2, TextFate::Failed).await;
    assert_eq!(fate(&stores, word).await, Some(TextFate::Failed));
    assert_eq!(fate(&stores, Awaited::SecretCode(id(1), 4)).await, None, "another code");
    report(&stores, 3, TextFate::Failed).await;
    report(&stores, 9, TextFate::Failed).await;
}

async fn note(stores: &Stores, number: &Digest, texts: Texts, at: Time) {
    stores.store.note_texts(number, texts, at).await.unwrap_or_else(|fault| panic!("{fault:?}"));
}

async fn stopped(stores: &Stores, number: &Digest) -> Option<Time> {
    stores.store.texts_stopped(number).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn report(stores: &Stores, notice: u128, fate: TextFate) {
    stores.store.note_text(id::<NoticeId>(notice), fate).await.unwrap_or_else(|fault| panic!("{fault:?}"));
}

async fn fate(stores: &Stores, of: Awaited) -> Option<TextFate> {
    stores.store.text_fate(of).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}
