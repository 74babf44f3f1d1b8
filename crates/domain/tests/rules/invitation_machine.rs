//! The invitation against a model of its own: a list of what was sent and one word for how it stands.

use std::time::Duration;

use practice_domain::channel::{Channel, Placement, Product};
use practice_domain::invitation::{DeadLink, Invitation, NotOpen, Progress};
use practice_domain::member::Kind;
use practice_domain::value::{AccountId, InvitationId, PracticeId, Time};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use uuid::Uuid;

use crate::world::cases;
use crate::world::people::to;

const LIFE: u64 = 100;
const PEOPLE: [&str; 3] = ["a@x.example", "b@x.example", "c@x.example"];

/// How the model's invitation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Accepted,
    Withdrawn,
    Superseded,
}

/// When each link was sent and to whom; how it ended; the time.
#[derive(Debug, Clone)]
struct Model {
    sent: Vec<(u64, usize)>,
    end: Option<End>,
    now: u64,
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Resend,
    Correct(usize),
    Withdraw,
    Supersede,
    /// Somebody completes a run that a link of this generation began.
    Accept(u32),
    /// Somebody opens a link of this generation.
    Open(u32),
    Wait(u64),
}

impl Model {
    fn newest(&self) -> u32 {
        u32::try_from(self.sent.len()).expect("few")
    }

    fn open(&self, generation: u32) -> Result<(), DeadLink> {
        let (sent_at, _) = self.sent[self.sent.len() - 1];
        match self.end {
            Some(End::Accepted) => Err(DeadLink::Used),
            Some(_) => Err(DeadLink::Closed),
            None if generation > self.newest() => Err(DeadLink::Unknown),
            None if generation < self.newest() => Err(DeadLink::Newer),
            None if self.now >= sent_at + LIFE => Err(DeadLink::Expired),
            None => Ok(()),
        }
    }

    fn refusal(&self) -> Option<NotOpen> {
        self.end.map(|end| if end == End::Accepted { NotOpen::Registered } else { NotOpen::Closed })
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self { sent: vec![(0, 0)], end: None, now: 0 }).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Move> {
        let generations = 1..=state.newest() + 1;
        prop_oneof![
            4 => Just(Move::Resend),
            4 => (0..PEOPLE.len()).prop_map(Move::Correct),
            1 => Just(Move::Withdraw),
            1 => Just(Move::Supersede),
            2 => generations.clone().prop_map(Move::Accept),
            6 => generations.prop_map(Move::Open),
            4 => prop_oneof![Just(LIFE - 1), Just(LIFE), Just(1), 0..2 * LIFE].prop_map(Move::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Move) -> Self {
        let whom = state.sent[state.sent.len() - 1].1;
        match *step {
            Move::Wait(span) => state.now += span,
            Move::Open(_) => {}
            _ if state.end.is_some() => {}
            Move::Resend => state.sent.push((state.now, whom)),
            Move::Correct(whom) => state.sent.push((state.now, whom)),
            Move::Withdraw => state.end = Some(End::Withdrawn),
            Move::Supersede => state.end = Some(End::Superseded),
            Move::Accept(generation) if generation == state.newest() => state.end = Some(End::Accepted),
            Move::Accept(_) => {}
        }
        state
    }
}

struct Real {
    invitation: Invitation,
    refusal: Option<NotOpen>,
    now: u64,
}

fn at(seconds: u64) -> Time {
    Time::from_micros(0).plus(Duration::from_secs(seconds))
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let channel = Channel { product: Product::SecureMail, placement: Placement::Outside, kind: Kind::Patient };
        let (id, practice) = (InvitationId(Uuid::from_u128(1)), PracticeId(Uuid::from_u128(2)));
        let life = Duration::from_secs(LIFE);
        let invitation = Invitation::issue(id, practice, None, channel, to(PEOPLE[0]), at(0), life);
        Self { invitation, refusal: None, now: 0 }
    }

    fn apply(mut real: Self, model: &Model, step: Move) -> Self {
        let before = real.invitation.clone();
        let (now, life) = (at(real.now), Duration::from_secs(LIFE));
        let moved = match step {
            Move::Resend => before.clone().resend(now, life),
            Move::Correct(whom) => before.clone().correct(to(PEOPLE[whom]), now, life),
            Move::Withdraw => before.clone().withdraw(now),
            Move::Supersede => before.clone().supersede(now),
            Move::Accept(generation) => {
                let accepted = before.clone().accept(generation, AccountId(Uuid::from_u128(3)), now);
                let expected = match real.refusal {
                    Some(NotOpen::Registered) => Err(DeadLink::Used),
                    Some(NotOpen::Closed) => Err(DeadLink::Closed),
                    None if generation == before.generation => Ok(()),
                    None => Err(DeadLink::Newer),
                };
                assert_eq!(accepted.as_ref().map(|_| ()).map_err(|why| *why), expected);
                real.invitation = accepted.unwrap_or(before);
                real.refusal = model.refusal();
                return real;
            }
            Move::Open(generation) => {
                assert_eq!(before.open_by(generation, now), model.open(generation));
                assert_eq!(real.invitation, before, "INV-8: looking changes nothing");
                return real;
            }
            Move::Wait(span) => {
                real.now += span;
                return real;
            }
        };
        assert_eq!(moved.as_ref().err(), real.refusal.as_ref());
        real.invitation = moved.unwrap_or(before);
        real.refusal = model.refusal();
        real
    }

    fn check_invariants(real: &Self, model: &Model) {
        let invitation = &real.invitation;
        let (sent_at, whom) = model.sent[model.sent.len() - 1];
        assert_eq!(invitation.generation, model.newest());
        assert_eq!(invitation.email, to(PEOPLE[whom]).email);
        assert_eq!(invitation.is_open(), model.end.is_none());
        assert_eq!((invitation.id, invitation.created_at), (InvitationId(Uuid::from_u128(1)), at(0)));
        let progress = match model.end {
            Some(End::Accepted) => Progress::Accepted,
            Some(End::Withdrawn) => Progress::Withdrawn,
            Some(End::Superseded) => Progress::Superseded,
            None if model.now < sent_at + LIFE => Progress::Pending,
            None => Progress::Expired,
        };
        assert_eq!(invitation.progress(at(model.now)), progress);
        let works: Vec<u32> =
            (1..=model.newest() + 1).filter(|g| invitation.open_by(*g, at(model.now)).is_ok()).collect();
        let expected = if progress == Progress::Pending { vec![model.newest()] } else { Vec::new() };
        assert_eq!(works, expected, "INV-5: only the newest link ever works, and only while it lives");
    }
}

prop_state_machine! {
    #![proptest_config(cases(256))]

    /// INV-5, INV-6, INV-7, INV-8, INV-9, REG-6
    #[test]
    fn an_invitation_does_what_a_simple_model_says(sequential 1..40 => Real);
}

/// INV-5: valid exactly until the moment that its life ends.
#[test]
fn a_link_dies_at_the_very_end_of_its_life() {
    let invitation = Real::init_test(&Model { sent: vec![(0, 0)], end: None, now: 0 }).invitation;
    let end = at(LIFE);
    assert_eq!(invitation.open_by(1, end.minus(Duration::from_micros(1))), Ok(()));
    assert_eq!(invitation.open_by(1, end), Err(DeadLink::Expired));
    assert_eq!(invitation.goes_on(1), Ok(()), "a run that it began may end after it");
}
