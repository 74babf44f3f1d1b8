//! The seal over a backup: XChaCha20-Poly1305 over pieces of 64 KiB in the STREAM construction, so that no piece can be changed, left
//! out, repeated or cut off at the end without being noticed.

use std::io::{self, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{KeyInit as _, Payload};

use crate::key::{Key, Purpose};
use crate::ring::Keyring;

/// Encrypts what is written. Nothing of it can be read until [`SealedBackup::finish`].
pub struct SealedBackup<W: Write> {
    stream: EncryptorBE32<XChaCha20Poly1305>,
    head: [u8; HEAD],
    piece: Vec<u8>,
    out: W,
}

/// Decrypts what is read. Whatever it gives was written so; an error of the kind [`io::ErrorKind::InvalidData`] means that the rest was
/// changed or cut off, or that it was never a backup made with these keys.
pub struct OpenedBackup<R: Read> {
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    head: [u8; HEAD],
    from: R,
    ahead: Vec<u8>,
    piece: Vec<u8>,
    read: usize,
}

impl Keyring {
    /// Encrypts a backup with the key of today.
    ///
    /// # Errors
    ///
    /// What writing says.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give.
    pub fn seal_backup<W: Write>(&self, mut out: W) -> io::Result<SealedBackup<W>> {
        let key = self.current();
        let mut head = [0; HEAD];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        head[MAGIC.len()] = key.id();
        getrandom::fill(&mut head[MAGIC.len() + 1..]).expect("the operating system gives random bytes");
        out.write_all(&head)?;
        let stream = EncryptorBE32::from_aead(cipher(key), &nonce(&head).into());
        Ok(SealedBackup { stream, head, piece: Vec::with_capacity(2 * PIECE), out })
    }

    /// Decrypts a backup that was made with one of these keys.
    ///
    /// # Errors
    ///
    /// What reading says; [`io::ErrorKind::InvalidData`] when it is no backup, or none made with these keys.
    pub fn open_backup<R: Read>(&self, mut from: R) -> io::Result<OpenedBackup<R>> {
        let mut head = [0; HEAD];
        from.read_exact(&mut head).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => spoilt("this is no backup"),
            _ => error,
        })?;
        if !head.starts_with(MAGIC) {
            return Err(spoilt("this is no backup"));
        }
        let key = self.with_id(head[MAGIC.len()]).ok_or_else(|| spoilt("it was made with a key that is not here"))?;
        let stream = DecryptorBE32::from_aead(cipher(key), &nonce(&head).into());
        let mut opened =
            OpenedBackup { stream: Some(stream), head, from, ahead: Vec::new(), piece: Vec::new(), read: 0 };
        opened.look_ahead()?;
        Ok(opened)
    }
}

impl<W: Write> SealedBackup<W> {
    /// Writes the rest, and says that it is the end.
    ///
    /// # Errors
    ///
    /// What writing says.
    pub fn finish(mut self) -> io::Result<W> {
        let last = Payload { msg: &self.piece, aad: &self.head };
        let sealed = self.stream.encrypt_last(last).map_err(|_| spoilt("it is too long"))?;
        self.out.write_all(&sealed)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SealedBackup<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        while self.piece.len() > PIECE {
            let next = Payload { msg: &self.piece[..PIECE], aad: &self.head };
            let sealed = self.stream.encrypt_next(next).map_err(|_| spoilt("it is too long"))?;
            self.out.write_all(&sealed)?;
            self.piece.drain(..PIECE);
        }
        Ok(bytes.len())
    }

    /// What is not a whole piece yet stays here.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<R: Read> OpenedBackup<R> {
    /// Reads one more sealed piece: none after the last one.
    fn look_ahead(&mut self) -> io::Result<()> {
        self.ahead.clear();
        let most = (PIECE + TAG) as u64;
        self.from.by_ref().take(most).read_to_end(&mut self.ahead).map(drop)
    }

