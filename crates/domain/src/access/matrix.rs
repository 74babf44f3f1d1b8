//! Who may do what to whom, as one table in code (`LIST-7`). It asks for plain facts, so that whoever has loaded them can ask.
//!
//! Reasons come in a fixed order: who asks, then whether the person is theirs to see, then what they may, then how it stands with
//! the person, and last what the asker can settle on the spot: a card, a reason, the password.

use crate::access::{Action, Affair, SignedIn, WhyNot};
use crate::channel::Placement;
use crate::member::{Kind, Member, Role, Tier};
use crate::person::Person;
use crate::role::{Permission, Permissions};
use crate::value::PracticeId;

type Answer = Result<(), WhyNot>;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody who has signed in.
    Visitor,
    /// Somebody who has.
    Person(Asker),
    /// A vendor application, with its key.
    Product,
    /// Vendor support.
    Operator {
        /// Whether they say why.
        reason: bool,
    },
}

/// What counts of somebody who has signed in, in the practice where they work now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Whether they are a doctor or a staff member there.
    pub staff: bool,
    /// Whether they are User Manager.
    pub user_manager: bool,
    /// Whether they are Owner.
    pub owner: bool,
    /// What their role lets them do.
    pub permissions: Permissions,
    /// Whether they gave their password a moment ago (`SESS-2`).
    pub fresh: bool,
    /// Whether a card of theirs is on file (`BILL-2`).
    pub card: bool,
    /// What they may use of SecureMail.
    pub tier: Tier,
}

/// What counts of the person that an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whom {
    /// Whether the row belongs to the asker's practice.
    pub here: bool,
    /// Whether it is the asker.
    pub oneself: bool,
    /// As what.
    pub kind: Kind,
    /// Whether they belong to the practice, or are to.
    pub placement: Placement,
    /// How far they have come.
    pub stage: Stage,
    /// Whether a lock stands against them (`LOCK-2`).
    pub locked: bool,
    /// Whether they are Owner.
    pub owner: Held,
    /// Whether they are User Manager.
    pub user_manager: Held,
    /// What their role lets them do.
    pub permissions: Permissions,
    /// What is bought for them.
    pub plan: Plan,
}

/// How far a person has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// An employee without a user account (`EMP-1`).
    Employed,
    /// Invited, not registered.
    Invited,
    /// Has an account, and may use it.
    Registered,
    /// Shut out (`EMP-3`), with or without an account.
    Deactivated,
}

/// Whether somebody has what a practice must not be without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// They have it not.
    Not,
    /// They have it, and somebody else has it, too.
    Shared,
    /// They alone have it.
    Alone,
}

/// What is bought for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plan {
    /// Nothing.
    None,
    /// Something.
    Bought {
        /// Whether the asker pays.
        by_asker: bool,
        /// Whether there is nothing above it: annual, with the annual plugin.
        complete: bool,
    },
}

impl SignedIn {
    /// What counts of this person when they ask; `card` says whether one of theirs is on file.
    #[must_use]
    pub fn asking(&self, card: bool) -> Who {
        let member = self.place().map(|(_, member)| member);
        let is = |what: fn(&Member) -> bool| member.is_some_and(what);
        Who::Person(Asker {
            staff: is(|member| member.kind != Kind::Patient),
            user_manager: self.is_user_manager(),
            owner: is(|member| member.role == Role::Owner),
            permissions: self.permissions(),
            fresh: self.is_fresh(),
            card,
            tier: member.map_or(Tier::Free, |member| member.tier),
        })
    }
}

impl Whom {
    /// What a row of Manage Account tells somebody of this practice. What it does not tell is as little as can be: not the asker,
    /// no role, nothing bought.
    #[must_use]
    pub fn of(person: &Person, practice: PracticeId) -> Self {
        Self {
            here: person.practice == practice,
            oneself: false,
            kind: person.kind,
            placement: person.placement,
            stage: if person.is_registered() { Stage::Registered } else { Stage::Invited },
            locked: person.locked,
            owner: Held::Not,
            user_manager: if person.user_manager { Held::Shared } else { Held::Not },
            permissions: Permissions::NONE,
            plan: Plan::None,
        }
    }
}

