//! Who may do what: the whole matrix, against tables written down here.

use practice_domain::access::{Action, Affair, Asker, Held, Plan, Stage, Who, Whom, WhyNot, may, may_at_all};
use practice_domain::channel::Placement;
use practice_domain::member::{Kind, Role, Tier};
use practice_domain::role::{Permission, Permissions};

/// Who asks, in the order of the columns of [`AUTHORITY`] and [`AFFAIRS`].
const ASKERS: [&str; 8] = ["visitor", "product", "support", "patient", "staff", "manager", "administrator", "owner"];

fn of(role: Role) -> Permissions {
    role.predefined_permissions().expect("predefined")
}

pub(crate) fn who(name: &str, fresh: bool, card: bool) -> Who {
    let plain = Asker {
        staff: true,
        user_manager: false,
        owner: false,
        permissions: of(Role::FrontDesk),
        fresh,
        card,
        tier: Tier::Free,
    };
    match name {
        "visitor" => Who::Visitor,
        "product" => Who::Product,
        "support" => Who::Operator { reason: true },
        "patient" => Who::Person(Asker { staff: false, permissions: Permissions::NONE, ..plain }),
        "staff" => Who::Person(plain),
        "manager" => Who::Person(Asker { user_manager: true, ..plain }),
        "administrator" => Who::Person(Asker { permissions: of(Role::OfficeAdministrator), ..plain }),
        "owner" => Who::Person(Asker { owner: true, permissions: of(Role::Owner), ..plain }),
        "first" => Who::Person(Asker { owner: true, user_manager: true, permissions: of(Role::Owner), ..plain }),
        other => panic!("{other}"),
    }
}

/// Whom it is about, in the order of the columns of [`STATES`].
const STATES_OF: [&str; 14] = [
    "employed",
    "invited",
    "outside",
    "member",
    "locked",
    "patient",
    "invited patient",
    "deactivated",
    "owner",
    "last owner",
    "last manager",
    "all bought",
    "bought by me",
    "bought by another",
];

pub(crate) fn whom(state: &str) -> Whom {
    let member = Whom {
        here: true,
        oneself: false,
        kind: Kind::Staff,
        placement: Placement::InPractice,
        stage: Stage::Registered,
        locked: false,
        owner: Held::Not,
        user_manager: Held::Not,
        permissions: of(Role::FrontDesk),
        plan: Plan::None,
    };
    let bought = |by_asker, complete| Whom { plan: Plan::Bought { by_asker, complete }, ..member };
    let nobody = Whom { permissions: Permissions::NONE, ..member };
    match state {
        "employed" => Whom { stage: Stage::Employed, ..nobody },
        "invited" => Whom { stage: Stage::Invited, ..nobody },
        "outside" => Whom { stage: Stage::Invited, placement: Placement::Outside, ..nobody },
        "member" => member,
        "locked" => Whom { locked: true, ..member },
        "patient" => Whom { kind: Kind::Patient, ..nobody },
        "invited patient" => Whom { kind: Kind::Patient, stage: Stage::Invited, ..nobody },
        "deactivated" => Whom { stage: Stage::Deactivated, ..member },
        "owner" => Whom { owner: Held::Shared, permissions: of(Role::Owner), ..member },
        "last owner" => Whom { owner: Held::Alone, permissions: of(Role::Owner), ..member },
        "last manager" => Whom { user_manager: Held::Alone, ..member },
        "all bought" => bought(true, true),
        "bought by me" => bought(true, false),
        "bought by another" => bought(false, false),
        other => panic!("{other}"),
    }
}

/// What the letters of the tables stand for.
fn code(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "." => return None,
        "S" => "not-signed-in",
        "P" => "not-for-products",
        "V" => "not-for-support",
        "U" => "support-only",
        "M" => "not-user-manager",
        "O" => "not-owner",
        "L" => "not-permitted",
        "F" => "reauth-required",
        "n" => "not-staff",
        "t" => "tier-not-paid",
        "A" => "no-user-account",
        "N" => "not-registered",
        "R" => "already-registered",
        "I" => "already-invited",
        "D" => "deactivated",
        "T" => "already-active",
        "E" => "other-practice",
        "k" => "not-locked",
        "p" => "patient",
        "1" => "last-owner",
        "2" => "last-user-manager",
        "W" => "already-owner",
        "c" => "no-additional-plans",
        "z" => "no-plan",
        "y" => "not-payer",
        other => panic!("{other}"),
    })
}

fn cell(row: &str, column: usize) -> Option<&'static str> {
    code(row.split_whitespace().nth(column).expect("a cell"))
}

