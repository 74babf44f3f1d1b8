//! What is observed of texts: who wants none, and how each fares.

use async_trait::async_trait;
use practice_domain::port::Fault;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{Digest, NoticeId, Time};
use sqlx::PgConnection;

use crate::Postgres;
use crate::fault::fault;
use crate::work::Work;

/// What a number wants, from a moment on.
pub(crate) struct NoteTexts {
    pub(crate) number: Digest,
    pub(crate) texts: Texts,
    pub(crate) at: Time,
}

#[async_trait]
impl Work for NoteTexts {
    type Answer = ();
    type Error = Fault;

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        let sql = "INSERT INTO texts_wish AS w (number, stopped, at) VALUES ($1, $2, $3)
            ON CONFLICT (number) DO UPDATE SET stopped = excluded.stopped, at = excluded.at WHERE excluded.at >= w.at";
        let note =
            sqlx::query(sql).bind(self.number.to_vec()).bind(self.texts == Texts::Stopped).bind(self.at.micros());
        note.execute(conn).await.map_err(|error| fault("note who wants no texts", error))?;
        Ok(())
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

/// How the text of a notice fares.
pub(crate) struct NoteText {
    pub(crate) notice: NoticeId,
    pub(crate) fate: TextFate,
}

#[async_trait]
impl Work for NoteText {
    type Answer = ();
    type Error = Fault;

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        let sql = "INSERT INTO text_fate AS t (about, subject, ordinal, fate)
            SELECT about, subject, ordinal, $2 FROM notice WHERE id = $1 AND about IN ('secret-code', 'code-word')
            ON CONFLICT (about, subject, ordinal) DO UPDATE SET fate = greatest(t.fate, excluded.fate)";
        let note = sqlx::query(sql).bind(self.notice.0).bind(number(self.fate));
        note.execute(conn).await.map_err(|error| fault("note how a text fares", error))?;
        Ok(())
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

impl Postgres {
    pub(crate) async fn stopped_since(&self, number: &Digest) -> Result<Option<Time>, Fault> {
        let sql = "SELECT at FROM texts_wish WHERE number = $1 AND stopped";
        let at: Option<i64> = self.one(sqlx::query(sql).bind(number.to_vec())).await?;
        Ok(at.map(Time::from_micros))
    }

    pub(crate) async fn fate_of(&self, of: Awaited) -> Result<Option<TextFate>, Fault> {
        let (about, subject, ordinal) = match of {
            Awaited::SecretCode(registration, serial) => ("secret-code", registration.0, serial),
            Awaited::CodeWord(link, serial) => ("code-word", link.0, serial),
        };
        let sql = "SELECT fate FROM text_fate WHERE about = $1 AND subject = $2 AND ordinal = $3";
        let found: Option<i64> = self.one(sqlx::query(sql).bind(about).bind(subject).bind(i64::from(ordinal))).await?;
        let fate = |found| FATES.into_iter().find(|fate| number(*fate) == found);
        found
            .map(|found| fate(found).ok_or_else(|| Fault::corrupt("text", format!("unknown fate {found}"))))
            .transpose()
    }
}

fn number(fate: TextFate) -> i64 {
    match fate {
        TextFate::Sent => 0,
        TextFate::Failed => 1,
        TextFate::Delivered => 2,
    }
}

const FATES: [TextFate; 3] = [TextFate::Sent, TextFate::Failed, TextFate::Delivered];
