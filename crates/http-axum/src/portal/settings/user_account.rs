use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Administrator, Denied, permit};
use practice_domain::code_word::Told;
use practice_domain::member::Role;
use practice_domain::policy::Demand;
use practice_domain::port::{EmployeeRow, UserAccount};
use practice_domain::role::Roles;
use practice_domain::usecase::{
    ActivateEmployee, ActivateEmployeeError, Activated, AssignRole, AssignRoleError, CannotGrant, NoWordByText,
    ResetPasswordOfError, activate_employee, assign_role, deactivate_user_account, no_word_by_text,
    record_code_word_told, resemblance_of_login, reset_password_of,
};
use practice_domain::value::{Email, EmployeeId, MemberId, Phone};
use uuid::Uuid;

use crate::door::{Admin, AdminForm, Fields, Held, Id};
use crate::flash::{Deed, Flash, Flashed, and_say, see};
use crate::page::{LookAlike, NoText, Problems, RoleChoice, UserAccountPage};
use crate::portal::page;
use crate::portal::settings::code_word::first_confirm;
use crate::portal::settings::{AtWork, frame, roles_of, row, second_factor, sessions};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /settings/user-accounts/{id}` (`EMP-2`), also for those who may only look.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ViewUserAccounts>,
    Id(id): Id,
    flashed: Flashed,
) -> Result<Response, Face> {
    let row = row(&portal, &who, id).await?;
    let mut response = page(StatusCode::OK, &stored(&portal, &who, &row, &flashed).await?)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /settings/user-accounts/{id}`: Save. Without a tick at Active, an account that is there is asked about first.
pub(crate) async fn save(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    let AdminForm { who, fields } = form;
    let row = row(&portal, &who, id).await?;
    let here = address(id);
    if !fields.ticked("active") {
        let open = present::account_state(&portal.calendar, &row, portal.ports.clock.now()).is_open();
        let flash = Flash::Staff(Deed::Unchanged, id);
        return Ok(if open { see(&format!("{here}/deactivate")) } else { and_say(&portal, &here, flash) });
    }
    if let Some(page) = warned(&portal, &who, &row, &fields).await? {
        return Ok(page);
    }
    let outcome = match (&row.user, Role::with_code(fields.text("role"))) {
        (_, None) => Err(Problem::on("role", "Choose a role.")),
        (UserAccount::Member { member, active: true, .. }, Some(role)) => give(&portal, &who, *member, role).await?,
        (_, Some(role)) => activate(&portal, &who, id, role, &fields).await?,
    };
    match outcome {
        Ok(deed @ (Deed::SetupSent(false) | Deed::ResetSent(false))) => {
            Ok(and_say(&portal, &format!("{here}#told"), Flash::Staff(deed, id)))
        }
        Ok(deed) => Ok(and_say(&portal, "/settings/user-accounts", Flash::Staff(deed, id))),
        Err(Problem::NotFresh) => Ok(first_confirm(&here)),
        Err(Problem::Fields(status, problems)) => {
            let edit = stored(&portal, &who, &row, &Flashed(None)).await?;
            let mut edit = keep(edit, &fields);
            edit.chrome.problems = problems;
            page(status, &edit)
        }
    }
}

/// `GET /settings/user-accounts/{id}/deactivate`: the question.
pub(crate) async fn ask(State(portal): State<Portal>, Admin(who): Admin, Id(id): Id) -> Result<Response, Face> {
    let row = row(&portal, &who, id).await?;
    let edit = stored(&portal, &who, &row, &Flashed(None)).await?;
    page(StatusCode::OK, &UserAccountPage { asks_deactivate: edit.account.is_open(), ..edit })
}

/// `POST /settings/user-accounts/{id}/deactivate` (`EMP-3`).
pub(crate) async fn deactivate(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    match deactivate_user_account(&portal.ports, &form.who, EmployeeId(id)).await {
        Ok(done) => {
            portal.release(&form.who, done.seat).await;
            Ok(and_say(&portal, "/settings/user-accounts", Flash::Staff(Deed::Ended(done.word), id)))
        }
        Err(error) => again(&portal, &form.who, id, error.into()).await,
    }
}

