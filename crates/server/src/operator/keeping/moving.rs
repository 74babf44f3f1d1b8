use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::access::Operator;
use practice_domain::port::{Archive, Arrival, Batch, Datum, Fault, Stage, Take};
use practice_domain::usecase::moved_store;
use practice_keyring::{Keyring, SystemClock};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use crate::config::{Config, Database};
use crate::operator::audit;
use crate::storage::Storage;
use crate::trouble::Trouble;
use crate::wire::{Access, WireError};

/// Moves everything from one store to another, which goes on in its place. While it runs nobody writes to the first one; what was
/// interrupted goes on where it was; and nothing goes on in the second one before it is known to be the same.
pub(super) async fn run(config: &Config, from: &Database, to: &Database, who: &Operator) -> Result<String, Trouble> {
    let keyring = Arc::new(Keyring::parse(config.keys.expose_secret()).map_err(WireError::from)?);
    let source = Storage::open(from, keyring.clone(), Access::Alone).await?;
    let target = Storage::open(to, keyring.clone(), Access::Alone).await?;
    let told = carry(&source, &target, &keyring, who).await;
    source.close().await;
    target.close().await;
    told
}

async fn carry(source: &Storage, target: &Storage, keyring: &Keyring, who: &Operator) -> Result<String, Trouble> {
    let life = source.archive().life().await.map_err(Trouble::refused)?;
    println!("here: {}", audit::verify(&*source.reader(), keyring, BTreeMap::new()).await?);
    let arrival = target.archive().arrival(Some(life.id)).await.map_err(Trouble::refused)?;
    let resumes = arrival.kept("audit") > 0;
    if life.stage == Stage::Filling || (life.stage == Stage::Moved && !resumes) {
        return Err(Trouble::Wire(if life.stage == Stage::Moved { WireError::Moved } else { WireError::Unfinished }));
    }
    if resumes {
        println!("going on with what was interrupted");
    }
    let mut moving = Moving { arrival, target: target.archive(), sums: BTreeMap::new() };
    source.archive().leave(&mut moving).await.map_err(Trouble::refused)?;
    let rows = moving.sums.values().map(|sum| sum.rows).sum();
    moved_store(&SystemClock::default(), moving.arrival, who, life, rows).await.map_err(Trouble::refused)?;
    println!("there: {}", audit::verify(&*target.reader(), keyring, BTreeMap::new()).await?);
    Ok(format!(
        "{rows} rows moved, and compared. Serve the new database from now on; the old one is not served any more."
    ))
}

/// Brings rows over, and remembers what they were.
struct Moving {
    arrival: Box<dyn Arrival>,
    target: Arc<dyn Archive>,
    sums: BTreeMap<String, Sum>,
}

#[async_trait]
impl Take for Moving {
    async fn take(&mut self, mut batch: Batch) -> Result<(), Fault> {
        let sum = self.sums.entry(batch.table.clone()).or_insert_with(|| Sum::over(&batch.columns));
        let before = sum.rows;
        sum.add(&batch);
        let kept = usize::try_from(self.arrival.kept(&batch.table).saturating_sub(before)).unwrap_or(usize::MAX);
        batch.rows.drain(..kept.min(batch.rows.len()));
        self.arrival.add(&batch).await.map_err(|error| Fault::unavailable("bring rows over", error))?;
        self.arrival.keep().await?;
        println!("{:>9}  {}", sum.rows, batch.table);
        Ok(())
    }

    /// Reads everything again where it came to.
    async fn all_taken(&mut self) -> Result<(), Fault> {
        println!("comparing");
        let blank = |(table, sum): (&String, &Sum)| (table.clone(), Sum::over(&sum.columns));
        let mut come = Compared(self.sums.iter().map(blank).collect());
        self.target.hand_over(&mut come).await?;
        match self.sums.iter().find(|(table, sum)| come.0.get(*table) != Some(*sum)) {
            Some((table, _)) => Err(Fault::corrupt("copy", Differs(table.clone()))),
            None => Ok(()),
        }
    }
}

/// A table is not the same on both sides: somebody wrote to one of them between two runs. Begin anew, with an empty database.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not the same on both sides; begin anew with an empty database")]
struct Differs(String);

struct Compared(BTreeMap<String, Sum>);

#[async_trait]
impl Take for Compared {
    async fn take(&mut self, batch: Batch) -> Result<(), Fault> {
        if let Some(sum) = self.0.get_mut(&batch.table) {
            sum.add(&batch);
        }
        Ok(())
    }
}

/// How many rows, and a sum over the digest of each, in whatever order they come.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    columns: Vec<String>,
    rows: u64,
    digests: u128,
}

impl Sum {
    fn over(columns: &[String]) -> Self {
        Self { columns: columns.to_vec(), rows: 0, digests: 0 }
    }

    fn add(&mut self, batch: &Batch) {
        let places: Vec<Option<usize>> =
            self.columns.iter().map(|name| batch.columns.iter().position(|column| column == name)).collect();
        for row in &batch.rows {
            let mut digest = Sha256::new();
            for place in &places {
                put(&mut digest, place.and_then(|at| row.get(at)).unwrap_or(&Datum::Nothing));
            }
            let mut first = [0; 16];
            first.copy_from_slice(&digest.finalize()[..16]);
            self.digests = self.digests.wrapping_add(u128::from_be_bytes(first));
            self.rows += 1;
        }
    }
}

fn put(digest: &mut Sha256, datum: &Datum) {
    let (sort, bytes): (u8, &[u8]) = match datum {
        Datum::Nothing => (0, &[]),
        Datum::Number(number) => (1, &number.to_be_bytes()),
        Datum::Text(text) => (2, text.as_bytes()),
        Datum::Bytes(bytes) => (3, bytes),
    };
    digest.update([sort]);
    digest.update((bytes.len() as u64).to_be_bytes());
    digest.update(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(rows: &[&[Datum]]) -> Batch {
        let rows = rows.iter().map(|row| row.to_vec()).collect();
        Batch { table: "t".to_owned(), columns: vec!["a".to_owned(), "b".to_owned()], rows }
    }

    fn sum(rows: &[&[Datum]]) -> Sum {
        let batch = batch(rows);
        let mut sum = Sum::over(&batch.columns);
        sum.add(&batch);
        sum
    }

    #[test]
    fn a_sum_tells_what_rows_hold_and_not_their_order() {
        let (one, two) = ([Datum::Number(1), Datum::Text("x".into())], [Datum::Nothing, Datum::Bytes(vec![1])]);
        assert_eq!(sum(&[&one, &two]), sum(&[&two, &one]));
        let others: [&[&[Datum]]; 4] =
            [&[&one], &[&one, &one], &[&[Datum::Number(1), Datum::Bytes(b"x".into())], &two], &[]];
        for other in others {
            assert_ne!(sum(&[&one, &two]), sum(other));
        }
    }
}
