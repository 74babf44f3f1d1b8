//! Hundreds of purchases, each with other mishaps in another order, some asked twice at once: the same few truths at the end of each.

use practice_domain::billing::Doubt;
use practice_domain::port::{Answer, Payments};

use crate::books::Manner;
use crate::server::Mishap;
use crate::world::{World, purchase, usd};

/// Numbers that look drawn, the same for every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }
}

/// PM-03, PM-04, F-21, F-22, F-23: at most one paid invoice a purchase, and in the end the books and the answer say the same.
#[tokio::test]
async fn books_and_answers_agree_after_every_history() {
    let (mut paid, mut declined) = (0, 0);
    for seed in 0..HISTORIES {
        let mut dice = Dice(seed);
        let manner = dice.pick(&[Manner::Good, Manner::Good, Manner::Declines("insufficient_funds")]);
        let world = World::with_card(manner).await;
        for _ in 0..dice.roll(6) {
            let (method, ends) = dice.pick(PLACES);
            world.server.plan(method, ends, dice.pick(WAYS));
        }
        let answer = settle(&world, &mut dice).await;
        world.server.calm();
        let (statuses, (kept, invoices)) = world.end();
        let open = world.server.books(|books| books.invoices.iter().filter(|one| one.status == "open").count());
        match (manner, &answer) {
            (Manner::Good, Answer::Confirmed(sold)) => {
                paid += 1;
                assert_eq!((kept, invoices), (10_230, 1), "history {seed}: {statuses:?}");
                assert_eq!(sold.invoice.amount, usd(10_230));
                let active = statuses.iter().filter(|status| **status == "active").count();
                assert_eq!(active, 1, "history {seed}: {statuses:?}");
            }
            (Manner::Declines(_), Answer::Declined(_)) => {
                declined += 1;
                assert_eq!((kept, invoices, open), (0, 0, 0), "history {seed}: {statuses:?}");
            }
            (_, other) => panic!("history {seed}: {other:?}"),
        }
        assert_eq!(world.look_up().await.as_ref(), Some(&answer), "history {seed}");
    }
    assert!(paid > 200 && declined > 100, "{paid} paid, {declined} declined");
}

/// What the reconciler does: looks up, and asks again under the key that may be used; sometimes two do so at once.
async fn settle(world: &World, dice: &mut Dice) -> Answer {
    let (mut step, mut doubt) = (0, Doubt::NoAnswer);
    let mut first = true;
    for _ in 0..24 {
        let found = match first {
            true => Ok(None),
            false => world.stripe.look_up(purchase(), &world.customer).await,
        };
        first = false;
        match found {
            Ok(Some(answer)) => return answer,
            Ok(None) => {}
            Err(_) => continue,
        }
        if doubt == Doubt::KeySpent {
            (step, doubt) = (step + 1, Doubt::NoAnswer);
        }
        let answer = if dice.roll(4) == 0 {
            let (one, other) = tokio::join!(world.subscribe(step), world.subscribe(step));
            if let Answer::Unknown(told) = other {
                doubt = doubt.max(told);
            }
            one
        } else {
            world.subscribe(step).await
        };
        match answer {
            Answer::Unknown(told) => doubt = doubt.max(told),
            told => return told,
        }
    }
    panic!("it never settles")
}

const HISTORIES: u64 = 600;

const PLACES: &[(&str, &str)] = &[
    ("POST", "/v1/products"),
    ("POST", "/v1/subscriptions"),
    ("POST", "/v1/subscriptions"),
    ("POST", "/pay"),
    ("POST", "/pay"),
    ("POST", "/void"),
    ("GET", "/v1/subscriptions"),
    ("DELETE", ""),
];

const WAYS: &[Mishap] = &[
    Mishap::LosesRequest,
    Mishap::LosesAnswer,
    Mishap::HalvesAnswer,
    Mishap::Babbles,
    Mishap::FailsBefore,
    Mishap::FailsAfter,
    Mishap::Says(409),
    Mishap::Says(429),
];
