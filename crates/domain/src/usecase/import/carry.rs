use std::collections::HashMap;
use std::time::Duration;

use uuid::Uuid;

use crate::access::{Administrator, SignedIn};
use crate::channel::Product;
use crate::employee::{Employment, Login};
use crate::fact::Origin;
use crate::import::{Came, Content, Halt, Import};
use crate::intake::{Entry, Judged, Part, Verdict, parse};
use crate::port::Fault;
use crate::usecase::import::ImportError;
use crate::usecase::import::judge::{judge_import, wanted};
use crate::usecase::{
    ActivateEmployee, ActivateEmployeeError, AddEmployee, AddEmployeeError, Idempotency, InvitePerson,
    InvitePersonError, Ports, activate_employee, add_employee_as, invite_from_file,
};
use crate::value::{Digest, EmployeeId, Time};

/// Takes a file that is under way, if there is one that nobody works on, and carries its rows out one after the other: until its end,
/// until somebody stops it, or until whoever vouches for it may not any more. Of one practice only one file is under way at a time.
///
/// What is done is kept row by row, so another call goes on where one was cut off; the row that was in hand then is not done twice.
/// Gives back whether there was a file.
///
/// # Errors
///
/// A [`Fault`] when the world failed; the file is taken up again a minute later.
pub async fn carry_on_imports(ports: &Ports) -> Result<bool, Fault> {
    let now = ports.clock.now();
    let Some(import) = ports.store.lease_import(now, now.plus(LEASE)).await? else { return Ok(false) };
    let run = match judge_import(ports, &import).await {
        Ok(run) => run,
        Err(ImportError::Fault(fault)) => return Err(fault),
        Err(why) => return Err(Fault::corrupt("import", why)),
    };
    let rows = run.rows().iter().map(|judged| (judged.row.line, judged)).collect();
    work(ports, import, &rows).await?;
    Ok(true)
}

async fn work(ports: &Ports, mut import: Import, rows: &HashMap<u64, &Judged>) -> Result<(), Fault> {
    while let Some(line) = import.next() {
        let now = ports.clock.now();
        let next = match vouched(ports, &import, now).await? {
            Some(who) => {
                let came = match rows.get(&line) {
                    Some(judged) => carry(ports, &who, &import, judged).await?,
                    None => Came::Changed,
                };
                import.note(came)
            }
            None => match import.stop(Halt::NotAllowed) {
                Ok(stopped) => stopped,
                Err(_) => return Ok(()),
            },
        };
        if !ports.store.keep_import(&next, Some(now.plus(LEASE))).await? {
            return Ok(());
        }
        import = Import { version: next.version.next(), ..next };
    }
    Ok(())
}

/// Whoever vouches for the file, while they may.
async fn vouched(ports: &Ports, import: &Import, now: Time) -> Result<Option<Administrator>, Fault> {
    let Some(standing) = ports.store.standing(&import.cookie).await? else { return Ok(None) };
    let origin = Origin { request: format!("import {}", import.id), ..Origin::default() };
    let proven = SignedIn::prove(standing, origin, now).and_then(Administrator::prove);
    Ok(proven.ok().filter(|who| who.practice().id == import.practice))
}

/// One row. Asking again for the same row changes nothing more.
async fn carry(ports: &Ports, who: &Administrator, import: &Import, judged: &Judged) -> Result<Came, Fault> {
    let line = judged.row.line;
    let id = EmployeeId(named_by(ports, import, line));
    let begun = ports.store.employee(import.practice, id).await?;
    let entry = match (&judged.verdict, &begun) {
        (Verdict::AlreadyThere(_), Some(_)) => return Ok(Came::Created),
        (Verdict::AlreadyThere(_), None) => return Ok(Came::AlreadyThere),
        // Half of it was done when the work was cut off, and somebody has done the other half otherwise.
        (_, Some(begun)) if begun.login != Login::None => return Ok(Came::Changed),
        (Verdict::New(entry) | Verdict::LookAlike(entry, _), _) => entry.clone(),
        // The row contradicts only the half of it that was done.
        (Verdict::Conflict(_), Some(_)) => match parse(&judged.row, wanted(ports, import.content)) {
            Ok(entry) => entry,
            Err(_) => return Ok(Came::Changed),
        },
        (Verdict::Conflict(_) | Verdict::Bad(_), _) => return Ok(Came::Changed),
    };
    match import.content {
        Content::Employees => employee(ports, who, id, entry).await,
        Content::Invitations(product) => invitation(ports, who, import, line, product, entry).await,
    }
}

/// `EMP-1`, `EMP-2`: somebody for the staff list, with a user account where the row has an address.
async fn employee(ports: &Ports, who: &Administrator, id: EmployeeId, entry: Entry) -> Result<Came, Fault> {
    let add = AddEmployee { name: entry.name, employment: Employment::Employed, active: true };
    match add_employee_as(ports, who, id, add).await {
        Ok(_) => {}
        Err(AddEmployeeError::Fault(fault)) => return Err(fault),
        Err(why) => return Ok(Came::Refused(why.to_string())),
    }
    let (Some(email), Some(cell), Part::Employee(Some(role))) = (entry.email, entry.phones.cell, entry.part) else {
        return Ok(Came::Created);
    };
    match activate_employee(ports, who, ActivateEmployee { employee: id, email, cell, role }).await {
        Ok(_) => Ok(Came::Created),
        Err(ActivateEmployeeError::Fault(fault)) => Err(fault),
        Err(why) => Ok(Came::Refused(format!("added without a user account: {why}"))),
    }
}

/// `INV-2`: an invitation; the same row of the same text is sent once, whoever uploads it again.
async fn invitation(
    ports: &Ports,
    who: &Administrator,
    import: &Import,
    line: u64,
    product: Product,
    entry: Entry,
) -> Result<Came, Fault> {
    let (Some(email), Part::Invitee(kind, placement)) = (entry.email, entry.part) else { return Ok(Came::Changed) };
    let request = digest(ports, import, line);
    let cmd = InvitePerson {
        inviter: who.person().email().clone(),
        email,
        kind,
        placement,
        name: entry.name,
        phones: entry.phones,
        idempotency: Some(Idempotency { key: request, request }),
    };
    match invite_from_file(ports, who, product, cmd).await {
        Ok(invited) if invited.replayed => Ok(Came::AlreadyThere),
        Ok(_) => Ok(Came::Created),
        Err(InvitePersonError::Fault(fault)) => Err(fault),
        Err(why) => Ok(Came::Refused(why.to_string())),
    }
}

/// The id of the employee whom this row of this upload makes.
fn named_by(ports: &Ports, import: &Import, line: u64) -> Uuid {
    let digest = ports.keys.digest(&[import.id.0.as_bytes().as_slice(), &line.to_be_bytes()].concat());
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// This row of this text, for this product and practice.
fn digest(ports: &Ports, import: &Import, line: u64) -> Digest {
    let text = ports.keys.digest(import.text.as_bytes());
    let Content::Invitations(product) = import.content else { return text };
    let scope = crate::fact::product_code(product).as_bytes();
    ports.keys.digest(&[b"import", scope, import.practice.0.as_bytes().as_slice(), &text, &line.to_be_bytes()].concat())
}

/// How long one worker has a file for itself without a sign of life.
const LEASE: Duration = Duration::from_secs(60);
