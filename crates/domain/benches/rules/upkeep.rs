//! Limits, checks, and what support and telephone companies do: whole use cases over a store that forgets.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::access::{Gate, gate};
use practice_domain::person::Undeliverable;
use practice_domain::port::{Fault, Leased, Outbox, Parked, Queue, Settlement, UserAccount};
use practice_domain::rate::Limit;
use practice_domain::texts::{TextReport, Texts};
use practice_domain::usecase::{self, BotAnswers, BotChecks, ReleaseOutbox};
use practice_domain::value::{NoticeId, Time};
use practice_testkit::fakes::Doorman;
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::world::interleave::run;
use crate::world::staff::cell;
use crate::world::{DAY, World, email};
use crate::{Case, done};

const BOSS: &str = "boss@x.example";
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

/// An outbox with one notice that was given up; it stays so.
struct OneParked(Parked);

#[async_trait]
impl Outbox for OneParked {
    async fn lease(&self, _: Queue, _: Uuid, _: Time, _: Duration, _: usize) -> Result<Vec<Leased>, Fault> {
        Ok(Vec::new())
    }

    async fn settle(&self, _: &Leased, _: Settlement, _: Time) -> Result<bool, Fault> {
        Ok(false)
    }

    async fn parked(&self, _: usize) -> Result<Vec<Parked>, Fault> {
        Ok(vec![self.0.clone()])
    }

    async fn retry(&self, notice: NoticeId, _: Time) -> Result<bool, Fault> {
        Ok(notice == self.0.notice.id)
    }
}

/// A practice with a manager, and a letter that could not be sent; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let practice = world.office(BOSS).practice;
    world.ask_for_reset(BOSS);
    let now = world.now();
    let notice = world.memory.notices().into_iter().find(|notice| now < notice.expires_at).expect("a letter waits");
    let id = notice.id;
    let (support, number, like) = (operator(), cell(), email("b0ss@x.example"));
    let to_sign_in = like.clone();
    let reply = TextReport::Reply { from: cell(), texts: Texts::Stopped };
    let (doorman, answer) = (Doorman::default(), Doorman::answer(Gate::SignIn, 1));
    let release = ReleaseOutbox { within: DAY };
    let waiting = vec![notice.clone()];
    let outbox = OneParked(Parked { notice, why: Undeliverable::GaveUp, since: now });
    world.store.forget();
    vec![
        // Only what is pure of it: an archive is what a store is beside what it keeps.
        Case::look(&world, "release_outbox", "decide/release outbox", move |_| {
            let released = release.decide(waiting.clone(), now, now);
            assert_eq!(black_box(released).sent.len(), 1, "it is worth sending");
        }),
        Case::look(&world, "heed_limits", "decide/heed limits", move |world| {
            let limits = [(Limit::SignInsFromNetwork, "203.0.113.0"), (Limit::SignInsToAddress, BOSS)];
            done(usecase::heed_limits(&world.ports, &limits, 1));
        }),
        Case::look(&world, "limit_code", "decide/limit code", move |world| {
            done(usecase::limit_code(&world.ports, &number, practice, Some(CLIENT)));
        }),
        Case::look(&world, "pass_bot_check", "decide/pass bot check", move |world| {
            let checks = BotChecks { primary: &doorman, fallback: None, patience: None };
            let answers = BotAnswers { primary: &answer, ..BotAnswers::default() };
            done(usecase::pass_bot_check::<gate::SignIn>(&world.ports, checks, answers, Some(CLIENT)));
        }),
        Case::look(&world, "note_text_report", "decide/text report", move |world| {
            done(usecase::note_text_report(&world.ports, &reply));
        }),
        Case::look(&world, "resemblance", "decide/resemblance", move |world| {
            let found = run(usecase::resemblance(&world.ports, practice, &like)).expect("asked");
            assert!(found.is_some(), "it looks like the manager's");
        }),
        Case::look(&world, "resemblance_of_login", "decide/like a login", move |world| {
            let asked = usecase::resemblance_of_login(&world.ports, practice, &UserAccount::None, &to_sign_in);
            assert!(run(asked).expect("asked").is_some(), "it looks like the manager's");
        }),
        Case::decide(&world, "retry_notice", "decide/retry notice", move |world| {
            done(usecase::retry_notice(&world.ports, &outbox, &support, id));
        }),
    ]
}
