//! Runs a wired server: listens, works, and stops without losing anything.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::anchors::Anchors;
use crate::bots;
use crate::config::Config;
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
    until_stopped(app, listener, metrics).await
}

/// Serves until the process is told to stop; then takes no more requests, finishes those under way and the mails in hand, and
/// closes the database. A second signal, or 25 seconds, ends it at once.
pub(crate) async fn until_stopped(app: App, listener: TcpListener, metrics: Option<Metrics>) -> Result<(), Trouble> {
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
    let serving = tokio::spawn(listen::serve(listener, app.router, stopping));
    signal().await;
    tracing::info!("stopping");
    let _ = stop.send(true);
    let drained = async {
        let _ = serving.await;
        while workers.join_next().await.is_some() {}
        if let Ok(mut anchors) = anchors.await {
            anchors.write().await;
        }
    };
    tokio::select! {
        () = drained => {}
        () = tokio::time::sleep(PATIENCE) => tracing::warn!("stopped before everything was done"),
        () = signal() => tracing::warn!("stopped at once"),
    }
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

/// How long requests under way may take after the signal.
const PATIENCE: Duration = Duration::from_secs(25);
