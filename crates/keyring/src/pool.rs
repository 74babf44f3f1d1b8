use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

use async_trait::async_trait;
use practice_domain::port::{Fault, Passwords, Verdict};
use practice_domain::value::{Password, PasswordHash};
use secrecy::zeroize::Zeroizing;
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;

use crate::argon::{Cost, Memory, bare_argon2id};
use crate::common::{JUDGE, is_common};
use crate::encoded::Encoded;
use crate::ring::Keyring;

/// Hashes passwords on threads of its own, so that a storm of sign-ins neither starves the server nor fills its memory (`PW-09`).
pub struct ArgonPool {
    keyring: Arc<Keyring>,
    cost: Cost,
    decoy: [u8; 16],
    desk: Arc<Desk>,
    workers: Vec<JoinHandle<()>>,
}

/// How large a pool is, and what it does with a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSettings {
    /// What a password costs.
    pub cost: Cost,
    /// Threads; each takes as much memory as one password costs while it is at work.
    pub threads: usize,
    /// How many may wait when all threads are at work.
    pub queue: usize,
}

/// How much was hashed since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checks {
    /// New hashes.
    pub hashed: u64,
    /// Checks against a hash.
    pub real: u64,
    /// Checks against nothing: the same work for an address without an account.
    pub dummy: u64,
    /// Passwords that were not looked at, because too many waited.
    pub refused: u64,
}

/// Where jobs are left and picked up.
struct Desk {
    pile: Mutex<Pile>,
    bell: Condvar,
    threads: usize,
    room: usize,
    hashed: AtomicU64,
    real: AtomicU64,
    dummy: AtomicU64,
    refused: AtomicU64,
}

#[derive(Default)]
struct Pile {
    waiting: VecDeque<Job>,
    running: usize,
    closed: bool,
}

/// What a thread finds on the pile.
enum Next {
    Job(Job),
    /// Time to answer for what is done.
    Answer,
    /// Nothing, for a while.
    Idle,
    Closed,
}

struct Job {
    work: Work,
    password: Zeroizing<[u8; 32]>,
    salt: [u8; 16],
    cost: Cost,
    reply: oneshot::Sender<[u8; 32]>,
}

/// A hash, and whoever waits for it.
type Done = (oneshot::Sender<[u8; 32]>, [u8; 32]);

#[derive(Clone, Copy)]
enum Work {
    Hash,
    Real,
    Dummy,
}

impl PoolSettings {
    /// As many threads as there are cores, and 64 places to wait in.
    #[must_use]
    pub fn new(cost: Cost) -> Self {
        Self { cost, threads: thread::available_parallelism().map_or(1, Into::into), queue: 64 }
    }
}

impl ArgonPool {
    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// When the operating system gives no thread, or no chance.
    pub fn start(keyring: Arc<Keyring>, settings: PoolSettings) -> io::Result<Self> {
        let PoolSettings { cost, threads, queue } = settings;
        let threads = threads.max(1);
        let desk = Arc::new(Desk::new(threads, queue));
        let mut pool = Self { keyring, cost, decoy: salt()?, desk, workers: Vec::with_capacity(threads) };
        for _ in 0..threads {
            let desk = Arc::clone(&pool.desk);
            let thread = thread::Builder::new().name("password".to_owned());
            pool.workers.push(thread.spawn(move || desk.serve(cost))?);
        }
        Ok(pool)
    }

    /// How much was hashed since the start.
    #[must_use]
    pub fn checks(&self) -> Checks {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let Desk { hashed, real, dummy, refused, .. } = &*self.desk;
        Checks { hashed: read(hashed), real: read(real), dummy: read(dummy), refused: read(refused) }
    }

    /// How many are being hashed, and how many wait. Those that are hashed and not yet answered for are in neither.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        let pile = self.desk.pile();
        (pile.running, pile.waiting.len())
    }

    /// What a password costs today.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    fn today(&self, password: &Password) -> Zeroizing<[u8; 32]> {
        self.keyring.pepper(self.keyring.current_id(), password.expose().as_bytes()).unwrap_or_default()
    }

    async fn run(
        &self,
        work: Work,
        password: Zeroizing<[u8; 32]>,
        salt: [u8; 16],
        cost: Cost,
    ) -> Result<[u8; 32], Fault> {
        let (reply, answer) = oneshot::channel();
        self.desk.leave(Job { work, password, salt, cost, reply })?;
        answer.await.map_err(|closed| Fault::unavailable(OPERATION, closed))
    }
}

#[async_trait]
impl Passwords for ArgonPool {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, Fault> {
        let salt = salt().map_err(|error| Fault::unavailable(OPERATION, error))?;
        let output = self.run(Work::Hash, self.today(password), salt, self.cost).await?;
        let judge = (!is_common(password)).then_some(JUDGE);
        Ok(Encoded { key_id: self.keyring.current_id(), judge, cost: self.cost, salt, output }.write())
    }

    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<Verdict, Fault> {
        let kept = hash.map(Encoded::read).transpose().map_err(|error| Fault::corrupt("password hash", error))?;
        let keyed = kept.and_then(|kept| {
            let keyed = self.keyring.pepper(kept.key_id, password.expose().as_bytes())?;
            Some((kept, keyed))
        });
        let Some((kept, keyed)) = keyed else {
            self.run(Work::Dummy, self.today(password), self.decoy, self.cost).await?;
            return Ok(Verdict::Wrong);
        };
        let output = self.run(Work::Real, keyed, kept.salt, kept.cost).await?;
        let right = bool::from(output.ct_eq(&kept.output));
        let Encoded { key_id, judge, cost, .. } = kept;
        let old = cost != self.cost || key_id != self.keyring.current_id() || judge != Some(JUDGE);
        Ok(match (right, old) {
            (true, false) => Verdict::Right,
            (true, true) => Verdict::RightButOld,
            (false, _) => Verdict::Wrong,
        })
    }