/// Whether `who` may do this to `whom`.
///
/// # Errors
///
/// [`WhyNot`] is the reason why not.
pub fn may(who: &Who, whom: &Whom, action: Action) -> Answer {
    match who {
        Who::Visitor => Err(WhyNot::NotSignedIn),
        Who::Product => Err(WhyNot::Product),
        Who::Operator { reason } => {
            support(whom, action)?;
            unless(!reason, WhyNot::NoReason)
        }
        Who::Person(_) if !whom.here => Err(WhyNot::NotHere),
        Who::Person(asker) => {
            authority(asker, whom, action)?;
            state(whom, action)?;
            at_once(asker, whom, action)
        }
    }
}

/// Whether `who` may do what concerns no single person.
///
/// # Errors
///
/// [`WhyNot`] is the reason why not.
pub fn may_at_all(who: &Who, affair: Affair) -> Answer {
    let asker = match who {
        Who::Visitor => return Err(WhyNot::NotSignedIn),
        Who::Product => return unless(affair != Affair::Invite, WhyNot::Product),
        Who::Operator { .. } => {
            let reads = matches!(affair, Affair::OpenManageAccount | Affair::ReadAudit);
            return unless(!reads, WhyNot::Support);
        }
        Who::Person(asker) => asker,
    };
    match affair {
        Affair::KeepProfile => Ok(()),
        Affair::OpenManageAccount => asker.manages(),
        Affair::OpenUserAccounts => asker.has(Permission::ViewUserAccounts),
        Affair::AddEmployee | Affair::EditRoles => asker.has(Permission::EditUserAccounts),
        Affair::ShowCodeWord | Affair::RotateCodeWord => {
            asker.has(Permission::UseCodeWord).and_then(|()| asker.is_fresh())
        }
        Affair::SetTwoStep => asker.manages().and_then(|()| asker.is_fresh()),
        Affair::ChangePolicy => asker.has(Permission::ChangePolicy).and_then(|()| asker.is_fresh()),
        Affair::Export if asker.user_manager => asker.is_fresh(),
        Affair::Export => asker.has(Permission::ExportPeople).and_then(|()| asker.is_fresh()),
        Affair::ReadAudit => asker.has(Permission::ReadAudit),
        Affair::Invite => asker.is_staff().and_then(|()| unless(!asker.tier.is_paid(), WhyNot::NotPaid)),
        Affair::KeepCard => asker.is_staff().and_then(|()| asker.is_fresh()),
        Affair::SeeInvoices => asker.is_staff(),
    }
}

/// What the asker may, whatever stands with the person.
fn authority(asker: &Asker, whom: &Whom, action: Action) -> Answer {
    match action {
        Action::GrantUserManager | Action::RevokeUserManager => Err(WhyNot::SupportOnly),
        Action::Buy | Action::EndSessions | Action::ResetPassword if whom.oneself => Ok(()),
        Action::CancelPlan => Ok(()),
        Action::Reinvite | Action::Correct | Action::Withdraw | Action::Unlock | Action::Edit | Action::Buy => {
            asker.manages()
        }
        Action::EndSessions => asker.has(Permission::EndSessions),
        Action::SetUp | Action::ResetPassword | Action::ResetSecondFactor => asker.has(Permission::EditUserAccounts),
        Action::Deactivate | Action::Reactivate | Action::AssignRole => {
            asker.has(Permission::EditUserAccounts)?;
            unless(whom.owner != Held::Not && !asker.owner, WhyNot::NotOwner)?;
            unless(!whom.permissions.are_within(asker.permissions), WhyNot::Above)
        }
        Action::MakeOwner => unless(!asker.owner, WhyNot::NotOwner),
    }
}

