//! What Stripe may still charge, as it lists it.

use practice_domain::billing::calendar::Cadence;
use practice_domain::billing::plan::PlanOption;
use practice_domain::port::{Answer, Payments, RemoteStanding, Running};

use crate::books::{Manner, Notes, Subscription};
use crate::world::{World, purchase, usd};

/// Everything that is listed, in pages of this size.
async fn walk(world: &World, most: usize) -> Vec<Running> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = world.stripe.running(after, most).await.expect("reachable");
        assert!(page.running.len() <= most);
        all.extend(page.running);
        match page.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

/// BILL-10: however many others somebody sells through the same account, and however many were begun and never paid: a page may be empty and
/// is not the last one then.
#[tokio::test]
async fn ours_is_found_among_all_that_stripe_lists() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    world.server.books(|books| {
        let statuses = ["active", "incomplete", "canceled", "incomplete_expired", "past_due"];
        books.subscriptions.extend((0..350).map(|n| Subscription {
            id: format!("sub_other{n}"),
            customer: "cus_other".to_owned(),
            status: statuses[n % 5],
            notes: Notes::new(),
            currency: "xts".to_owned(),
            cadence: Cadence::Monthly,
            anchor: 1_000,
            number: 0,
            recurring: 1,
            items: vec![("prod_other".to_owned(), 1)],
            ends_with_period: false,
        }));
    });
    for most in [1_000, 100, 3, 1] {
        let found = walk(&world, most.min(100)).await;
        assert_eq!(found.len(), 1 + 2 * 70, "what runs and what failed, and ours");
        let (ours, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.purchase.is_some());
        assert_eq!((ours.len(), ours[0].subscription.clone()), (1, sold.subscription.clone()));
        assert!(others.iter().all(|one| one.sold.is_none() && one.paid.is_none() && one.unpaid.is_none()));
    }
}

/// BILL-10: whatever somebody changes at Stripe is seen in the list.
#[tokio::test]
async fn what_was_changed_at_stripe_is_seen() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    let name = sold.subscription.as_str();
    let one = |found: Vec<Running>| found.into_iter().next().expect("it runs");
    let listed = one(walk(&world, 100).await);
    assert_eq!(listed.purchase, Some(purchase()));
    assert_eq!(listed.sold, Some((PlanOption::ALL[1], usd(10_000))), "without the tax");
    assert_eq!((listed.standing, listed.paid), (RemoteStanding::Live, Some(sold.invoice.clone())));

    let change = |act: &dyn Fn(&mut Subscription)| {
        world.server.books(|books| act(books.subscription(name).expect("sold")));
    };
    change(&|one| one.items[0].1 = 9_000);
    assert_eq!(one(walk(&world, 100).await).sold, Some((PlanOption::ALL[1], usd(9_000))));
    change(&|one| one.items[0].0 = "portal_outlook_plugin".to_owned());
    assert_eq!(one(walk(&world, 100).await).sold, Some((PlanOption::ALL[3], usd(9_000))));
    change(&|one| one.cadence = Cadence::Monthly);
    assert_eq!(one(walk(&world, 100).await).sold, Some((PlanOption::ALL[2], usd(9_000))));
    change(&|one| one.items.push(("portal_securemail".to_owned(), 1)));
    assert_eq!(one(walk(&world, 100).await).sold, None, "two things at once were never sold");
    change(&|one| one.items = vec![("prod_other".to_owned(), 9_000)]);
    assert_eq!(one(walk(&world, 100).await).sold, None, "nothing that is sold here");
    change(&|one| one.ends_with_period = true);
    assert!(one(walk(&world, 100).await).ends_with_period);

    world.server.books(|books| {
        books.methods[0].manner = Manner::Declines("expired_card");
        books.renew(name);
    });
    let failed = one(walk(&world, 100).await);
    assert_eq!((failed.standing, failed.unpaid, failed.paid), (RemoteStanding::Failed, Some(usd(10_750)), None));
    change(&|one| one.status = "canceled");
    assert!(walk(&world, 100).await.is_empty());
}

/// BILL-4: what was begun and never paid may not be charged again, and is not listed.
#[tokio::test]
async fn what_was_never_paid_is_not_listed() {
    for manner in [Manner::Asks, Manner::Declines("expired_card")] {
        let world = World::with_card(manner).await;
        assert!(!matches!(world.subscribe(0).await, Answer::Confirmed(_)));
        assert!(walk(&world, 100).await.is_empty());
    }
}
