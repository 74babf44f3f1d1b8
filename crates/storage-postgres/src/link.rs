//! The way to the server, and whether it leads anywhere: a server that works says nothing, and so does a network that swallows everything.

use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout};

use crate::asked::{Activity, Asked, Doubt, Left};
use crate::lending::Connections;

/// Connections to a server.
#[derive(Clone)]
pub(crate) struct Link {
    connections: Arc<Connections>,
    pulse: Arc<Pulse>,
    /// Whether a pooler stands before the server.
    pooled: bool,
}

/// What is known of the way.
#[derive(Default)]
pub(crate) struct Pulse {
    /// When an answer came last.
    heard: RwLock<Option<Instant>>,
    /// When a connection was found dead that nobody had closed.
    lost: RwLock<Option<Instant>>,
    looked: Mutex<Option<Look>>,
}

/// A look whether the server is there.
#[derive(Clone)]
struct Look {
    ended: Instant,
    there: bool,
    /// What it did then, if it says so.
    activity: Option<Arc<Activity>>,
}

/// Why a call was given up. What it asked for may have been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Silence {
    /// The server takes longer than it may.
    #[error("the database has not answered in time")]
    TooLong,
    /// Nothing comes from the server any more, not even for somebody who knocks anew.
    #[error("the database cannot be heard any more")]
    Gone,
    /// The server is there, and does not work on what it was asked: the question or its answer was lost on this connection.
    #[error("the connection to the database leads nowhere")]
    Lost,
}

impl Link {
    /// Over connections that are trusted as this pulse says.
    pub(crate) fn new(connections: Connections, pulse: Arc<Pulse>, pooled: bool) -> Self {
        Self { connections: Arc::new(connections), pulse, pooled }
    }

    /// What comes of a call. It is given up after so long; and sooner, when nothing comes from the server any more, or when it does not
    /// work on what the call has asked. A call on which it works is waited for.
    pub(crate) async fn hear<T>(
        &self,
        patience: Duration,
        asked: &Asked,
        call: impl Future<Output = T>,
    ) -> Result<T, Silence> {
        tokio::select! {
            biased;
            answer = call => Ok(answer),
            silence = self.silence(asked) => Err(silence),
            () = sleep(patience) => Err(Silence::TooLong),
        }
    }

    /// Notes that the server has answered.
    pub(crate) fn heard(&self) {
        note(&self.pulse.heard);
    }

    /// Comes back when nothing will come any more.
    async fn silence(&self, asked: &Asked) -> Silence {
        let mut before: Option<Doubt> = None;
        loop {
            sleep(SILENCE).await;
            let look = self.look().await;
            if !look.there {
                note(&self.pulse.lost);
                return Silence::Gone;
            }
            let doubt = look.activity.and_then(|activity| activity.doubt(asked, self.pooled));
            before = match (before, doubt) {
                (Some(before), Some(doubt)) if doubt.confirms(&before, SILENCE) => {
                    note(&self.pulse.lost);
                    if let Some(left) = doubt.left() {
                        let _ = timeout(LOOK, self.end(left)).await;
                    }
                    return Silence::Lost;
                }
                (Some(before), Some(doubt)) if doubt.is_like(&before) => Some(before),
                (_, doubt) => doubt,
            };
        }
    }

    /// Looks whether the server is there; whoever wants to know meanwhile shares the look.
    async fn look(&self) -> Look {
        let asked = Instant::now();
        let mut looked = self.pulse.looked.lock().await;
        if let Some(look) = looked.as_ref().filter(|look| look.ended >= asked) {
            return look.clone();
        }
        let began = Instant::now();
        let (answers, activity) = match timeout(LOOK, self.knock()).await {
            Ok(Ok(mut conn)) => {
                let activity = timeout(LOOK, Activity::read(&mut conn)).await;
                let _ = timeout(LOOK, conn.close()).await;
                (true, activity.ok().and_then(Result::ok).flatten().map(Arc::new))
            }
            // One that refuses, because it has too many connections, is there as well.
            Ok(Err(error)) => (!matches!(error, sqlx::Error::Io(_)), None),
            Err(_) => (false, None),
        };
        // A server that answers others is there, however long it lets the newest wait.
        let there = answers || noted(&self.pulse.heard) >= Some(began);
        looked.insert(Look { ended: Instant::now(), there, activity }).clone()
    }

    /// A new connection over which the server has answered.
    async fn knock(&self) -> Result<PgConnection, sqlx::Error> {
        let mut conn = self.options().connect().await?;
        conn.ping().await?;
        Ok(conn)
    }

    /// Ends a transaction whose client is cut off.
    async fn end(&self, left: Left) -> Result<(), sqlx::Error> {
        let mut conn = self.knock().await?;
        left.end(&mut conn).await?;
        conn.close().await
    }
}

impl Pulse {
    /// Whether a connection leads to the server. One that has rested is asked for a sign of life; where one of them was dead and had not
    /// been told, others of its age are not asked any more: whatever forgot one has forgotten all.
    pub(crate) async fn trusts(&self, conn: &mut PgConnection, rest: Duration, age: Duration) -> bool {
        if rest < RESTED {
            return true;
        }
        if noted(&self.lost).is_some_and(|lost| lost.elapsed() < age) {
            return false;
        }
        match timeout(SIGN, conn.ping()).await {
            Ok(sign) => sign.is_ok(),
            Err(_) => {
                note(&self.lost);
                false
            }
        }
    }
}

fn note(moment: &RwLock<Option<Instant>>) {
    *moment.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn noted(moment: &RwLock<Option<Instant>>) -> Option<Instant> {
    *moment.read().unwrap_or_else(PoisonError::into_inner)
}

impl Deref for Link {
    type Target = Connections;

    fn deref(&self) -> &Connections {
        &self.connections
    }
}

/// After so long without an answer somebody looks whether the server is there.
const SILENCE: Duration = Duration::from_millis(500);

/// How long it may take to answer then. Both together are less than one waits for a connection, and well within the three seconds in which
/// people are told (F-01).
const LOOK: Duration = Duration::from_millis(1_400);

/// After so long a rest a connection is asked whether it lives.
const RESTED: Duration = Duration::from_secs(1);

/// How long a sign of life may take: less than one waits for a connection, so that there is time to make a new one.
const SIGN: Duration = Duration::from_secs(1);
