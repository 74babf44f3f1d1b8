//! What is observed of texts: who wants none, and how each fares.

use practice_domain::port::Fault;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{Digest, NoticeId, Time};
use rusqlite::Connection;

use crate::Sqlite;
use crate::statement::Statement;
use crate::writer::Work;

/// What a number wants, from a moment on.
pub(crate) struct NoteTexts {
    pub(crate) number: Digest,
    pub(crate) texts: Texts,
    pub(crate) at: Time,
}

impl Work for NoteTexts {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        let sql = "INSERT INTO texts_wish (number, stopped, at) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET stopped = excluded.stopped, at = excluded.at WHERE excluded.at >= at";
        let note =
            Statement::new(sql).bind(self.number.to_vec()).bind(self.texts == Texts::Stopped).bind(self.at.micros());
        note.execute(conn, "note who wants no texts").map(drop)
    }
}

/// How the text of a notice fares.
pub(crate) struct NoteText {
    pub(crate) notice: NoticeId,
    pub(crate) fate: TextFate,
}

impl Work for NoteText {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        let sql = "INSERT INTO text_fate (about, subject, ordinal, fate)
            SELECT about, subject, ordinal, ?2 FROM notice WHERE id = ?1 AND about IN ('secret-code', 'code-word')
            ON CONFLICT DO UPDATE SET fate = max(fate, excluded.fate)";
        let note = Statement::new(sql).bind(self.notice.0).bind(number(self.fate));
        note.execute(conn, "note how a text fares").map(drop)
    }
}

impl Sqlite {
    pub(crate) async fn stopped_since(&self, number: &Digest) -> Result<Option<Time>, Fault> {
        let sql = "SELECT at FROM texts_wish WHERE number = ? AND stopped = 1";
        let at: Option<i64> = self.one(Statement::new(sql).bind(number.to_vec())).await?;
        Ok(at.map(Time::from_micros))
    }

    pub(crate) async fn fate_of(&self, of: Awaited) -> Result<Option<TextFate>, Fault> {
        let (about, subject, ordinal) = match of {
            Awaited::SecretCode(registration, serial) => ("secret-code", registration.0, serial),
            Awaited::CodeWord(link, serial) => ("code-word", link.0, serial),
        };
        let sql = "SELECT fate FROM text_fate WHERE about = ? AND subject = ? AND ordinal = ?";
        let found: Option<i64> = self.one(Statement::new(sql).bind(about).bind(subject).bind(ordinal)).await?;
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
