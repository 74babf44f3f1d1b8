//! Runs a wired server: listens, works, and stops without losing anything.

use std::io;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::anchors::Anchors;
use crate::bots;
use crate::config::Config;
use crate::listen::Leaving;
use crate::metrics::{Gauges, Metrics};
use crate::trouble::Trouble;
use crate::wire::{Access, App};
use crate::worker;
use crate::{cashier, listen};

/// Runs the server that the settings describe.
pub(crate) async fn run(config: Config) -> Result<(), Trouble> {
    let listener = TcpListener::bind(config.listen).await.map_err(|e| Trouble::Io("listening", e))?;
    let metrics = match config.metrics {
        Some(address) => Some(Metrics::start(address).await?),
        None => None,
    };
    let app = App::wire(&config, Access::Server).await?;
    tracing::info!(base_url = config.base_url, "listening on {}", config.listen);
    until_stopped(app, listener, metrics, config.leaving).await
}

/// Serves until the process is told to stop. Then `/readyz` says that it leaves, and for `notice` everything is served as before, so
/// that whoever sends people here learns of it; after that it takes no more requests, finishes those under way and the mails in
/// hand, and closes the database. A further signal, or 25 seconds, ends it at once.
pub(crate) async fn until_stopped(
    app: App,
    listener: TcpListener,
    metrics: Option<Metrics>,
    notice: Duration,
) -> Result<(), Trouble> {
    let mut signals = Signals::listen().map_err(|e| Trouble::Io("listening for signals", e))?;
    if app.life.held_since.is_some() {
        tracing::warn!("restored from a backup: nothing is sent or sold until `practice-portal outbox release`");
    }
    let (stop, stopping) = watch::channel(false);
    let mut workers = worker::start(&app.relay, app.workers, &stopping);
    if let Some(shop) = &app.shop {
        cashier::start(&mut workers, &shop.till, shop.bank.as_ref(), &app.router, &stopping);
    }
    if let Some(check) = app.third_party.clone() {
        workers.spawn(bots::probe(check, stopping.clone()));
    }
    if let Some(metrics) = metrics {
        workers.spawn(metrics.serve(Gauges::of(&app), stopping.clone()));
    }
    let anchors = tokio::spawn(Anchors::of(&app).go_on(stopping.clone()));
    let leaving = Leaving::default();
    let serving = tokio::spawn(listen::serve(listener, app.router, leaving.clone(), stopping));
    signals.next().await;
    leaving.begin();
    tracing::info!(notice = notice.as_secs(), "stopping");
    let hurried = tokio::select! {
        () = tokio::time::sleep(notice) => false,
        () = signals.next() => true,
    };
    let _ = stop.send(true);
    let drained = async {
        let _ = serving.await;
        while workers.join_next().await.is_some() {}
        if let Ok(mut anchors) = anchors.await {
            anchors.write().await;
        }
    };
    let done = tokio::select! {
        biased;
        () = std::future::ready(()), if hurried => false,
        () = drained => true,
        () = tokio::time::sleep(PATIENCE) => false,
        () = signals.next() => false,
    };
    if !done {
        tracing::warn!("stopped before everything was done");
    }
    // Whoever still waits for the database holds a connection to it, and would hold up the end.
    if tokio::time::timeout(if done { CLOSING } else { AT_ONCE }, app.store.close()).await.is_err() {
        tracing::warn!("the database was not let go of");
    }
    tracing::info!("stopped");
    Ok(())
}

/// What tells the process to stop. Heard from the start to the end, so that none is lost in between.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// How long requests under way may take after the notice.
const PATIENCE: Duration = Duration::from_secs(25);

/// How long letting go of the database may take: when everything is done, and when it is not.
const CLOSING: Duration = Duration::from_secs(10);
const AT_ONCE: Duration = Duration::from_secs(1);
