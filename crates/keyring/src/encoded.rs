use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use practice_domain::value::PasswordHash;

use crate::argon::Cost;

/// A password's hash in its parts: `<key id>/<judge>:$argon2id$v=19$m=…,t=…,p=1$salt$hash`, without the judge and its stroke where
/// nobody judged the password, or found it common.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) key_id: u8,
    /// Which judge found that the password is not a common one.
    pub(crate) judge: Option<u8>,
    pub(crate) cost: Cost,
    pub(crate) salt: [u8; 16],
    pub(crate) output: [u8; 32],
}

/// A stored text that is no hash of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not `<key id>[/<judge>]:$argon2id$v=19$m=…,t=…,p=1$…$…`")]
pub(crate) struct NotOurs;

impl Encoded {
    pub(crate) fn write(&self) -> PasswordHash {
        let Self { key_id, judge, cost, salt, output } = self;
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        let (memory, passes) = (cost.memory_kib(), cost.passes());
        let judge = judge.map_or_else(String::new, |judge| format!("/{judge}"));
        PasswordHash::new(format!("{key_id}{judge}:$argon2id$v=19$m={memory},t={passes},p=1${salt}${output}"))
    }

    pub(crate) fn read(hash: &PasswordHash) -> Result<Self, NotOurs> {
        parts(hash.encoded()).ok_or(NotOurs)
    }
}

fn parts(text: &str) -> Option<Encoded> {
    let (maker, rest) = text.split_once(":$argon2id$v=19$")?;
    let (key_id, judge) = maker.split_once('/').map_or((maker, None), |(key_id, judge)| (key_id, Some(judge)));
    let (cost, rest) = rest.split_once('$')?;
    let (salt, output) = rest.split_once('$')?;
    let (memory, passes) = cost.strip_prefix("m=")?.strip_suffix(",p=1")?.split_once(",t=")?;
    Some(Encoded {
        key_id: key_id.parse().ok()?,
        judge: judge.map(str::parse).transpose().ok()?,
        cost: Cost::stored(memory.parse().ok()?, passes.parse().ok()?)?,
        salt: STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?,
        output: STANDARD_NO_PAD.decode(output).ok()?.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Encoded {
        Encoded { key_id: 9, judge: None, cost: Cost::STANDARD, salt: [1; 16], output: [2; 32] }
    }

    #[test]
    fn what_is_written_is_read() {
        for (judge, maker) in [(None, "9:"), (Some(3), "9/3:")] {
            let encoded = Encoded { judge, ..good() };
            let hash = encoded.write();
            assert!(hash.encoded().starts_with(&format!("{maker}$argon2id$v=19$m=19456,t=2,p=1$AQEB")));
            assert!(Encoded::read(&hash).is_ok_and(|read| read == encoded));
        }
    }

    #[test]
    fn anything_else_is_not_ours() {
        let good = good().write();
        let good = good.encoded();
        for bad in [
            "",
            good.trim_start_matches("9:"),
            &good.replace("9:", "256:"),
            &good.replace("9:", "9/:"),
            &good.replace("9:", "9/256:"),
            &good.replace("9:", "9/1/1:"),
            &good.replace("argon2id", "argon2i"),
            &good.replace("v=19", "v=16"),
            &good.replace("p=1", "p=2"),
            &good.replace("m=19456", "m=4294967295"),
            &good.replace("t=2", "t=0"),
            &good[..good.len() - 1],
            &format!("{good}$AA"),
        ] {
            assert!(Encoded::read(&PasswordHash::new(bad.to_owned())).is_err(), "{bad}");
        }
    }
}