/// What each asker is told, with whomever the action fits.
const AUTHORITY: [(Action, &str); 17] = [
    (Action::Reinvite, "S P V M M . M M"),
    (Action::Correct, "S P V M M . M M"),
    (Action::Withdraw, "S P V M M . M M"),
    (Action::Unlock, "S P . M M . M M"),
    (Action::EndSessions, "S P . L L L . ."),
    (Action::Edit, "S P V M M . M M"),
    (Action::Buy, "S P V M M . M M"),
    (Action::CancelPlan, "S P V . . . . ."),
    (Action::SetUp, "S P V L L L . ."),
    (Action::ResetPassword, "S P V L L L . ."),
    (Action::ResetSecondFactor, "S P V L L L . ."),
    (Action::Deactivate, "S P V L L L . ."),
    (Action::Reactivate, "S P V L L L . ."),
    (Action::AssignRole, "S P V L L L . ."),
    (Action::MakeOwner, "S P V O O O O ."),
    (Action::GrantUserManager, "S P . U U U U U"),
    (Action::RevokeUserManager, "S P . U U U U U"),
];

/// What whoever may is told about each person.
const STATES: [(Action, &str); 17] = [
    (Action::Reinvite, "A . . R R R . R R R R R R R"),
    (Action::Correct, "A . . R R R . R R R R R R R"),
    (Action::Withdraw, "A . . R R R . R R R R R R R"),
    (Action::Unlock, "A N N k . k N D k k k k k k"),
    (Action::EndSessions, "A N N . . . N D . . . . . ."),
    (Action::Edit, "A . . . . . . D . . . . . ."),
    (Action::Buy, "A N N . . p p D . . . c . ."),
    (Action::CancelPlan, "z z z z z z z z z z z . . y"),
    (Action::SetUp, ". I I R R p p D R R R R R R"),
    (Action::ResetPassword, "A N N . . p p D . . . . . ."),
    (Action::ResetSecondFactor, "A N N . . p p D . . . . . ."),
    (Action::Deactivate, ". . E . . p p D . 1 2 . . ."),
    (Action::Reactivate, "T T T T T p p . T T T T T T"),
    (Action::AssignRole, "A N N . . p p D . 1 . . . ."),
    (Action::MakeOwner, "A N N . . p p D W W . . . ."),
    (Action::GrantUserManager, "A N N . . p p D . . . . . ."),
    (Action::RevokeUserManager, "A N N . . p p D . . 2 . . ."),
];

/// What each asker, who gave their password long ago and has paid nothing, is told about what concerns no single person.
const AFFAIRS: [(Affair, &str); 14] = [
    (Affair::KeepProfile, "S P V . . . . ."),
    (Affair::OpenManageAccount, "S P . M M . M M"),
    (Affair::OpenUserAccounts, "S P V L L L . ."),
    (Affair::AddEmployee, "S P V L L L . ."),
    (Affair::EditRoles, "S P V L L L . ."),
    (Affair::ShowCodeWord, "S P V L L L F F"),
    (Affair::RotateCodeWord, "S P V L L L F F"),
    (Affair::SetTwoStep, "S P V M M F M M"),
    (Affair::ChangePolicy, "S P V L L L L F"),
    (Affair::Export, "S P V L L F F F"),
    (Affair::ReadAudit, "S P . L L L L ."),
    (Affair::Invite, "S . V n t t t t"),
    (Affair::KeepCard, "S P V n F F F F"),
    (Affair::SeeInvoices, "S P V n . . . ."),
];

/// What is settled on the spot, when everything else is right.
fn at_once(action: Action, state: &str, fresh: bool, card: bool) -> Option<&'static str> {
    let to_owner = matches!(state, "owner" | "last owner");
    match action {
        Action::Buy if !card => Some("no-card-on-file"),
        Action::Buy | Action::EndSessions | Action::MakeOwner if !fresh => Some("reauth-required"),
        Action::AssignRole if to_owner && !fresh => Some("reauth-required"),
        _ => None,
    }
}

fn expected(action: Action, asker: &str, state: &str, fresh: bool, card: bool) -> Option<&'static str> {
    let row = |table: &[(Action, &'static str)]| table.iter().find(|(of, _)| *of == action).expect("a row").1;
    let column = ASKERS.iter().position(|known| *known == asker).expect("a column");
    let person = !matches!(asker, "visitor" | "product" | "support");
    let of_owners = matches!(action, Action::Deactivate | Action::Reactivate | Action::AssignRole);
    let of_owners = of_owners && asker == "administrator" && state.ends_with("owner");
    let state_at = STATES_OF.iter().position(|known| *known == state).expect("a column");
    cell(row(&AUTHORITY), column)
        .or(of_owners.then_some("not-owner"))
        .or_else(|| cell(row(&STATES), state_at))
        .or_else(|| if person { at_once(action, state, fresh, card) } else { None })
}

fn told(answer: Result<(), WhyNot>) -> Option<&'static str> {
    answer.err().map(WhyNot::code)
}

/// LIST-7, LIST-4, LIST-8, LOCK-2, BILL-2, EMP-2, EMP-3, EMP-4, ROLE-2, PRA-3, SESS-2: every action, by everybody, to everybody.
#[test]
fn every_action_is_explained_as_written_down() {
    assert_eq!((AUTHORITY.map(|(action, _)| action), STATES.map(|(action, _)| action)), (Action::ALL, Action::ALL));
    for action in Action::ALL {
        for asker in ASKERS {
            for state in STATES_OF {
                for (fresh, card) in [(false, false), (false, true), (true, false), (true, true)] {
                    let found = told(may(&who(asker, fresh, card), &whom(state), action));
                    let expected = expected(action, asker, state, fresh, card);
                    assert_eq!(found, expected, "{asker}, fresh {fresh}, card {card}: {action:?} to {state}");
                }
            }
        }
    }
}

