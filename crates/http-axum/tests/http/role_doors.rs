//! Every route, for a member of every predefined role, User Manager or not, freshly signed in or not, in their own practice and with
//! another's ids. Who may is asked of the rules, not of the router: `rule` says only which rule a route stands under.

use std::time::Duration;

use axum::http::Method;
use practice_domain::access::{
    Action, Administrator, Affair, Held, Operator, Plan, Stage, Who as Asker, Whom, WhyNot, may, may_at_all,
};
use practice_domain::channel::Placement;
use practice_domain::member::{Kind, Role};
use practice_domain::role::{Permission, Permissions};
use practice_domain::usecase::{
    AssignRole, CopyRole, EditRole, assign_role, copy_role, edit_role, grant_user_manager, revoke_user_manager,
};
use practice_domain::value::{Email, PracticeId, Reason, RoleName};
use practice_http_axum::{Route, routes};
use serde_json::json;
use uuid::Uuid;

use crate::browser::{Answer, Browser};
use crate::house::{House, MANAGER, PASSWORD};
use crate::managing::with_anika;

const ANIKA: &str = "anika@brightwater.example";

/// Which rule a route stands under.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// A role makes no difference: visitors, links and products have tests of their own.
    Anyone,
    /// One's own affairs.
    Own,
    /// One's own affairs, shortly after the password was given.
    OwnFresh,
    /// One of these affairs, to look at.
    Look(&'static [Affair]),
    /// This affair.
    Do(Affair),
    /// To see and end somebody's sessions; on Manage Account, whoever opens that, too.
    Sessions(&'static [Affair]),
    /// Lists of employees.
    Lists,
    /// This affair, shortly after the password was given, whatever the affair itself asks for.
    DoFresh(Affair),
}

/// What the rules say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    Open,
    /// After the password was given again.
    Password,
    Closed,
}

use Affair::{
    AddEmployee, ChangePolicy, EditRoles, OpenManageAccount, OpenUserAccounts, ReadAudit, RotateCodeWord, SetTwoStep,
    ShowCodeWord,
};
use Rule::{Anyone, Do, DoFresh, Lists, Look, Own, OwnFresh, Sessions};

/// Somebody whose sessions there are.
const COLLEAGUE: Whom = Whom {
    here: true,
    oneself: false,
    kind: Kind::Staff,
    placement: Placement::InPractice,
    stage: Stage::Registered,
    locked: false,
    owner: Held::Not,
    user_manager: Held::Not,
    permissions: Permissions::NONE,
    plan: Plan::None,
};

/// The rule of a route. One that nobody has thought of fails the test.
fn rule(route: &Route) -> Rule {
    let reads = route.method == "GET";
    let path = route.path.strip_prefix("/api/v1/practices/{practice}").unwrap_or(route.path);
    match path {
        "/" | "/help" | "/privacy" | "/terms" | "/accessibility" | "/healthz" | "/readyz" | "/assets/{*file}" => Anyone,
        "/login" | "/forgot" | "/forgot/sent" | "/api/openapi.json" | "/api/v1/challenge" => Anyone,
        "/api/v1/password-resets" | "/api/v1/email-changes" | "/email" | "/email/{token}" | "/invitations" => Anyone,
        "/register/{token}" | "/reset/{token}" | "/setup/{token}" => Anyone,
        path if path.starts_with("/register") || path.starts_with("/login/code") => Anyone,
        path if path.starts_with("/api/v1/session/second-factor") || path.starts_with("/webhooks") => Anyone,
        "/join" | "/password/join" if reads => Anyone,
        "/password" | "/password/code-word" | "/password/new" => Anyone,
        "/api/v1/session" if route.method == "POST" => Anyone,
        "/join" | "/password/join" | "/logout" | "/dashboard" | "/practices" | "/confirm-password" => Own,
        "/profile" | "/profile/password" | "/profile/sessions/{id}/end" => Own,
        "/api/v1/session" | "/api/v1/session/confirm" | "/api/v1/practices" | "/api/v1/practices/choose" => Own,
        "/api/v1/profile" | "/api/v1/profile/password" | "/api/v1/sessions" | "/api/v1/sessions/{id}" => Own,
        "/api/v1/profile/second-factor" | "/api/v1/profile/passkeys" if reads => Own,
        path if path.starts_with("/profile/email") || path.starts_with("/profile/second-factor") => OwnFresh,
        path if path.starts_with("/api/v1/profile/") => OwnFresh,
        // Everybody who works in a practice pays for themselves; whose card is charged, tests of their own ask.
        "/profile/card" | "/profile/messaging/purchase" | "/purchase/{id}" | "/api/v1/purchases" => Anyone,
        "/api/v1/card" if !reads => Anyone,
        "/profile/card/done" | "/api/v1/card" | "/api/v1/quotes" | "/api/v1/purchases/{id}" => Own,
        "/api/v1/people/{id}/offers" => Own,
        path if path.starts_with("/profile/messaging") || path.starts_with("/api/v1/plans") => Own,
        path if path.starts_with("/api/v1/invoices") => Own,
        "/manage/users/{id}/purchase" | "/manage/export" | "/people/export" => DoFresh(OpenManageAccount),
        "/settings/employees/export" | "/employees/export" => Lists,
        path if path.starts_with("/settings/import") || path.starts_with("/imports") => Do(AddEmployee),
        "/manage/two-step" => Do(SetTwoStep),
        "/two-step" if reads => Look(&[OpenManageAccount]),
        "/two-step" => Do(SetTwoStep),
        path if path.starts_with("/manage") && path.contains("/sessions") => Sessions(&[OpenManageAccount]),
        path if path.contains("/sessions") => Sessions(&[]),
        path if path.starts_with("/manage") || path.starts_with("/people") => Do(OpenManageAccount),
        "/settings" => Look(&[OpenUserAccounts, ChangePolicy, ReadAudit]),
        "/settings/audit" | "/audit" => Do(ReadAudit),
        "/settings/audit/export" | "/audit/export" => DoFresh(ReadAudit),
        "/settings/code-word" => Do(ShowCodeWord),
        "/settings/code-word/rotate" | "/code-word/rotate" => Do(RotateCodeWord),
        "/settings/security" | "/policy" | "/policy/keys" if reads => Look(&[ChangePolicy]),
        "/settings/security" | "/policy" => Do(ChangePolicy),
        path if path.starts_with("/settings/roles") || path.starts_with("/roles") => Do(EditRoles),
        path if path.ends_with("/second-factor") => DoFresh(AddEmployee),
        "/settings/employees" | "/settings/user-accounts" | "/employees" if reads => Look(&[OpenUserAccounts]),
        "/settings/employees/{id}" | "/settings/user-accounts/{id}" | "/employees/{id}" if reads => {
            Look(&[OpenUserAccounts])
        }
        path if path.starts_with("/settings/employees") || path.starts_with("/employees") => Do(AddEmployee),
        path if path.starts_with("/settings/user-accounts") => Do(AddEmployee),
        other => panic!("which rule does {} {other} stand under?", route.method),
    }
}

