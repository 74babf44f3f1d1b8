use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use practice_domain::access::{Gate, Gated, SignedIn};
use practice_domain::port::BotCheck;
use practice_domain::rate::{Ask, Limit, network};
use practice_domain::usecase::{BotAnswers, BotChecks, heed_limits, limit_code, pass_bot_check, units_of};
use practice_domain::value::{Phone, PracticeId};

use crate::door::{Call, Fields};
use crate::page::SecurityCheck;
use crate::refusal::Face;
use crate::site::Portal;
use crate::watched::Watched;

/// What stands before forms and requests that anybody may send. By default nothing is checked, and limits hold.
#[derive(Debug, Clone, Default)]
pub struct Gates {
    /// Who tells people from programs; none where nobody is asked.
    pub bots: Option<Bots>,
    /// Whether limits are lifted: for a test on one's own machine.
    pub unlimited: bool,
}

/// Who tells people from programs (`BOT-2`).
#[derive(Clone)]
pub struct Bots {
    /// The proof of work that we serve ourselves.
    pub own: Arc<dyn BotCheck>,
    /// A third party that is asked in its place; then the proof of work is the fallback. It is Cloudflare Turnstile.
    pub third_party: Option<Arc<Watched>>,
    /// For browsers that run no script.
    pub patience: Arc<dyn BotCheck>,
    /// How long they wait.
    pub wait: Duration,
}

impl Gates {
    pub(crate) fn asks_a_third_party(&self) -> bool {
        self.bots.as_ref().is_some_and(|bots| bots.third_party.is_some())
    }

    /// Whether a third party does not answer (`BC-03`).
    pub(crate) fn are_degraded(&self) -> bool {
        let third_party = self.bots.as_ref().and_then(|bots| bots.third_party.as_ref());
        third_party.is_some_and(|check| check.is_degraded())
    }
}

impl fmt::Debug for Bots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bots").field("third_party", &self.third_party.is_some()).finish_non_exhaustive()
    }
}

impl Bots {
    fn checks(&self) -> BotChecks<'_> {
        let (primary, fallback) = match &self.third_party {
            Some(third_party) => (&**third_party as &dyn BotCheck, Some(&*self.own)),
            None => (&*self.own, None),
        };
        BotChecks { primary, fallback, patience: Some(&*self.patience) }
    }

    /// The answers that a form brought.
    fn answers<'a>(&self, fields: &'a Fields) -> BotAnswers<'a> {
        let (own, patience) = (fields.text("altcha"), fields.text("patience"));
        match self.third_party {
            Some(_) => BotAnswers { primary: fields.text("turnstile"), fallback: own, patience },
            None => BotAnswers { primary: own, fallback: "", patience },
        }
    }
}

/// How much stricter limits are for whoever just passed: once, or five times (`BC-03`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strictness(u32);

/// What a form needs for the check before this gate.
pub(crate) fn security_check(portal: &Portal, gate: Gate) -> Option<SecurityCheck> {
    let bots = portal.settings.gates.bots.as_ref()?;
    Some(SecurityCheck {
        gate: gate.code(),
        turnstile: bots.third_party.as_ref().map(|check| check.task(gate)),
        ticket: bots.patience.task(gate),
        wait: bots.wait.as_secs(),
    })
}

/// On the answer with a page that brings the check: such pages alone may load a third party's script (`HT-02`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct BringsCheck;

/// `BOT-1`: the check before a form, before anything else of it is looked at.
pub(crate) async fn pass_form<G: Gated>(portal: &Portal, call: &Call, fields: &Fields) -> Result<Strictness, Face> {
    let Some(bots) = &portal.settings.gates.bots else { return Ok(Strictness::PLAIN) };
    pass::<G>(portal, call, bots, bots.answers(fields)).await
}

/// `BOT-1`: the check before a request to the API that no session and no key stands behind.
pub(crate) async fn pass_request<G: Gated>(
    portal: &Portal,
    call: &Call,
    answer: &str,
    fallback: &str,
) -> Result<Strictness, Face> {
    let Some(bots) = &portal.settings.gates.bots else { return Ok(Strictness::PLAIN) };
    pass::<G>(portal, call, bots, BotAnswers { primary: answer, fallback, patience: "" }).await
}