    fn is_common(&self, password: &Password) -> bool {
        is_common(password)
    }
}

impl Drop for ArgonPool {
    /// What is being hashed is finished; what waits is not.
    fn drop(&mut self) {
        self.desk.close();
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

impl fmt::Debug for ArgonPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArgonPool").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Desk {
    fn new(threads: usize, queue: usize) -> Self {
        Self {
            pile: Mutex::default(),
            bell: Condvar::new(),
            threads,
            room: threads + queue,
            hashed: AtomicU64::new(0),
            real: AtomicU64::new(0),
            dummy: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// Leaves a job, where there is room for it. Those that nobody waits for any more make room.
    fn leave(&self, job: Job) -> Result<(), Fault> {
        let mut pile = self.pile();
        if pile.waiting.len() + pile.running >= self.room {
            pile.waiting.retain(|job| !job.reply.is_closed());
        }
        if pile.waiting.len() + pile.running >= self.room {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(Fault::busy(OPERATION));
        }
        pile.waiting.push_back(job);
        self.bell.notify_one();
        Ok(())
    }

    /// One thread's life. It keeps its memory from job to job, and gives it back when there has been none for a while.
    fn serve(&self, cost: Cost) {
        let mut memory = Memory::default();
        let mut done = Vec::with_capacity(TOGETHER);
        loop {
            match self.take(!memory.is_none(), done.len()) {
                Next::Job(job) => {
                    done.push(self.work(job, &mut memory));
                    memory.shrink_to(cost);
                }
                Next::Answer => answer(&mut done),
                Next::Idle => memory = Memory::default(),
                Next::Closed => return answer(&mut done),
            }
        }
    }

    fn work(&self, job: Job, memory: &mut Memory) -> Done {
        let output = bare_argon2id(&*job.password, &job.salt, job.cost, memory);
        let count = match job.work {
            Work::Hash => &self.hashed,
            Work::Real => &self.real,
            Work::Dummy => &self.dummy,
        };
        count.fetch_add(1, Ordering::Relaxed);
        self.pile().running -= 1;
        (job.reply, output)
    }

    /// The next job that somebody still waits for, unless it is time to answer for those that are done. Whoever holds memory does not
    /// wait for a job longer than [`IDLE`].
    fn take(&self, holds_memory: bool, done: usize) -> Next {
        let mut pile = self.pile();
        loop {
            if pile.closed {
                return Next::Closed;
            }
            if done > 0 && !may_keep(done, pile.waiting.len(), self.threads) {
                return Next::Answer;
            }
            match pile.waiting.pop_front() {
                Some(job) if job.reply.is_closed() => {}
                Some(job) => {
                    pile.running += 1;
                    return Next::Job(job);
                }
                None if holds_memory => {
                    let (back, waited) = self.bell.wait_timeout(pile, IDLE).unwrap_or_else(PoisonError::into_inner);
                    if waited.timed_out() && back.waiting.is_empty() && !back.closed {
                        return Next::Idle;
                    }
                    pile = back;
                }
                None => pile = self.bell.wait(pile).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn close(&self) {
        let mut pile = self.pile();
        pile.closed = true;
        pile.waiting.clear();
        self.bell.notify_all();
    }

    fn pile(&self) -> MutexGuard<'_, Pile> {
        self.pile.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a thread may hash on before it answers for those that are done: what follows a hash, a commit and an answer, takes much less
/// for a few at a time. Only where many wait: as those who wait now are counted, nobody's answer is kept for longer than half the time
/// that whoever comes must wait. Where nobody waits none is kept, or it would be for good.
fn may_keep(done: usize, waiting: usize, threads: usize) -> bool {
    done < TOGETHER && 2 * done * threads <= waiting
}

fn answer(done: &mut Vec<Done>) {
    for (reply, output) in done.drain(..) {
        // Whoever asked may have gone.
        let _ = reply.send(output);
    }
}

fn salt() -> io::Result<[u8; 16]> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(io::Error::other)?;
    Ok(salt)
}

const OPERATION: &str = "password check";

/// How long a thread without work keeps its memory.
const IDLE: Duration = Duration::from_secs(5);

/// So many at most are answered for together by one thread.
const TOGETHER: usize = 4;

#[cfg(test)]
mod tests {
    use super::{TOGETHER, may_keep};

    /// PW-09
    #[test]
    fn answers_are_kept_only_while_many_wait_and_never_many_of_them() {
        assert!(!may_keep(1, 0, 1) && !may_keep(1, 1, 1) && may_keep(1, 2, 1));
        assert!(!may_keep(1, 3, 2) && may_keep(1, 4, 2));
        assert!(!may_keep(2, 7, 2) && may_keep(2, 8, 2));
        assert!(may_keep(3, 64, 2) && !may_keep(4, 64, 2));
        assert!((1..=TOGETHER).all(|done| !may_keep(done, 0, 1) && !may_keep(done, 0, 64)));
    }
}