/// What the person's state allows.
fn state(whom: &Whom, action: Action) -> Answer {
    match action {
        Action::Reinvite | Action::Correct | Action::Withdraw => whom.is_invited(),
        Action::Edit if whom.stage == Stage::Invited => Ok(()),
        Action::Edit | Action::EndSessions => whom.is_registered(),
        Action::Unlock => whom.is_registered().and_then(|()| unless(!whom.locked, WhyNot::NotLocked)),
        Action::CancelPlan => match whom.plan {
            Plan::None => Err(WhyNot::NoPlan),
            Plan::Bought { by_asker, .. } => unless(!by_asker, WhyNot::NotPayer),
        },
        Action::ResetPassword if whom.oneself => whom.is_registered(),
        _ if whom.kind == Kind::Patient => Err(WhyNot::Patient),
        Action::Buy => {
            whom.is_registered()?;
            unless(matches!(whom.plan, Plan::Bought { complete: true, .. }), WhyNot::NoMorePlans)
        }
        Action::SetUp => match whom.stage {
            Stage::Employed => Ok(()),
            Stage::Invited => Err(WhyNot::Invited),
            Stage::Registered => Err(WhyNot::Registered),
            Stage::Deactivated => Err(WhyNot::Deactivated),
        },
        Action::ResetPassword | Action::ResetSecondFactor | Action::GrantUserManager => whom.is_registered(),
        Action::Deactivate => {
            unless(whom.stage == Stage::Deactivated, WhyNot::Deactivated)?;
            unless(whom.placement == Placement::Outside, WhyNot::Elsewhere)?;
            unless(whom.owner == Held::Alone, WhyNot::LastOwner)?;
            unless(whom.user_manager == Held::Alone, WhyNot::LastUserManager)
        }
        Action::Reactivate => unless(whom.stage != Stage::Deactivated, WhyNot::Active),
        Action::AssignRole => whom.is_registered().and_then(|()| unless(whom.owner == Held::Alone, WhyNot::LastOwner)),
        Action::MakeOwner => whom.is_registered().and_then(|()| unless(whom.owner != Held::Not, WhyNot::Owner)),
        Action::RevokeUserManager => {
            whom.is_registered()?;
            unless(whom.user_manager == Held::Alone, WhyNot::LastUserManager)
        }
    }
}

/// What the asker can settle on the spot (`SESS-2`).
fn at_once(asker: &Asker, whom: &Whom, action: Action) -> Answer {
    match action {
        Action::Buy => unless(!asker.card, WhyNot::NoCard).and_then(|()| asker.is_fresh()),
        Action::EndSessions if !whom.oneself => asker.is_fresh(),
        Action::MakeOwner => asker.is_fresh(),
        Action::AssignRole if whom.owner != Held::Not => asker.is_fresh(),
        _ => Ok(()),
    }
}

/// What support may do, in every practice (section 13).
fn support(whom: &Whom, action: Action) -> Answer {
    match action {
        Action::Unlock | Action::EndSessions | Action::GrantUserManager | Action::RevokeUserManager => {
            state(&Whom { placement: Placement::InPractice, ..*whom }, action)
        }
        _ => Err(WhyNot::Support),
    }
}

impl Asker {
    fn manages(&self) -> Answer {
        unless(!self.user_manager, WhyNot::NotUserManager)
    }

    fn has(&self, permission: Permission) -> Answer {
        unless(!self.permissions.has(permission), WhyNot::Lacks(permission))
    }

    fn is_fresh(&self) -> Answer {
        unless(!self.fresh, WhyNot::NotFresh)
    }

    fn is_staff(&self) -> Answer {
        unless(!self.staff, WhyNot::NotStaff)
    }
}

impl Whom {
    fn is_invited(&self) -> Answer {
        match self.stage {
            Stage::Invited => Ok(()),
            Stage::Employed => Err(WhyNot::NoAccount),
            Stage::Registered | Stage::Deactivated => Err(WhyNot::Registered),
        }
    }

    fn is_registered(&self) -> Answer {
        match self.stage {
            Stage::Registered => unless(self.placement == Placement::Outside, WhyNot::Elsewhere),
            Stage::Employed => Err(WhyNot::NoAccount),
            Stage::Invited => Err(WhyNot::NotRegistered),
            Stage::Deactivated => Err(WhyNot::Deactivated),
        }
    }
}

fn unless(hindered: bool, why: WhyNot) -> Answer {
    if hindered { Err(why) } else { Ok(()) }
}