    fn open_next(&mut self) -> io::Result<()> {
        let sealed = std::mem::take(&mut self.ahead);
        self.look_ahead()?;
        let payload = Payload { msg: &sealed, aad: &self.head };
        let Some(mut stream) = self.stream.take() else { return Ok(()) };
        let opened = if self.ahead.is_empty() {
            stream.decrypt_last(payload)
        } else {
            let opened = stream.decrypt_next(payload);
            self.stream = Some(stream);
            opened
        };
        self.piece = opened.map_err(|_| spoilt("it was changed, or cut off"))?;
        self.read = 0;
        Ok(())
    }
}

impl<R: Read> Read for OpenedBackup<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() && self.stream.is_some() {
            self.open_next()?;
        }
        let number = into.len().min(self.piece.len() - self.read);
        into[..number].copy_from_slice(&self.piece[self.read..self.read + number]);
        self.read += number;
        Ok(number)
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.whole(Purpose::Backups).into())
}

fn nonce(head: &[u8; HEAD]) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&head[MAGIC.len() + 1..]);
    nonce
}

fn spoilt(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// What a backup begins with; then the id of the key and the nonce. All of it is bound to every piece.
const MAGIC: &[u8] = b"practice-portal backup 1\n";

/// Of the nonce of XChaCha20 five bytes belong to the construction.
const NONCE: usize = 19;

const HEAD: usize = MAGIC.len() + 1 + NONCE;

const PIECE: usize = 64 * 1024;

const TAG: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(seed: u8) -> Keyring {
        let bytes: Vec<u8> = (0..32).map(|n| seed.wrapping_mul(31).wrapping_add(n)).collect();
        Keyring::new(Key::from_bytes(&bytes).expect("a key"), Vec::new()).expect("a ring")
    }

    fn sealed(ring: &Keyring, text: &[u8]) -> Vec<u8> {
        let mut sealing = ring.seal_backup(Vec::new()).expect("memory");
        text.chunks(999).for_each(|some| sealing.write_all(some).expect("memory"));
        sealing.finish().expect("memory")
    }

    fn opened(ring: &Keyring, sealed: &[u8]) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        ring.open_backup(sealed)?.read_to_end(&mut text)?;
        Ok(text)
    }

    /// BK-01: whatever the length, what comes out is what went in.
    #[test]
    fn a_backup_is_read_as_it_was_written() {
        let ring = ring(1);
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let text: Vec<u8> = (0_usize..length).map(|n| u8::try_from(n % 251).expect("small")).collect();
            let sealed = sealed(&ring, &text);
            assert_eq!(opened(&ring, &sealed).expect("unchanged"), text, "{length}");
        }
    }

    /// BK-01: one flipped bit anywhere, a cut, a piece left out or put elsewhere, other keys: nothing of it opens.
    #[test]
    fn a_changed_backup_does_not_open() {
        let ring = ring(1);
        let text = vec![b'x'; 3 * PIECE];
        let good = sealed(&ring, &text);
        for at in (0..good.len()).step_by(PIECE / 3).chain([0, MAGIC.len(), HEAD - 1, HEAD, good.len() - 1]) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert!(opened(&ring, &bad).is_err(), "flipped at {at}");
        }
        for cut in [0, 1, HEAD, HEAD + PIECE + TAG, HEAD + 2 * (PIECE + TAG), good.len() - 1] {
            assert!(opened(&ring, &good[..cut]).is_err(), "cut at {cut}");
        }
        let (head, pieces) = good.split_at(HEAD);
        let pieces: Vec<&[u8]> = pieces.chunks(PIECE + TAG).collect();
        assert!(opened(&ring, &[head, pieces[1], pieces[0], pieces[2]].concat()).is_err());
        assert!(opened(&ring, &[head, pieces[0], pieces[2]].concat()).is_err());
        assert!(opened(&ring, &[&good[..], b"more"].concat()).is_err());
        assert!(opened(&self::ring(2), &good).is_err());
    }
}
