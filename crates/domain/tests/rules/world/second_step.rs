//! What people do with an authenticator app.

use practice_domain::access::{Fresh, HalfWay, SignedIn};
use practice_domain::port::Store;
use practice_domain::second_factor::{FactorState, step_at};
use practice_domain::usecase::{self, EnrolError, Enrolled, Enroller, Entrance, HalfWelcome, RedeemError, Welcome};
use practice_domain::value::AccountId;
use practice_testkit::fakes::FakeKeys;

use crate::world::interleave::run;
use crate::world::{GOOD, World, origin};

impl World {
    /// What the account's app shows now, so many steps later or earlier.
    pub(crate) fn app(&self, account: AccountId, steps: i64) -> String {
        let factor = run(self.memory.second_factor(account)).expect("stored").expect("a second factor");
        let (FactorState::On { secret, .. } | FactorState::Pending { secret, .. }) = factor.state else {
            panic!("no app is set up");
        };
        FakeKeys::totp(&secret.0[16..], step_at(self.now()).saturating_add_signed(steps))
    }

    pub(crate) fn half_way(&self, half: &HalfWelcome) -> HalfWay {
        run(usecase::authenticate_half_way(&self.ports, &half.cookie, origin())).expect("asked").expect("half-way")
    }

    /// Signs in as far as the second step.
    pub(crate) fn half(&self, who: &str) -> HalfWelcome {
        match self.enter(who, GOOD, None).expect("the password is right") {
            Entrance::Half(half) => half,
            Entrance::Whole(_) => panic!("no second factor is asked for"),
        }
    }

    pub(crate) fn redeem(&self, half: &HalfWelcome, code: &str) -> Result<Welcome, RedeemError> {
        run(usecase::redeem_second_factor(&self.ports, &self.half_way(half), code))
    }

    /// Sets up an app, or renews one that is only half set up; recovery codes come of it.
    pub(crate) fn enrol(&self, who: &Fresh<SignedIn>) -> Option<Enrolled> {
        self.set_up(Enroller::SignedIn(who), who.who().account()).ok()
    }

    pub(crate) fn set_up(&self, who: Enroller<'_>, account: AccountId) -> Result<Enrolled, EnrolError> {
        run(usecase::begin_second_factor(&self.ports, who))?;
        run(usecase::confirm_second_factor(&self.ports, who, &self.app(account, 0)))
    }

    /// The second step, whichever it is; none when it is refused.
    pub(crate) fn second_step(&self, half: &HalfWelcome) -> Option<Welcome> {
        let account = half.session.account;
        if half.enrols {
            return self.set_up(Enroller::HalfWay(&self.half_way(half)), account).ok()?.welcome;
        }
        self.redeem(half, &self.app(account, 0)).ok()
    }

    pub(crate) fn fresh_person(&self, who: &str) -> Fresh<SignedIn> {
        self.signed_in(who).fresh().expect("fresh")
    }
}
