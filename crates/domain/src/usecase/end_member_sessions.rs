use crate::access::{Fresh, Holder, WhyNot, permit};
use crate::commit::{Commit, Write};
use crate::fact::Fact;
use crate::member::Member;
use crate::notice::{About, Notice};
use crate::port::{Fault, SessionFace};
use crate::usecase::{Decision, EndSessionError, NEWS, Ports, committed, settle};
use crate::value::{MemberId, NoticeId, SessionId, Time};

/// Somebody whose role lets them end other people's sessions (`ROLE-1`).
type Over = Holder<permit::EndSessions>;

/// `SESS-1`, `PRA-5`: whoever has the permission and has signed in freshly (`SESS-2`) sees where a member is signed in: the live sessions in
/// which the member works for their practice, newest first. What they do in another practice is that practice's business.
///
/// # Errors
///
/// [`EndSessionError`]; [`WhyNot::NotHere`] for a member of another practice as for nobody.
pub async fn member_sessions(
    ports: &Ports,
    who: &Fresh<Over>,
    member: MemberId,
) -> Result<Vec<SessionFace>, EndSessionError> {
    let (who, now) = (who.who(), ports.clock.now());
    let member = here(ports, who, member).await?;
    let mut sessions = not_ended(ports, &member).await?;
    sessions.retain(|session| lives(who, session.started_at, session.seen_at, now));
    Ok(sessions)
}

/// `SESS-1`: whoever has the permission and has signed in freshly (`SESS-2`) ends one of the sessions that [`member_sessions`] shows, from
/// its next request on. The member is told; one that is over stays so.
///
/// # Errors
///
/// [`EndSessionError`].
pub async fn end_member_session(
    ports: &Ports,
    who: &Fresh<Over>,
    member: MemberId,
    session: SessionId,
) -> Result<(), EndSessionError> {
    let (who, now, notice) = (who.who(), ports.clock.now(), NoticeId(ports.entropy.id()));
    settle(ports, || async {
        let member = here(ports, who, member).await?;
        let found = ports.store.session(session).await?;
        let found = found.filter(|s| s.account == member.account && s.practice == Some(member.practice));
        let found = found.ok_or(EndSessionError::NoSuchSession)?;
        if found.ended_at.is_some() {
            return Ok(Decision::Already(()));
        }
        let lived = lives(who, found.started_at, found.seen_at, now);
        let commit = ending(who, &member, Some(session), now).update(found.end(now));
        committed(if lived { tell(commit, who, &member, notice, now) } else { commit }, ())
    })
    .await
}

/// `SESS-1`: the same for every session of the member in the practice, also one that begins at this moment. Whoever ends their own
/// keeps the one that asks.
///
/// # Errors
///
/// [`EndSessionError`].
pub async fn end_member_sessions(ports: &Ports, who: &Fresh<Over>, member: MemberId) -> Result<(), EndSessionError> {
    let (who, now, notice) = (who.who(), ports.clock.now(), NoticeId(ports.entropy.id()));
    let asking = who.person().session().id;
    settle(ports, || async {
        let member = here(ports, who, member).await?;
        let mut sessions = not_ended(ports, &member).await?;
        sessions.retain(|session| session.id != asking);
        if sessions.is_empty() {
            return Ok(Decision::Already(()));
        }
        let lived = sessions.iter().any(|session| lives(who, session.started_at, session.seen_at, now));
        let (account, within) = (member.account, Some(member.practice));
        let commit = ending(who, &member, None, now);
        let commit = commit.write(Write::EndSessions { account, within, except: Some(asking), at: now });
        committed(if lived { tell(commit, who, &member, notice, now) } else { commit }, ())
    })
    .await
}

async fn here(ports: &Ports, who: &Over, member: MemberId) -> Result<Member, EndSessionError> {
    Ok(ports.store.member_by_id(who.practice().id, member).await?.ok_or(WhyNot::NotHere)?)
}

/// The sessions in which the member works for this practice and that nobody has ended; some may have run out.
async fn not_ended(ports: &Ports, member: &Member) -> Result<Vec<SessionFace>, Fault> {
    let mut sessions = ports.reader.sessions(member.account).await?;
    sessions.retain(|session| session.practice == Some(member.practice));
    Ok(sessions)
}

/// Whether a session that nobody has ended may still be used: the practice that it works in decides.
fn lives(who: &Over, started_at: Time, seen_at: Time, now: Time) -> bool {
    who.practice().policy().session.lets_live(started_at, seen_at, now)
}

fn ending(who: &Over, member: &Member, session: Option<SessionId>, now: Time) -> Commit {
    let fact = Fact::MemberSessionsEnded { member: member.id, account: member.account, session };
    Commit::recording(who.record(fact, now))
}

/// Tells the member, unless they did it themselves.
fn tell(commit: Commit, who: &Over, member: &Member, id: NoticeId, now: Time) -> Commit {
    if member.account == who.person().account() {
        return commit;
    }
    let about = About::SessionsEnded { account: member.account, practice: member.practice };
    commit.notify(Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) })
}
