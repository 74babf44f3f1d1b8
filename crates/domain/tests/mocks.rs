//! The mocks of the ports, as an embedder uses them: a use case that must ask one thing, and nothing else.
#![cfg(feature = "mocks")]

use std::sync::Arc;

use practice_domain::channel::Catalogue;
use practice_domain::invitation::DeadLink;
use practice_domain::port::mocks::{MockClock, MockEntropy, MockKeys, MockPasswords, MockReader, MockStore};
use practice_domain::usecase::{OpenInvitationError, Platform, Ports, open_invitation};
use practice_domain::value::{InvitationId, Regions};
use uuid::Uuid;

/// INV-5: a link of nothing that is kept is unknown, after one look and no write.
#[test]
fn a_link_of_nothing_asks_once_and_writes_nothing() {
    let id = InvitationId(Uuid::from_u128(7));
    let mut keys = MockKeys::new();
    keys.expect_read_invitation_link().withf(|text| text == "a link").times(1).returning(move |_| Some((id, 1)));
    let mut store = MockStore::new();
    store.expect_invitation().withf(move |asked| *asked == id).times(1).returning(|_| Ok(None));
    store.expect_commit().never();
    let ports = Ports {
        store: Arc::new(store),
        reader: Arc::new(MockReader::new()),
        clock: Arc::new(MockClock::new()),
        entropy: Arc::new(MockEntropy::new()),
        keys: Arc::new(keys),
        passwords: Arc::new(MockPasswords::new()),
        platform: Arc::new(Platform {
            brand: "Practice Portal".to_owned(),
            catalogue: Catalogue::default(),
            terms: "1".to_owned(),
            regions: Regions::default(),
            listeners: Vec::new(),
        }),
    };
    let opened = smol::block_on(open_invitation(&ports, "a link"));
    assert!(matches!(opened, Err(OpenInvitationError::Dead { why: DeadLink::Unknown })), "{opened:?}");
}