fn expected(rule: Rule, asker: &Asker) -> Option<Expected> {
    let fresh = matches!(asker, Asker::Person(person) if person.fresh);
    let asks = |open: bool| if open { Expected::Open } else { Expected::Password };
    let amounts = |told| match told {
        Ok(()) => Expected::Open,
        Err(WhyNot::NotFresh) => Expected::Password,
        Err(_) => Expected::Closed,
    };
    let of = |affair| amounts(may_at_all(asker, affair));
    Some(match rule {
        Anyone => return None,
        Own => Expected::Open,
        OwnFresh => asks(fresh),
        Look(affairs) => {
            let closed = affairs.iter().all(|affair| of(*affair) == Expected::Closed);
            if closed { Expected::Closed } else { Expected::Open }
        }
        Do(affair) => of(affair),
        Sessions(affairs) if affairs.iter().any(|affair| of(*affair) == Expected::Closed) => Expected::Closed,
        Sessions(_) => amounts(may(asker, &COLLEAGUE, Action::EndSessions)),
        // A User Manager's list is that of Manage Account.
        Lists => match asker {
            Asker::Person(person) => amounts(may_at_all(
                &Asker::Person(practice_domain::access::Asker { user_manager: false, ..*person }),
                Affair::Export,
            )),
            _ => Expected::Closed,
        },
        DoFresh(affair) if of(affair) == Expected::Open => asks(fresh),
        DoFresh(affair) => of(affair),
    })
}

async fn send(browser: &mut Browser, route: &Route, practice: PracticeId, id: Uuid) -> Answer {
    let path = route.path.replace("{practice}", &practice.to_string()).replace("{role}", "hygienist");
    let path = path.replace("{id}", &id.to_string()).replace("{session}", &id.to_string());
    let method: Method = route.method.parse().expect("a method");
    match (path.starts_with("/api/"), method == Method::GET) {
        (_, true) => browser.get(&path).await,
        (true, false) => browser.json(method, &path, &[("if-match", "*")], &json!({})).await,
        (false, false) => browser.post(&path, &[]).await,
    }
}

/// What an answer amounts to.
fn told(route: &Route, answer: &Answer) -> Expected {
    let (status, api) = (answer.status.as_u16(), route.path.starts_with("/api/"));
    let asked = status == 403 && answer.body.contains("reauth-required");
    let asks = asked || answer.header("location").starts_with("/confirm-password");
    let shut = ["not-user-manager", "not-administrator", "not-permitted", "not-owner"];
    let closed = if api {
        status == 401 || (status == 403 && shut.iter().any(|code| answer.body.contains(code)))
    } else {
        let sent_away = route.method == "GET" && answer.header("location").starts_with("/login");
        sent_away || answer.body.contains("You cannot open this page")
    };
    match (closed, asks) {
        (true, _) => Expected::Closed,
        (false, true) => Expected::Password,
        (false, false) => Expected::Open,
    }
}

