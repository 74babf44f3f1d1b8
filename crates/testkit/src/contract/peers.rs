//! What every [`Mailer`] and every [`Texter`] keeps, whatever its peer does. An adapter makes a harness that lets a peer play a
//! [`Turn`], and calls [`mailer_contract!`] or [`texter_contract!`].
//!
//! [`mailer_contract!`]: crate::mailer_contract!
//! [`texter_contract!`]: crate::texter_contract!

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use practice_domain::challenge::Delivery;
use practice_domain::port::{Letter, Mailer, SendError, Texter};
use practice_domain::value::{Email, NoticeId, Phone};
use uuid::Uuid;

/// What a peer does with the next thing that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It takes it, and says so.
    Take,
    /// It says that it will never take this one.
    RefuseForGood,
    /// It says that it may take it later.
    RefuseForNow,
    /// It takes it, but its answer is lost.
    LoseAnswer,
    /// It says nothing at all, ever.
    FallSilent,
}

/// A port with a peer behind it.
pub struct Wire<P: ?Sized> {
    /// The adapter.
    pub port: Arc<P>,
    /// Everything that the peer has got so far, in its own form.
    pub arrived: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Whatever must live as long as the peer.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// Makes a port whose peer plays these turns, one for each thing that it is given; none when this adapter's peer cannot play them,
/// like a mailbox in memory that always has room.
#[async_trait]
pub trait PeerHarness<P: ?Sized>: Send + Sync {
    /// A new peer, and the port in front of it. The port should have little patience: the laws wait for it.
    async fn play(&self, turns: &[Turn]) -> Option<Wire<P>>;
}

/// A letter arrives with its address, subject and text.
pub async fn a_letter_arrives(harness: &dyn PeerHarness<dyn Mailer>) {
    let wire = harness.play(&[Turn::Take]).await.expect("every peer can take a letter");
    wire.port.send(&letter(1)).await.expect("taken");
    let arrived = (wire.arrived)();
    assert_eq!(arrived.len(), 1, "{arrived:?}");
    for part in ["ann.perry@mail.example", "Hello number 1", "first line of 1", "last line of 1"] {
        assert!(arrived[0].contains(part), "{part} in {}", arrived[0]);
    }
}

/// The adapter says what the peer did, never more and never less, and names nobody in its error.
pub async fn a_mailer_says_what_became_of_a_letter(harness: &dyn PeerHarness<dyn Mailer>) {
    for turn in [Turn::RefuseForGood, Turn::RefuseForNow, Turn::LoseAnswer, Turn::FallSilent] {
        let Some(wire) = harness.play(&[turn]).await else { continue };
        let start = Instant::now();
        let answer = wire.port.send(&letter(1)).await;
        must_be_honest(turn, &answer, start.elapsed(), "ann.perry");
    }
}

/// A failure stays with its letter: the next one arrives.
pub async fn a_failed_letter_does_not_hold_the_next(harness: &dyn PeerHarness<dyn Mailer>) {
    for turn in [Turn::RefuseForGood, Turn::RefuseForNow, Turn::LoseAnswer] {
        let Some(wire) = harness.play(&[turn, Turn::Take]).await else { continue };
        assert!(wire.port.send(&letter(1)).await.is_err(), "{turn:?}");
        wire.port.send(&letter(2)).await.unwrap_or_else(|error| panic!("after {turn:?}: {error}"));
        assert!((wire.arrived)().iter().any(|got| got.contains("Hello number 2")), "after {turn:?}");
    }
}

/// A code arrives at its number, however it travels.
pub async fn a_code_arrives(harness: &dyn PeerHarness<dyn Texter>) {
    for by in [Delivery::Text, Delivery::Call] {
        let wire = harness.play(&[Turn::Take]).await.expect("every peer can take a code");
        wire.port.deliver_code(notice(1), &number(), by, "012345", LIFE).await.expect("taken");
        let arrived = (wire.arrived)();
        assert_eq!(arrived.len(), 1, "{arrived:?}");
        let digits: String = arrived[0].chars().filter(char::is_ascii_digit).collect();
        assert!(digits.contains("14155552671") && digits.contains("012345"), "{by:?}: {}", arrived[0]);
    }
}

/// The adapter says what the peer did, never more and never less, and neither number nor code is in its error.
pub async fn a_texter_says_what_became_of_a_code(harness: &dyn PeerHarness<dyn Texter>) {
    for turn in [Turn::RefuseForGood, Turn::RefuseForNow, Turn::LoseAnswer, Turn::FallSilent] {
        for by in [Delivery::Text, Delivery::Call] {
            let Some(wire) = harness.play(&[turn]).await else { continue };
            let start = Instant::now();
            let answer = wire.port.deliver_code(notice(1), &number(), by, "012345", LIFE).await;
            must_be_honest(turn, &answer, start.elapsed(), "4155552671");
            must_be_honest(turn, &answer, start.elapsed(), "012345");
        }
    }
}

/// A failure stays with its code: the next one arrives.
pub async fn a_failed_code_does_not_hold_the_next(harness: &dyn PeerHarness<dyn Texter>) {
    for turn in [Turn::RefuseForGood, Turn::RefuseForNow, Turn::LoseAnswer] {
        let Some(wire) = harness.play(&[turn, Turn::Take]).await else { continue };
        assert!(
            wire.port.deliver_code(notice(1), &number(), Delivery::Text, "111111", LIFE).await.is_err(),
            "{turn:?}"
        );
        let second = wire.port.deliver_code(notice(2), &number(), Delivery::Text, "222222", LIFE).await;
        second.unwrap_or_else(|error| panic!("after {turn:?}: {error}"));
        assert!((wire.arrived)().iter().any(|got| got.contains("222222")), "after {turn:?}");
    }
}

pub(super) fn must_be_honest(turn: Turn, answer: &Result<(), SendError>, took: Duration, secret: &str) {
    let error = answer.as_ref().expect_err("nothing was confirmed");
    let honest = match turn {
        Turn::Take => false,
        Turn::RefuseForGood => matches!(error, SendError::Permanent { .. }),
        Turn::RefuseForNow => matches!(error, SendError::Transient { .. } | SendError::Later { .. }),
        Turn::LoseAnswer => matches!(error, SendError::Ambiguous { .. }),
        Turn::FallSilent => !matches!(error, SendError::Permanent { .. }),
    };
    assert!(honest, "{turn:?} became {error}");
    assert!(took < Duration::from_secs(60), "{turn:?} took {took:?}");
    assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
}

fn letter(number: u128) -> Letter {
    Letter {
        notice: notice(number),
        to: Email::parse("ann.perry@mail.example").expect("an address"),
        subject: format!("Hello number {number}"),
        text: format!("first line of {number}\n.\n..\nlast line of {number}\n"),
        html: format!("<p>paragraph of {number}</p>"),
    }
}

/// How long every code is good for here.
const LIFE: Duration = Duration::from_secs(600);

fn number() -> Phone {
    Phone::parse("+14155552671").expect("a number")
}

fn notice(number: u128) -> NoticeId {
    NoticeId(Uuid::from_u128(number))
}

/// Makes one test of every law of a mailer. The argument is an expression of a
/// [`PeerHarness`](crate::contract::PeerHarness)`<dyn Mailer>`.
#[macro_export]
macro_rules! mailer_contract {
    ($harness:expr) => {
        $crate::contract! { $harness;
            a_letter_arrives
            a_mailer_says_what_became_of_a_letter
            a_failed_letter_does_not_hold_the_next
        }
    };
}

/// Makes one test of every law of a texter. The argument is an expression of a
/// [`PeerHarness`](crate::contract::PeerHarness)`<dyn Texter>`.
#[macro_export]
macro_rules! texter_contract {
    ($harness:expr) => {
        $crate::contract! { $harness;
            a_code_arrives
            a_texter_says_what_became_of_a_code
            a_failed_code_does_not_hold_the_next
        }
    };
}
