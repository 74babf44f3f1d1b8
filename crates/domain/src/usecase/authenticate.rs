use crate::access::{Denied, HalfWay, ProductCaller, SignedIn};
use crate::fact::Origin;
use crate::port::Fault;
use crate::product::ApiKey;
use crate::usecase::Ports;
use crate::value::Time;

/// Who is asking, by the cookie of a session. One read; now and then a note that the session was used.
///
/// # Errors
///
/// A [`Fault`] when the world failed. That nobody is signed in is an answer.
pub async fn authenticate(ports: &Ports, cookie: &[u8], origin: Origin) -> Result<Result<SignedIn, Denied>, Fault> {
    let now = ports.clock.now();
    let who = prove(ports, cookie, origin, now).await?;
    if let Ok(who) = &who
        && who.session().wants_noting(now)
    {
        ports.store.note_seen(who.session().id, now).await?;
    }
    Ok(who)
}

/// The same for what a browser or a program asks by itself, again and again: it does not keep a session alive (SE-03).
///
/// # Errors
///
/// A [`Fault`] when the world failed. That nobody is signed in is an answer.
pub async fn authenticate_watching(
    ports: &Ports,
    cookie: &[u8],
    origin: Origin,
) -> Result<Result<SignedIn, Denied>, Fault> {
    prove(ports, cookie, origin, ports.clock.now()).await
}

async fn prove(ports: &Ports, cookie: &[u8], origin: Origin, now: Time) -> Result<Result<SignedIn, Denied>, Fault> {
    let standing = ports.store.standing(&ports.keys.digest(cookie)).await?;
    Ok(standing.ok_or(Denied::NotSignedIn).and_then(|standing| SignedIn::prove(standing, origin, now)))
}

/// Who is half-way through signing in, by the cookie that the first step gave (`SESS-3`).
///
/// # Errors
///
/// A [`Fault`] when the world failed. That nobody is half-way is an answer.
pub async fn authenticate_half_way(
    ports: &Ports,
    cookie: &[u8],
    origin: Origin,
) -> Result<Result<HalfWay, Denied>, Fault> {
    let standing = ports.store.standing(&ports.keys.digest(cookie)).await?;
    let now = ports.clock.now();
    Ok(standing.ok_or(Denied::NotSignedIn).and_then(|standing| HalfWay::prove(standing, origin, now)))
}

/// Which product is asking, by its API key.
///
/// # Errors
///
/// A [`Fault`] when the world failed. That the key is not known, or works no more, is an answer.
pub async fn authenticate_product(
    ports: &Ports,
    key: &[u8],
    origin: Origin,
) -> Result<Result<ProductCaller, Denied>, Fault> {
    let key = ports.store.api_key(&ports.keys.digest(key)).await?;
    let key = key.filter(ApiKey::works);
    Ok(key.map(|key| ProductCaller::new(key, origin)).ok_or(Denied::NotSignedIn))
}