/// LIST-7, SESS-2, CODE-1, LIST-9, INV-2, BILL-7: every affair, by everybody.
#[test]
fn every_affair_is_explained_as_written_down() {
    assert_eq!(AFFAIRS.map(|(affair, _)| affair), Affair::ALL);
    for (affair, row) in AFFAIRS {
        for (column, asker) in ASKERS.into_iter().enumerate() {
            let stale = cell(row, column);
            assert_eq!(told(may_at_all(&who(asker, false, false), affair)), stale, "{asker}: {affair:?}");
            let fresh = stale.filter(|code| *code != "reauth-required");
            assert_eq!(told(may_at_all(&who(asker, true, false), affair)), fresh, "{asker}, fresh: {affair:?}");
        }
    }
    let Who::Person(staff) = who("staff", false, false) else { panic!("a person") };
    for tier in [Tier::Paid, Tier::PaidWithPlugin] {
        assert_eq!(may_at_all(&Who::Person(Asker { tier, ..staff }), Affair::Invite), Ok(()));
    }
}

/// LIST-7, TN-01: what belongs to another practice is not there, for everybody but support.
#[test]
fn another_practice_s_people_are_not_there() {
    for action in Action::ALL {
        for asker in ["patient", "staff", "manager", "administrator", "owner", "first"] {
            for state in STATES_OF {
                let elsewhere = Whom { here: false, ..whom(state) };
                assert_eq!(
                    may(&who(asker, true, true), &elsewhere, action),
                    Err(WhyNot::NotHere),
                    "{asker}: {action:?}"
                );
            }
        }
    }
    for placement in [Placement::InPractice, Placement::Outside] {
        let elsewhere = Whom { here: false, placement, ..whom("locked") };
        assert_eq!(may(&who("support", false, false), &elsewhere, Action::Unlock), Ok(()));
        let silent = may(&Who::Operator { reason: false }, &elsewhere, Action::Unlock);
        assert_eq!(silent, Err(WhyNot::NoReason));
    }
}

/// LIST-7, BILL-7, SESS-1, EMP-4: what people do for themselves.
#[test]
fn people_do_some_things_for_themselves() {
    let oneself = |state| Whom { oneself: true, ..whom(state) };
    let staff = |fresh, card| who("staff", fresh, card);
    assert_eq!(may(&staff(true, true), &oneself("member"), Action::Buy), Ok(()));
    assert_eq!(may(&staff(true, false), &oneself("bought by another"), Action::Buy), Err(WhyNot::NoCard));
    assert_eq!(may(&staff(false, true), &oneself("member"), Action::Buy), Err(WhyNot::NotFresh));
    assert_eq!(may(&who("patient", true, true), &oneself("patient"), Action::Buy), Err(WhyNot::Patient));
    for action in [Action::EndSessions, Action::ResetPassword] {
        assert_eq!(may(&staff(false, false), &oneself("member"), action), Ok(()), "{action:?}");
        assert_eq!(may(&who("patient", false, false), &oneself("patient"), action), Ok(()), "{action:?}");
    }
}

/// ROLE-2: what is above somebody's role they do not touch, although their own role manages user logins.
#[test]
fn nobody_touches_whoever_may_do_more() {
    let deputy = Whom { permissions: Permissions::all(), ..whom("member") };
    for action in [Action::Deactivate, Action::AssignRole] {
        assert_eq!(may(&who("administrator", true, true), &deputy, action), Err(WhyNot::Above), "{action:?}");
        assert_eq!(may(&who("owner", true, true), &deputy, action), Ok(()), "{action:?}");
    }
    let gone = Whom { stage: Stage::Deactivated, ..deputy };
    assert_eq!(may(&who("administrator", true, true), &gone, Action::Reactivate), Err(WhyNot::Above));
}

/// LIST-7: every reason has a code and a next step of its own or shared on purpose, in plain sentences.
#[test]
fn every_reason_says_what_to_do_next() {
    let mut codes = std::collections::BTreeMap::new();
    for action in Action::ALL {
        for (asker, state) in ASKERS.iter().flat_map(|asker| STATES_OF.map(|state| (asker, state))) {
            let Err(why) = may(&who(asker, false, false), &whom(state), action) else { continue };
            codes.insert(why.code(), why);
        }
    }
    assert!(codes.len() > 20, "{codes:?}");
    for (code, why) in codes {
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
        assert!(why.next().ends_with('.') && !why.to_string().ends_with('.'), "{why:?}");
    }
    assert!(WhyNot::Lacks(Permission::ReadAudit).to_string().contains("Read the audit log"));
}
