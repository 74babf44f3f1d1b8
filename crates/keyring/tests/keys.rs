//! What the keyring derives: links, codes, forms, devices, seals.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::port::{Keys, Seal};
use practice_domain::value::{AccountId, DeviceId, Email, InvitationId, RegistrationId};
use practice_keyring::{Key, KeyError, Keyring};
use uuid::Uuid;

/// TK-01
#[test]
fn a_hundred_thousand_links_are_distinct_and_read_back() {
    let ring = ring(1);
    let mut seen = HashSet::new();
    for number in 0..100_000_u32 {
        let (id, generation) = (InvitationId(Uuid::from_u128((number / 4).into())), number % 4);
        let link = ring.invitation_link(id, generation).0;
        assert_eq!(link.len(), 71);
        assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!(ring.read_invitation_link(&link), Some((id, generation)));
        assert!(seen.insert(link));
    }
}

/// TK-02
#[test]
fn a_link_is_the_same_each_time_it_is_sent() {
    let (id, first, again) = (InvitationId(Uuid::from_u128(5)), ring(1), ring(1));
    assert_eq!(first.invitation_link(id, 3).0, again.invitation_link(id, 3).0);
    assert_ne!(first.invitation_link(id, 3).0, ring(2).invitation_link(id, 3).0);
}

/// TK-10
#[test]
fn one_flipped_bit_anywhere_makes_a_link_unknown() {
    let ring = ring(1);
    let bytes = URL_SAFE_NO_PAD.decode(link(&ring)).expect("base64url");
    for bit in 0..bytes.len() * 8 {
        let mut forged = bytes.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(ring.read_invitation_link(&URL_SAFE_NO_PAD.encode(forged)), None, "bit {bit}");
    }
}

#[test]
fn one_changed_character_anywhere_makes_a_link_unknown() {
    let ring = ring(1);
    let good = link(&ring);
    for at in 0..good.len() {
        for other in "AZaz09-_=+/ é".chars().filter(|c| !good[at..].starts_with(*c)) {
            let forged = format!("{}{other}{}", &good[..at], &good[at + 1..]);
            assert_eq!(ring.read_invitation_link(&forged), None, "{forged}");
        }
    }
}

/// TK-10
#[test]
fn junk_of_any_length_is_unknown() {
    let ring = ring(1);
    let good = link(&ring);
    let long = "A".repeat(4096);
    for junk in
        ["", "A", &long[..43], &long[..71], &long, &good[1..], &good[..70], &format!("{good}A"), &format!("{good}=")]
    {
        assert_eq!(ring.read_invitation_link(junk), None, "{junk}");
        assert_eq!(ring.read_device_token(AccountId(Uuid::nil()), junk), None, "{junk}");
        assert!(!ring.is_form_token(&[0; 32], junk), "{junk}");
    }
}

/// OT-01
#[test]
fn codes_are_uniform_in_every_digit() {
    const CODES: u32 = 200_000;
    let ring = ring(1);
    let mut counts = [[0_u32; 10]; 6];
    for serial in 0..CODES {
        let code = ring.secret_code(RegistrationId(Uuid::from_u128(77)), serial);
        assert_eq!(code.len(), 6);
        for (place, digit) in code.bytes().enumerate() {
            counts[place][usize::from(digit - b'0')] += 1;
        }
    }
    let expected = f64::from(CODES) / 10.0;
    for (place, digits) in counts.iter().enumerate() {
        let chi: f64 = digits.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        // 27.88 is the 0.001 quantile with nine degrees of freedom.
        assert!(chi < 27.88, "place {place}: chi-square {chi}");
    }
}

/// OT-01
#[test]
fn a_code_keeps_its_zeros_and_is_good_for_one_registration_and_serial() {
    let ring = ring(1);
    let (one, other) = (RegistrationId(Uuid::from_u128(1)), RegistrationId(Uuid::from_u128(2)));
    let serial = (0..).find(|s| ring.secret_code(one, *s).starts_with("00")).expect("one in a hundred does");
    let code = ring.secret_code(one, serial);
    assert!(ring.is_secret_code(one, serial, &code));
    assert!(!ring.is_secret_code(other, serial, &code));
    assert!(!ring.is_secret_code(one, serial + 1, &code));
    for wrong in [code.trim_start_matches('0'), "", "1234567", &format!("{code} ")] {
        assert!(!ring.is_secret_code(one, serial, wrong), "{wrong}");
    }
}

#[test]
fn a_form_text_belongs_to_one_cookie() {
    let ring = ring(1);
    let token = ring.form_token(&[1; 32]);
    assert!(ring.is_form_token(&[1; 32], &token));
    assert!(!ring.is_form_token(&[2; 32], &token));
}

/// LOCK-4
#[test]
fn a_device_text_belongs_to_one_account() {
    let ring = ring(1);
    let (ann, bob, device) =
        (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)), DeviceId(Uuid::from_u128(3)));
    let token = ring.device_token(ann, device);
    assert_eq!(ring.read_device_token(ann, &token.0), Some(device));
    assert_eq!(ring.read_device_token(bob, &token.0), None);
}

