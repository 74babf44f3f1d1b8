//! Runs futures in one thread in any order: all orders, or many drawn by chance. No async runtime is needed.
//!
//! A future gives way where a port does: put a [`Front`](crate::memory::Front) that calls [`give_way`] before the store, and what
//! two people do at once can be tried in every order there is.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// Something to be run beside others.
pub type Job<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Runs one future to its end, in this thread.
///
/// # Panics
///
/// If the future still waits after a million steps: it waits for something that nobody here does.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MOST_POLLS {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the future never ends");
}

/// Runs one future until it has given way so often, and then forgets it, as a crash does. None when it did not end before.
pub fn run_until<T>(future: impl Future<Output = T>, steps: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..=steps {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
    }
    None
}

/// Lets the others run once.
pub async fn give_way() {
    let mut given = false;
    poll_fn(|_| if std::mem::replace(&mut given, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Starts all jobs, then takes one step of the chosen one until all have ended; answers in the order of the jobs. `choose` is told
/// how many still run, and says which of them is next.
///
/// # Panics
///
/// If some job never ends.
pub fn interleave<T>(jobs: Vec<Job<'_, T>>, mut choose: impl FnMut(usize) -> usize) -> Vec<T> {
    let mut context = Context::from_waker(Waker::noop());
    let mut answers: Vec<Option<T>> = jobs.iter().map(|_| None).collect();
    let mut running = Vec::new();
    for (index, mut job) in jobs.into_iter().enumerate() {
        match job.as_mut().poll(&mut context) {
            Poll::Ready(answer) => answers[index] = Some(answer),
            Poll::Pending => running.push((index, job)),
        }
    }
    for _ in 0..MOST_POLLS {
        if running.is_empty() {
            return answers.into_iter().map(|answer| answer.expect("every job has ended")).collect();
        }
        let chosen = choose(running.len());
        if let Poll::Ready(answer) = running[chosen].1.as_mut().poll(&mut context) {
            answers[running[chosen].0] = Some(answer);
            drop(running.remove(chosen));
        }
    }
    panic!("somebody never gets on");
}

/// Every order in which steps can be taken, one after the other.
#[derive(Debug, Default)]
pub struct Orders {
    path: Vec<(usize, usize)>,
    at: usize,
}

impl Orders {
    /// Calls `attempt` once for each order; gives back how many there were.
    ///
    /// # Panics
    ///
    /// If there are more than a million.
    pub fn each(mut attempt: impl FnMut(&mut Self)) -> usize {
        let mut orders = Self::default();
        for number in 1..MOST_ORDERS {
            orders.at = 0;
            attempt(&mut orders);
            if !orders.advance() {
                return number;
            }
        }
        panic!("more than {MOST_ORDERS} orders");
    }

    /// Who of `of` is next in this order: what [`interleave`] asks.
    ///
    /// # Panics
    ///
    /// If an attempt went another way than the one before, after the same choices.
    pub fn choose(&mut self, of: usize) -> usize {
        if self.at == self.path.len() {
            self.path.push((0, of));
        }
        let (chosen, before) = self.path[self.at];
        assert_eq!(before, of, "the same steps led elsewhere");
        self.at += 1;
        chosen
    }

    fn advance(&mut self) -> bool {
        while let Some((chosen, of)) = self.path.pop() {
            if chosen + 1 < of {
                self.path.push((chosen + 1, of));
                return true;
            }
        }
        false
    }
}

/// Chance that repeats itself.
#[derive(Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// A number below `of`, which must not be 0.
    #[must_use]
    pub fn below(&mut self, of: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let n = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((n ^ (n >> 31)) % of as u64).expect("a small number")
    }
}

const MOST_POLLS: usize = 1_000_000;
const MOST_ORDERS: usize = 1_000_000;