/// `POST /settings/user-accounts/{id}/reset` (`EMP-4`).
pub(crate) async fn reset(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    match reset_password_of(&portal.ports, &form.who, EmployeeId(id)).await {
        Ok(sent) => {
            let waits = sent.purpose == practice_domain::password_link::Purpose::Setup;
            let deed = if waits { Deed::SetupSent(sent.texted) } else { Deed::ResetSent(sent.texted) };
            let to = if sent.texted { "/settings/user-accounts".to_owned() } else { format!("{}#told", address(id)) };
            Ok(and_say(&portal, &to, Flash::Staff(deed, id)))
        }
        Err(ResetPasswordOfError::TooSoon(why)) => {
            let at = portal.calendar.moment(why.possible_at);
            let words = format!("Too many links went out. You can send another one on {at}.");
            again(&portal, &form.who, id, Face::new(StatusCode::TOO_MANY_REQUESTS, "too-many-links", words)).await
        }
        Err(error) => again(&portal, &form.who, id, error.into()).await,
    }
}

/// `POST /settings/user-accounts/{id}/told`: somebody was told the code word (`CODE-2`).
pub(crate) async fn told(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    row(&portal, &form.who, id).await?;
    let how = match form.fields.text("how") {
        "in-person" => Told::InPerson,
        "by-phone" => Told::ByPhone,
        _ => return Err(Face::new(StatusCode::UNPROCESSABLE_ENTITY, "no-way-told", "Say how you told the code word.")),
    };
    record_code_word_told(&portal.ports, &form.who, EmployeeId(id), how).await?;
    Ok(and_say(&portal, &address(id), Flash::Staff(Deed::Told, id)))
}

/// The page that asks whether the address is right, when it looks like another one and nobody said so yet.
async fn warned(
    portal: &Portal,
    who: &Administrator,
    row: &EmployeeRow,
    fields: &Fields,
) -> Result<Option<Response>, Face> {
    let Ok(email) = Email::parse(fields.text("email")) else { return Ok(None) };
    if fields.text("confirmed") == email.normal() {
        return Ok(None);
    }
    let like = resemblance_of_login(&portal.ports, who.practice().id, &row.user, &email).await?;
    let Some(like) = like else { return Ok(None) };
    let words = present::looks_like(&like, who.person().is_user_manager());
    let look_alike = Some(LookAlike { words, confirms: email.normal().to_owned() });
    let edit = keep(stored(portal, who, row, &Flashed(None)).await?, fields);
    page(StatusCode::CONFLICT, &UserAccountPage { look_alike, ..edit }).map(Some)
}

/// Why nothing was saved.
enum Problem {
    /// The password has to be given first.
    NotFresh,
    /// The fields say why.
    Fields(StatusCode, Problems),
}

impl Problem {
    fn on(field: &str, words: &str) -> Self {
        Self::Fields(StatusCode::UNPROCESSABLE_ENTITY, Problems::one(field, words))
    }

    /// A refusal beside its field; what has none goes to the page for refusals.
    fn of(face: Face) -> Result<Self, Face> {
        let mut problems = Problems::default();
        face.fields.iter().for_each(|field| problems.add(&field.name, &field.text));
        if problems.is_empty() { Err(face) } else { Ok(Self::Fields(face.status, problems)) }
    }
}

async fn give(
    portal: &Portal,
    who: &Administrator,
    member: MemberId,
    role: Role,
) -> Result<Result<Deed, Problem>, Face> {
    Ok(match assign_role(&portal.ports, who, AssignRole { member, role }).await {
        Ok(given) if given.before == given.role => Ok(Deed::Unchanged),
        Ok(_) => Ok(Deed::RoleGiven),
        Err(AssignRoleError::CannotGrant(CannotGrant::Denied(Denied::NotFresh))) => Err(Problem::NotFresh),
        Err(error) => Err(Problem::of(error.into())?),
    })
}

