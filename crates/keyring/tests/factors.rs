//! Secrets of authenticator apps, and links to new addresses.

use practice_domain::port::{Keys, SealedSecret};
use practice_domain::value::AccountId;
use practice_keyring::{Key, Keyring};
use uuid::Uuid;

const SECRET: &[u8; 20] = b"12345678901234567890";
const ANN: AccountId = AccountId(Uuid::from_u128(1));
const BO: AccountId = AccountId(Uuid::from_u128(2));

fn key(seed: u8) -> Key {
    let bytes: Vec<u8> = (0..32).map(|n| seed.wrapping_mul(31).wrapping_add(n)).collect();
    Key::from_bytes(&bytes).expect("a key")
}

fn ring(seed: u8) -> Keyring {
    Keyring::new(key(seed), Vec::new()).expect("a ring")
}

/// OT-08: a sealed secret opens for its account and with its key only, and shows nothing of itself.
#[test]
fn a_sealed_secret_opens_for_its_account_only() {
    let ring = ring(1);
    let sealed = ring.seal_totp(ANN, SECRET, &[7; 32]);
    assert!(ring.is_totp(ANN, &sealed, 1, "287082"), "RFC 6238, 59 seconds");
    assert!(!ring.is_totp(ANN, &sealed, 2, "287082"), "another step");
    assert!(!ring.is_totp(BO, &sealed, 1, "287082"), "another account");
    for given in ["", "28708", "2870822", "287083", " 287082"] {
        assert!(!ring.is_totp(ANN, &sealed, 1, given), "{given:?}");
    }
    assert!(!sealed.0.windows(4).any(|part| SECRET.windows(4).any(|other| part == other)));
    assert_eq!(format!("{sealed:?}"), "SealedSecret(…)");
    assert_ne!(sealed, ring.seal_totp(ANN, SECRET, &[8; 32]), "the same secret twice looks different");
}

/// OT-08: one flipped bit, or a piece that is missing, and it opens no more.
#[test]
fn a_changed_seal_opens_nothing() {
    let ring = ring(1);
    let sealed = ring.seal_totp(ANN, SECRET, &[7; 32]).0;
    for bit in 0..sealed.len() * 8 {
        let mut forged = sealed.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert!(!ring.is_totp(ANN, &SealedSecret(forged), 1, "287082"), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(!ring.is_totp(ANN, &SealedSecret(sealed[..length].to_vec()), 1, "287082"), "{length} bytes");
    }
}

/// OT-08: after a change of keys the older one still opens what it sealed; another one does not.
#[test]
fn an_older_key_opens_what_it_sealed() {
    let sealed = ring(1).seal_totp(ANN, SECRET, &[7; 32]);
    let changed = Keyring::new(key(2), vec![key(1)]).expect("a ring");
    assert!(changed.is_totp(ANN, &sealed, 1, "287082"));
    assert!(!ring(2).is_totp(ANN, &sealed, 1, "287082"));
}

/// A link to a new address is read back, by its own purpose only.
#[test]
fn a_link_to_a_new_address_is_read_back_and_is_no_other_link() {
    let ring = ring(1);
    let link = ring.email_change_link(ANN, 3).0;
    assert_eq!(ring.read_email_change_link(&link), Some((ANN, 3)));
    assert_eq!(ring.read_invitation_link(&link), None);
    let invitation = ring.invitation_link(ANN.0.into(), 3).0;
    assert_eq!(ring.read_email_change_link(&invitation), None);
    assert_eq!(ring.read_email_change_link(&link[..link.len() - 1]), None);
    let changed = Keyring::new(key(2), vec![key(1)]).expect("a ring");
    assert_eq!(changed.read_email_change_link(&link), Some((ANN, 3)));
}
