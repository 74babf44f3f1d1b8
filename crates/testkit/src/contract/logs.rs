use practice_domain::fact::Log;
use practice_domain::port::Head;
use practice_domain::value::PracticeId;

use crate::contract::join::join;
use crate::contract::samples::{commit, entry, id};
use crate::contract::{Harness, Stores};

/// Each log counts from 1 without gaps, also when many commit at once, and each entry is sealed with the one before it.
pub async fn facts_are_numbered_and_sealed_per_log(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let logs = [Log::Platform, Log::Practice(id::<PracticeId>(1)), Log::Practice(id::<PracticeId>(2))];
    let commits: Vec<_> = (0..12)
        .map(|n| logs.iter().cycle().skip(n).take(1 + n % 4).fold(commit(), |commit, log| commit.and(entry(*log))))
        .collect();
    for answer in join(commits.iter().map(|commit| stores.store.commit(commit))).await {
        answer.unwrap_or_else(|error| panic!("{error:?}"));
    }
    let expected: usize = commits.iter().map(|commit| commit.entries().len()).sum::<usize>() + 1;
    let mut ends = Vec::new();
    for log in logs {
        ends.push(check(&stores, log).await);
    }
    assert_eq!(ends.iter().map(|end| end.number).sum::<u64>(), expected as u64);
    let heads = stores.reader.heads().await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(heads, ends);
}

/// Reads a log in small portions; says where it ends.
async fn check(stores: &Stores, log: Log) -> Head {
    let (mut number, mut before) = (0, [0; 32]);
    loop {
        let entries = stores.reader.entries(log, number + 1, 3).await.unwrap_or_else(|fault| panic!("{fault:?}"));
        for entry in &entries {
            number += 1;
            assert_eq!(entry.number, number);
            assert_eq!(entry.seal, stores.seal.seal(number, &before, &entry.text));
            before = entry.seal;
        }
        if entries.len() < 3 {
            return Head { log, number, seal: before };
        }
    }
}
