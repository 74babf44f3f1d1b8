//! A practice's code word, as use cases need it: made when it is first asked for, and kept as it is until the commit (`CODE-1`).

use crate::code_word::{CodeWord, FIRST};
use crate::commit::{Commit, Guard};
use crate::fact::{EmployeeFact, Entry, Fact};
use crate::notice::{About, Notice};
use crate::password_link::{LinkState, PasswordLink};
use crate::port::{Entropy, Fault};
use crate::usecase::Ports;
use crate::value::{NoticeId, PracticeId, Time, Word};

/// Chance for a word that may have to be made.
#[derive(Clone, Copy)]
pub(super) struct Chance {
    word: [u8; 32],
    nonce: [u8; 32],
}

/// The word in force, stored or about to be.
pub(super) struct Current {
    pub(super) word: CodeWord,
    stored: bool,
}

impl Chance {
    pub(super) fn draw(entropy: &dyn Entropy) -> Self {
        Self { word: entropy.secret(), nonce: entropy.secret() }
    }
}

impl Current {
    /// The practice's word; where it has none yet, its first one.
    pub(super) async fn load(ports: &Ports, practice: PracticeId, chance: &Chance, now: Time) -> Result<Self, Fault> {
        if let Some(word) = ports.store.code_word(practice).await? {
            return Ok(Self { word, stored: true });
        }
        let word = ports.keys.new_code_word(&chance.word);
        let sealed = ports.keys.seal_code_word(practice, FIRST, &word, &chance.nonce);
        Ok(Self { word: CodeWord::first(practice, sealed, now), stored: false })
    }

    /// Adds to a commit that the word stays as it is until then.
    pub(super) fn keep(&self, commit: Commit, entry: impl Fn(Fact) -> Entry) -> Commit {
        if self.stored {
            commit.guard(Guard::CodeWord(self.word.practice, self.word.version))
        } else {
            self.make(commit, entry)
        }
    }

    /// Adds the same to a commit that somebody waits for this word: a rotation meanwhile decides anew, and sees them.
    pub(super) fn touch(&self, commit: Commit, entry: impl Fn(Fact) -> Entry) -> Commit {
        if self.stored { commit.update(self.word.clone()) } else { self.make(commit, entry) }
    }

    fn make(&self, commit: Commit, entry: impl Fn(Fact) -> Entry) -> Commit {
        let fact = EmployeeFact::WordMade { serial: self.word.serial };
        commit.and(entry(Fact::Employee(fact))).insert(self.word.clone())
    }

    /// Adds to a commit that the word is written anew, as `changed`.
    pub(super) fn write(&self, commit: Commit, changed: CodeWord) -> Commit {
        if self.stored { commit.update(changed) } else { commit.insert(changed) }
    }

    /// What is recorded of a rotation.
    pub(super) fn rotation(&self) -> Fact {
        Fact::Employee(EmployeeFact::WordRotated { serial: self.word.serial + 1 })
    }

    /// Adds to a commit that the word is rotated, and texted to whoever waits with these setup links (`CODE-3`). The texts'
    /// identities are drawn here, because nobody knows how many there are before.
    pub(super) fn rotate(
        &self,
        ports: &Ports,
        commit: Commit,
        waiting: &[PasswordLink],
        chance: &Chance,
        now: Time,
    ) -> Commit {
        let (practice, serial) = (self.word.practice, self.word.serial + 1);
        let word = ports.keys.new_code_word(&chance.word);
        let sealed = ports.keys.seal_code_word(practice, serial, &word, &chance.nonce);
        let commit = self.write(commit, self.word.clone().rotate(sealed, now));
        waiting.iter().fold(commit, |commit, link| match text(link, serial, NoticeId(ports.entropy.id()), now) {
            Some(notice) => commit.notify(notice),
            None => commit,
        })
    }

    /// The word itself; none when it was not sealed for this practice and serial (CW-02).
    pub(super) fn open(&self, ports: &Ports) -> Option<Word> {
        let CodeWord { practice, serial, sealed, .. } = &self.word;
        ports.keys.open_code_word(*practice, *serial, sealed)
    }

    /// Whether somebody gave the right word; none when nobody can know. Keyed digests are compared, so that the time it takes tells
    /// nothing.
    pub(super) fn is(&self, ports: &Ports, given: &Word) -> Option<bool> {
        let digest = |word: &Word| ports.keys.digest(word.expose().as_bytes());
        Some(digest(&self.open(ports)?) == digest(given))
    }

    /// What is recorded when the word cannot be read: somebody has moved or changed what is kept of it.
    pub(super) fn unreadable(&self) -> Fact {
        Fact::Employee(EmployeeFact::WordUnreadable { serial: self.word.serial })
    }
}

/// What whoever needs the word is told then.
pub(super) fn cannot_be_read() -> Fault {
    Fault::corrupt("code word", "it was not sealed for this practice and serial")
}

/// The text of a code word to whoever waits with a link; none when nobody waits.
pub(super) fn text(link: &PasswordLink, serial: u32, id: NoticeId, now: Time) -> Option<Notice> {
    let LinkState::Open { expires_at, .. } = link.state else { return None };
    (now < expires_at).then_some(Notice {
        id,
        about: About::CodeWord { link: link.id, serial },
        ordered_at: now,
        expires_at,
    })
}