async fn activate(
    portal: &Portal,
    who: &Administrator,
    id: Uuid,
    role: Role,
    fields: &Fields,
) -> Result<Result<Deed, Problem>, Face> {
    let mut problems = Problems::default();
    let email = Email::parse(fields.text("email")).map_err(|why| problems.add("email", &sentence(&why))).ok();
    let no_cell = "Enter a cell phone number. We send the code word to it.";
    let cell = Phone::parse(fields.text("cell")).map_err(|_| problems.add("cell", no_cell)).ok();
    let (Some(email), Some(cell)) = (email, cell) else {
        return Ok(Err(Problem::Fields(StatusCode::UNPROCESSABLE_ENTITY, problems)));
    };
    let cmd = ActivateEmployee { employee: EmployeeId(id), email, cell, role };
    Ok(match activate_employee(&portal.ports, who, cmd).await {
        Ok(Activated::Sent { texted }) => Ok(Deed::SetupSent(texted)),
        Ok(Activated::Restored) => Ok(Deed::Restored),
        Ok(Activated::Already) => Ok(Deed::Unchanged),
        Err(ActivateEmployeeError::CannotGrant(CannotGrant::Denied(Denied::NotFresh))) => Err(Problem::NotFresh),
        Err(ActivateEmployeeError::TooSoon(why)) => {
            let at = portal.calendar.moment(why.possible_at);
            let words = format!("Nothing was saved: too many links went out. Save again on {at}.");
            Err(Problem::Fields(StatusCode::TOO_MANY_REQUESTS, Problems::one("email", &words)))
        }
        Err(error) => Err(Problem::of(error.into())?),
    })
}

/// The account's page once more, with what went wrong above it.
pub(super) async fn again(portal: &Portal, who: &Administrator, id: Uuid, face: Face) -> Result<Response, Face> {
    if face.status == StatusCode::NOT_FOUND || face.status.is_server_error() {
        return Err(face);
    }
    let row = row(portal, who, id).await?;
    let mut edit = stored(portal, who, &row, &Flashed(None)).await?;
    edit.chrome.problems = Problems::one("main", &face.sentence);
    page(face.status, &edit)
}

/// The page of a user account, as stored.
pub(super) async fn stored(
    portal: &Portal,
    who: &impl AtWork,
    row: &EmployeeRow,
    flashed: &Flashed,
) -> Result<UserAccountPage, Face> {
    let (chrome, _) = frame(portal, who, flashed).await?;
    let roles = roles_of(portal, who).await?;
    let account = present::account_state(&portal.calendar, row, portal.ports.clock.now());
    let line = present::user_line(&portal.calendar, &roles, row, portal.ports.clock.now());
    let role = match &row.user {
        UserAccount::None => Role::FrontDesk,
        UserAccount::Pending { pending, .. } => pending.role,
        UserAccount::Member { role, .. } => *role,
    };
    let no_text = no_word_by_text(&portal.ports, who.practice().id, row).await?.map(|why| match why {
        NoWordByText::Stopped => NoText::Stopped,
        NoWordByText::OutOfReach => NoText::OutOfReach,
        NoWordByText::Failed => NoText::Failed,
    });
    let policy = who.practice().policy();
    let texts_word = policy.code_word.by_text;
    Ok(UserAccountPage {
        no_text,
        cell_hint: if texts_word {
            "We text the Practice Code Word here."
        } else {
            "For secret codes. Your practice says the code word in person or by phone only."
        },
        texts_word,
        second_factor: second_factor::is_on(portal, row).await?,
        factor_required: policy.second_factor.others == Demand::Required,
        asks_factor: false,
        sessions: sessions::panel(portal, who, row).await?,
        look_alike: None,
        chrome,
        id: line.id,
        name: line.name,
        active: account.is_open() || !account.is_settled(),
        settled: account.is_settled(),
        account,
        email: line.email.unwrap_or_default(),
        cell: line.cell.unwrap_or_default(),
        roles: choices(&roles, role),
        email_hint: format!("We send the setup link here. It works for {}.", present::lifetime(policy.link.setup)),
        asks_deactivate: false,
    })
}

fn choices(roles: &Roles, chosen: Role) -> Vec<RoleChoice> {
    let all = Role::PREDEFINED.into_iter().chain(roles.copies().map(|copy| copy.role));
    let choice = |role: Role| RoleChoice {
        code: role.to_string(),
        name: present::role_name(roles, role),
        chosen: role == chosen,
    };
    all.map(choice).collect()
}

/// What was chosen and typed stays in the fields.
fn keep(page: UserAccountPage, fields: &Fields) -> UserAccountPage {
    let typed = |name| fields.again(name);
    let mut roles = page.roles;
    roles.iter_mut().for_each(|role| role.chosen = role.code == fields.text("role"));
    let (email, cell) = if page.settled { (page.email, page.cell) } else { (typed("email"), typed("cell")) };
    UserAccountPage { active: fields.ticked("active"), roles, email, cell, ..page }
}

pub(super) fn address(id: Uuid) -> String {
    format!("/settings/user-accounts/{id}")
}
