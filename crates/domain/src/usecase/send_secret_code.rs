use crate::access::visitor;
use crate::challenge::Delivery;
use crate::commit::Commit;
use crate::fact::{Fact, Log, Origin};
use crate::notice::{About, Notice};
use crate::registration::{Line, Offer, Registration, Step, StepRefused};
use crate::usecase::in_progress::{StepError, load};
use crate::usecase::word_by_text::texts_stopped;
use crate::usecase::{Ports, committed, settle};
use crate::value::NoticeId;

/// `REG-2`: sends a code the way that the person chose. A code that was sent before is dead.
///
/// # Errors
///
/// [`StepError`].
pub async fn send_secret_code(
    ports: &Ports,
    cookie: &[u8],
    offer: Offer,
    origin: &Origin,
) -> Result<Registration, StepError> {
    send(ports, cookie, Some(offer), origin).await
}

/// `REG-2`, Re-Send Code: sends another one the same way.
///
/// # Errors
///
/// [`StepError`].
pub async fn resend_secret_code(ports: &Ports, cookie: &[u8], origin: &Origin) -> Result<Registration, StepError> {
    send(ports, cookie, None, origin).await
}

async fn send(ports: &Ports, cookie: &[u8], offer: Option<Offer>, origin: &Origin) -> Result<Registration, StepError> {
    let now = ports.clock.now();
    let id = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let run = load(ports, cookie).await?;
        let guard = run.guard();
        let policy = run.practice.policy().code;
        let offer = match offer {
            Some(offer) => offer,
            None => same_as_before(&run.registration)?,
        };
        let number = match offer.1 {
            Line::Cell => run.registration.phones.cell.as_ref(),
            Line::Landline => run.registration.phones.landline.as_ref(),
        };
        if let Some(number) = number {
            ports.platform.regions.reach(number)?;
        }
        if let (Delivery::Text, Some(cell)) = (offer.0, &run.registration.phones.cell)
            && texts_stopped(ports, cell).await?
        {
            return Err(StepError::TextsStopped);
        }
        let next = run.registration.send_code(offer, now, policy)?;
        let serial = next.codes_sent;
        let entry =
            visitor(Log::Practice(next.practice), Fact::CodeSent { registration: next.id, serial }, origin, now);
        let about = About::SecretCode { registration: next.id, serial };
        let notice = Notice { id, about, ordered_at: now, expires_at: now.plus(policy.life) };
        committed(Commit::recording(entry).guard(guard).update(next.clone()).notify(notice), next)
    })
    .await
}

fn same_as_before(registration: &Registration) -> Result<Offer, StepRefused> {
    let Step::Code(challenge) = &registration.step else {
        return Err(StepRefused::OutOfOrder(registration.at()));
    };
    let to_cell = registration.phones.cell.as_ref() == Some(&challenge.to);
    Ok((challenge.delivery, if to_cell { Line::Cell } else { Line::Landline }))
}