async fn pass<G: Gated>(
    portal: &Portal,
    call: &Call,
    bots: &Bots,
    answers: BotAnswers<'_>,
) -> Result<Strictness, Face> {
    let passed = pass_bot_check::<G>(&portal.ports, bots.checks(), answers, call.origin.address).await?;
    Ok(if passed.by_fallback() { Strictness::TIGHT } else { Strictness::PLAIN })
}

/// `RL-01`: what a sign-in takes of limits.
pub(crate) fn sign_in_units(portal: &Portal, call: &Call, address: &str, Strictness(times): Strictness) -> Vec<Ask> {
    if portal.settings.gates.unlimited {
        return Vec::new();
    }
    let network = call.origin.address.map(network);
    units_of(&*portal.ports.keys, &sign_in_limits(address, network.as_deref()), times)
}

/// `RL-01`: before somebody who is signed in gives their password once more.
pub(crate) async fn limit_password(portal: &Portal, call: &Call, who: &SignedIn) -> Result<(), Face> {
    let network = call.origin.address.map(network);
    heed(portal, &sign_in_limits(who.email().normal(), network.as_deref()), Strictness::PLAIN).await
}

fn sign_in_limits<'a>(address: &'a str, network: Option<&'a str>) -> Vec<(Limit, &'a str)> {
    let mut limits = vec![(Limit::SignInsToAddress, address)];
    limits.extend(network.map(|network| (Limit::SignInsFromNetwork, network)));
    limits
}

/// `RL-01`: before a code of an authenticator app is looked at. Each account has a limit of its own, too.
pub(crate) async fn limit_second_factor(portal: &Portal, call: &Call) -> Result<(), Face> {
    let network = call.origin.address.map(network);
    let limits = network.as_deref().map(|network| (Limit::SecondFactorsFromNetwork, network));
    heed(portal, limits.as_slice(), Strictness::PLAIN).await
}

/// `RL-02`: whether this network may ask for another letter. Whoever may not is told what everybody is told.
pub(crate) async fn may_ask_for_a_letter(portal: &Portal, call: &Call) -> Result<bool, Face> {
    let network = call.origin.address.map(network);
    let limits = network.as_deref().map(|network| (Limit::LettersFromNetwork, network));
    match heed(portal, limits.as_slice(), Strictness::PLAIN).await {
        Ok(()) => Ok(true),
        Err(face) if face.code == "rate-limited" => Ok(false),
        Err(face) => Err(face),
    }
}

/// `RL-03`: before a text or a call with a code is ordered.
pub(crate) async fn limit_texts(portal: &Portal, call: &Call, to: &Phone, practice: PracticeId) -> Result<(), Face> {
    if portal.settings.gates.unlimited {
        return Ok(());
    }
    Ok(limit_code(&portal.ports, to, practice, call.origin.address).await?)
}

/// `TK-10`: whoever comes with link after link that is none of ours is told to wait, whatever the next one looks like. A good link still
/// opens, also from the same network.
pub(crate) async fn mind_unknown_links(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<Call>().and_then(|call| call.origin.address);
    let response = next.run(request).await;
    let code = response.extensions().get::<Face>().map_or("", |face| face.code);
    if !["link-unknown", "password-link-unknown", "email-link-dead"].contains(&code) {
        return response;
    }
    let network = address.map(network);
    let limits = network.as_deref().map(|network| (Limit::UnknownLinks, network));
    match heed(&portal, limits.as_slice(), Strictness::PLAIN).await {
        Ok(()) => response,
        Err(face) => face.into_response(),
    }
}

async fn heed(portal: &Portal, limits: &[(Limit, &str)], Strictness(times): Strictness) -> Result<(), Face> {
    if portal.settings.gates.unlimited || limits.is_empty() {
        return Ok(());
    }
    Ok(heed_limits(&portal.ports, limits, times).await?)
}

impl Strictness {
    const PLAIN: Self = Self(1);
    const TIGHT: Self = Self(5);
}