/// Whether something that was sent could not be read, or names nobody, which may be found out before the password is asked for.
fn unread(route: &Route, answer: &Answer) -> bool {
    let status = answer.status.as_u16();
    status == 404 || (status == 422 && route.method != "GET")
}

/// Somebody of a role, and the browser that they are signed in with.
struct Walker {
    house: House,
    browser: Browser,
    fresh: bool,
}

impl Walker {
    async fn enter(&mut self) {
        self.browser = self.house.browser();
        self.browser.sign_in(ANIKA, PASSWORD).await.goes_to("/dashboard");
        if !self.fresh {
            self.house.clock.advance(Duration::from_secs(301));
        }
        self.browser.get("/confirm-password").await.is(200);
    }

    /// Walks every route, in the walker's own practice and with the ids of another one.
    async fn walk(&mut self, role: Role, other: (PracticeId, Uuid)) {
        self.enter().await;
        let here = (self.house.practice, self.house.first.0);
        for route in routes() {
            for (practice, id) in [here, other] {
                let asker = self.house.person(&self.browser).await.asking(false);
                let Some(expected) = expected(rule(route), &asker) else { continue };
                let before = self.house.memory.audit().len();
                let answer = send(&mut self.browser, route, practice, id).await;
                let name = format!("{} {} for {role}, fresh: {}", route.method, route.path, self.fresh);
                let foreign = practice == other.0 && route.path.contains("{practice}");
                if foreign && expected != Expected::Closed {
                    assert_eq!(answer.status.as_u16(), 404, "{name}, in another practice: {}", answer.body);
                } else if !(expected == Expected::Password && unread(route, &answer)) {
                    assert_eq!(told(route, &answer), expected, "{name}: {} {}", answer.status, answer.body);
                }
                if expected != Expected::Open || foreign {
                    assert_eq!(self.house.memory.audit().len(), before, "{name}: nothing happened");
                }
                if route.method != "GET" && self.browser.get("/confirm-password").await.status.as_u16() != 200 {
                    self.enter().await;
                }
            }
        }
    }
}

/// A copy of Front Desk that includes these permissions, too.
async fn copied(house: &House, name: &str, more: &[Permission]) -> Role {
    let mut owner = house.browser();
    owner.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    let owner = Administrator::prove(house.person(&owner).await).expect("the Owner");
    let cmd = CopyRole { of: Role::FrontDesk, name: RoleName::parse(name).expect("a name") };
    let role = Role::Copied(copy_role(&house.ports, &owner, cmd).await.expect("copied"));
    let add = more.iter().copied().collect();
    let edited = edit_role(&house.ports, &owner, EditRole { role, add, remove: Permissions::NONE }).await;
    assert!(edited.expect("edited").has(*more.last().expect("one")));
    role
}

/// TN-02, ROLE-1, ROLE-2
#[tokio::test]
async fn every_route_asks_the_rules_for_every_role_and_practice() {
    let (house, _, invitation) = with_anika().await;
    house.register(&mut house.browser(), invitation, 1).await;
    let (elsewhere, first) = house.another().await;
    let operator = Operator::at_the_command_line("test".to_owned(), Some(Reason::parse("test").expect("a reason")));
    let anika = Email::parse(ANIKA).expect("plain");
    let practice = house.practice;
    let browser = house.browser();
    let mut walker = Walker { house, browser, fresh: true };
    use Permission::{ChangeSettings, EndSessions, ExportPeople, ViewUserAccounts};
    let looks = copied(&walker.house, "Looks", &[ChangeSettings, ViewUserAccounts]).await;
    let watch = [ChangeSettings, ViewUserAccounts, EndSessions, ExportPeople];
    let watches = copied(&walker.house, "Watches", &watch).await;
    for role in Role::PREDEFINED.into_iter().chain([looks, watches]) {
        for manages in [false, true] {
            let ports = walker.house.ports.clone();
            let mut owner = walker.house.browser();
            owner.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
            let owner = walker.house.person(&owner).await;
            let owner = Administrator::prove(owner).expect("the Owner");
            let mut hers = walker.house.browser();
            hers.sign_in(ANIKA, PASSWORD).await.goes_to("/dashboard");
            let member = walker.house.person(&hers).await.place().expect("a place").1.id;
            assign_role(&ports, &owner, AssignRole { member, role }).await.expect("assigned");
            let changed = if manages {
                grant_user_manager(&ports, &operator, practice, &anika).await
            } else {
                revoke_user_manager(&ports, &operator, practice, &anika).await
            };
            changed.expect("granted or taken");
            for fresh in [true, false] {
                walker.fresh = fresh;
                walker.walk(role, (elsewhere, first.0)).await;
            }
        }
    }
}