#[test]
fn what_was_made_for_one_purpose_is_of_no_use_for_another() {
    let ring = ring(1);
    let account = AccountId(Uuid::nil());
    let device = ring.device_token(account, DeviceId(Uuid::nil())).0;
    assert_eq!(ring.read_invitation_link(&device), None);
    assert!(!ring.is_form_token(&[0; 32], &device));
    assert_eq!(ring.read_device_token(account, &link(&ring)), None);
}

/// LOCK-3
#[test]
fn a_stranger_is_one_and_the_same_however_the_address_is_typed() {
    let ring = ring(1);
    let stranger = |text| ring.stranger(&Email::parse(text).expect("an address"));
    assert_eq!(stranger("Ann@Example.com"), stranger(" ann@example.COM"));
    assert_ne!(stranger("ann@example.com"), stranger("bob@example.com"));
}

#[test]
fn a_digest_depends_on_the_key_and_on_all_of_the_secret() {
    let (ring, other) = (ring(1), ring(2));
    assert_eq!(ring.digest(b"cookie"), ring.digest(b"cookie"));
    assert_ne!(ring.digest(b"cookie"), ring.digest(b"cookie2"));
    assert_ne!(ring.digest(b"cookie"), other.digest(b"cookie"));
}

#[test]
fn a_seal_depends_on_all_that_it_covers_and_on_the_key() {
    let (ring, other) = (ring(1), ring(2));
    let seals = [
        ring.seal(1, &[0; 32], "text"),
        ring.seal(2, &[0; 32], "text"),
        ring.seal(1, &[1; 32], "text"),
        ring.seal(1, &[0; 32], "texts"),
        other.seal(1, &[0; 32], "text"),
    ];
    assert_eq!(HashSet::from(seals).len(), seals.len());
}

#[test]
fn after_a_change_of_keys_everything_old_is_still_read() {
    let old = ring(1);
    let both = Keyring::new(key(2), vec![key(1)]).expect("two keys");
    let (account, device, registration) = (AccountId(Uuid::nil()), DeviceId(Uuid::nil()), RegistrationId(Uuid::nil()));

    assert!(both.read_invitation_link(&link(&old)).is_some());
    assert!(both.read_device_token(account, &old.device_token(account, device).0).is_some());
    assert!(both.is_form_token(&[0; 32], &old.form_token(&[0; 32])));
    assert!(both.is_secret_code(registration, 1, &old.secret_code(registration, 1)));
    assert_eq!(both.digest(b"cookie"), old.digest(b"cookie"));
    assert_eq!(both.seal(1, &[0; 32], "text"), old.seal(1, &[0; 32], "text"));

    assert_ne!(link(&both), link(&old));
    assert_eq!(old.read_invitation_link(&link(&both)), None);
    assert_eq!(ring(2).read_invitation_link(&link(&old)), None);
}

#[test]
fn a_ring_is_read_from_lines() {
    let (a, b) = ("07".repeat(31) + "01", "07".repeat(31) + "02");
    let read = Keyring::parse(&format!("# since May\n{b}\n\n  # before\n{a}\n")).expect("two keys");
    let made = Keyring::new(Key::parse(&b).expect("hex"), vec![Key::parse(&a).expect("hex")]).expect("two keys");
    assert_eq!(link(&read), link(&made));
    assert_eq!(Keyring::parse("# nothing\n").err(), Some(KeyError::None));
    assert_eq!(Keyring::parse(&format!("{a}\n{a}")).err(), Some(KeyError::SameId));
    assert!(!format!("{read:?}").contains("07"));
}

fn link(ring: &Keyring) -> String {
    ring.invitation_link(InvitationId(Uuid::from_u128(0x0123_4567_89ab)), 7).0
}

fn ring(seed: u8) -> Keyring {
    Keyring::new(key(seed), Vec::new()).expect("one key")
}

fn key(seed: u8) -> Key {
    let bytes: Vec<u8> = (seed..seed + 32).collect();
    Key::from_bytes(&bytes).expect("32 bytes")
}

/// BK-02: links and codes of another epoch open nothing, whichever it is; what belongs to no epoch goes on.
#[test]
fn a_new_epoch_ends_links_and_codes_and_nothing_else() {
    let epochs = [None, Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2))];
    let rings = epochs.map(|epoch| ring(1).in_epoch(epoch));
    let (id, person) = (Uuid::from_u128(5), AccountId(Uuid::from_u128(6)));
    let codes = |ring: &Keyring| (0..4).map(|n| ring.secret_code(RegistrationId(id), n)).collect::<Vec<_>>();
    for (at, made) in rings.iter().enumerate() {
        let invitation = made.invitation_link(InvitationId(id), 1).0;
        let password = made.password_link(practice_domain::value::PasswordLinkId(id), 1).0;
        let address = made.email_change_link(person, 1).0;
        for (other, read) in rings.iter().enumerate() {
            assert_eq!(read.read_invitation_link(&invitation).is_some(), at == other);
            assert_eq!(read.read_password_link(&password).is_some(), at == other);
            assert_eq!(read.read_email_change_link(&address).is_some(), at == other);
            assert_eq!(codes(made) == codes(read), at == other);
            assert_eq!(made.digest(b"an API key"), read.digest(b"an API key"));
            assert_eq!(made.seal(1, &[0; 32], "entry"), read.seal(1, &[0; 32], "entry"));
            let device = made.device_token(person, DeviceId(id)).0;
            assert_eq!(read.read_device_token(person, &device), Some(DeviceId(id)));
        }
    }
}
