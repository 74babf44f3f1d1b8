//! What whoever runs the server watches, for Prometheus, at an address of its own. Labels are routes, codes and outcomes: never an id, an
//! address or anything else that somebody chose (`PV-01`).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::{Counter, counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use practice_domain::billing::ReturnReason;
use practice_domain::notice::About;
use practice_domain::port::{Alarm, Clock, Outbox, Settlement};
use practice_domain::relay::Delivered;
use practice_http_axum::Watched;
use practice_keyring::ArgonPool;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::listen::{self, Leaving};
use crate::trouble::Trouble;
use crate::wire::App;

/// The metrics of this process, and where they can be read.
pub(crate) struct Metrics {
    listener: TcpListener,
    handle: PrometheusHandle,
}

/// What is looked up at the moment when somebody reads the metrics.
#[derive(Clone)]
pub(crate) struct Gauges {
    outbox: Arc<dyn Outbox>,
    clock: Arc<dyn Clock>,
    passwords: Arc<ArgonPool>,
    third_party: Option<Arc<Watched>>,
}

impl Metrics {
    /// Begins to count. Without this, counting costs next to nothing and is kept nowhere.
    pub(crate) async fn start(address: SocketAddr) -> Result<Self, Trouble> {
        let listener = TcpListener::bind(address).await.map_err(|e| Trouble::Io("listening for metrics.listen", e))?;
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let strange = |error| Trouble::Io("counting", std::io::Error::other(error));
        let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &STEPS).map_err(strange)?;
        let handle = builder.install_recorder().map_err(strange)?;
        describe();
        begin_at_nought();
        Ok(Self { listener, handle })
    }

    /// Answers `GET /metrics` until `stop` says so.
    pub(crate) async fn serve(self, gauges: Gauges, stop: watch::Receiver<bool>) {
        let router = Router::new().route("/metrics", get(show)).with_state((self.handle, gauges));
        listen::serve(self.listener, router, Leaving::default(), stop).await;
    }
}

impl Gauges {
    /// Those of this server.
    pub(crate) fn of(app: &App) -> Self {
        Self {
            outbox: app.relay.outbox.clone(),
            clock: app.ports.clock.clone(),
            passwords: app.passwords.clone(),
            third_party: app.third_party.clone(),
        }
    }

    async fn look(&self) -> Result<(), practice_domain::port::Fault> {
        let (running, waiting) = self.passwords.load();
        gauge!("portal_passwords_running").set(number(running));
        gauge!("portal_passwords_waiting").set(number(waiting));
        let checks = self.passwords.checks();
        counter!("portal_passwords_hashed_total").absolute(checks.hashed + checks.real + checks.dummy);
        counter!("portal_passwords_refused_total").absolute(checks.refused);
        let degraded = self.third_party.as_ref().is_some_and(|check| check.is_degraded());
        gauge!("bot_check_degraded").set(f64::from(u8::from(degraded)));
        let backlog = self.outbox.backlog().await?;
        gauge!("portal_outbox_waiting").set(many(backlog.waiting));
        gauge!("portal_outbox_parked").set(many(backlog.parked));
        let late = backlog.oldest.map_or(0.0, |oldest| self.clock.now().since(oldest).as_secs_f64());
        gauge!("portal_outbox_late_seconds").set(late);
        Ok(())
    }
}

/// `GET /metrics`.
async fn show(State((handle, gauges)): State<(PrometheusHandle, Gauges)>) -> Response {
    if let Err(fault) = gauges.look().await {
        tracing::error!(error = &fault as &dyn std::error::Error, "the outbox cannot be counted");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    handle.run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

/// Counts what became of a notice.
pub(crate) fn notice(delivered: &Delivered) {
    let what = match delivered.notice.about {
        About::SecretCode { .. } | About::CodeWord { .. } => "text",
        About::Event { .. } => "event",
        _ => "mail",
    };
    let outcome = match delivered.settlement {
        Settlement::Sent => "sent",
        Settlement::Retry(_) => "again",
        Settlement::Parked(_) => "parked",
        Settlement::Obsolete => "obsolete",
    };
    counter!("portal_notices_total", "what" => what, "outcome" => outcome).increment(1);
}

/// Counts a round of looking after payments whose end is not known yet.
pub(crate) fn payments(due: usize, faults: usize) {
    gauge!("portal_payments_due").set(number(due));
    counter!("portal_payments_faults_total").increment(u64::try_from(faults).unwrap_or(u64::MAX));
}

/// Counts what somebody must look at.
pub(crate) fn alarm(alarm: Alarm) {
    alarms(alarm).increment(1);
}

fn alarms(alarm: Alarm) -> Counter {
    match alarm {
        Alarm::InvoiceDiffers => counter!("portal_invoices_refused_total"),
        Alarm::Returned(why) => counter!("portal_purchases_returned_total", "why" => why.code()),
    }
}

/// Whoever watches for the first alarm sees it only where there was nought before.
fn begin_at_nought() {
    let returned = ReturnReason::ALL.into_iter().map(Alarm::Returned);
    returned.chain([Alarm::InvoiceDiffers]).for_each(|alarm| alarms(alarm).increment(0));
}

fn describe() {
    describe_histogram!("portal_http_request_seconds", "How long requests took, by method, route and status.");
    describe_counter!("portal_refusals_total", "Requests that were refused, by the stable code of the refusal.");
    describe_counter!("portal_notices_total", "Tries to bring mails, texts and events out, by what came of them.");
    describe_gauge!("portal_outbox_waiting", "Mails, texts and events that wait for their next try or their moment.");
    describe_gauge!("portal_outbox_late_seconds", "For how long the most overdue mail, text or event has waited.");
    describe_gauge!("portal_outbox_parked", "Mails, texts and events that will not arrive.");
    describe_gauge!("portal_passwords_running", "Passwords that are being hashed.");
    describe_gauge!("portal_passwords_waiting", "Passwords that wait to be hashed.");
    describe_counter!("portal_passwords_hashed_total", "Passwords that were hashed.");
    describe_counter!("portal_passwords_refused_total", "Passwords that were not looked at: too many waited.");
    describe_gauge!("portal_payments_due", "Purchases, plans and cards that the last round had to look after.");
    describe_counter!("portal_payments_faults_total", "Of those, how many could not be looked after.");
    describe_counter!("portal_payment_events_total", "Events of the payment provider, by what they are about.");
    describe_counter!(
        "portal_invoices_refused_total",
        "Invoices of another amount than was confirmed; none was charged."
    );
    describe_counter!("portal_purchases_returned_total", "Purchases that were charged and not granted, by the reason.");
    describe_gauge!("bot_check_degraded", "1 while a third party does not check answers to the security check.");
}

fn number(count: usize) -> f64 {
    many(count as u64)
}

/// Exact up to 2^32, which is more than there ever is of anything here.
fn many(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The steps of the histogram, in seconds: a page is good below a tenth, and a request ends after thirty.
const STEPS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
