//! What every store keeps, as plain functions: one for each law. An adapter makes a [`Harness`] and calls [`contract!`].
//!
//! [`contract!`]: crate::contract!

mod agree;
mod announcers;
mod books;
mod bot_checks;
mod claims;
mod commits;
mod history;
mod imports;
mod join;
mod lists;
mod logs;
mod notices;
pub mod payments;
mod peers;
mod queues;
mod roles;
mod samples;
mod searches;
mod signing;
mod texts;
mod tickets;

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::port::{Ledger, Outbox, Reader, Seal, Store};

pub use agree::any_commits_agree_with_memory;
pub use announcers::{
    a_failed_event_does_not_hold_the_next, an_announcer_says_what_became_of_an_event, an_event_arrives,
};
pub use bot_checks::{BotCheckHarness, an_answer_opens_its_own_gate, what_is_no_answer_opens_nothing};
pub use claims::{
    a_budget_starts_anew_in_the_next_window, a_claim_is_held_once, a_released_claim_can_be_held_again,
    a_spent_budget_changes_nothing, only_old_events_are_forgotten,
};
pub use commits::{
    a_broken_guard_changes_nothing, a_commit_is_read_back, a_session_that_was_ended_stays_ended,
    a_stale_write_changes_nothing, an_empty_store_knows_nothing, note_seen_moves_the_last_activity,
    sessions_end_in_one_practice_only, whatever_is_looked_up_by_another_key_is_unique,
};
pub use history::history_is_read_newest_first;
pub use imports::{a_file_is_kept_as_it_came_on, one_worker_has_a_practice_s_files};
pub use lists::{
    an_unlisted_person_is_gone_from_list_search_and_tally, filters_agree, lists_agree_with_the_order_of_the_domain,
    tallies_follow_every_commit,
};
pub use logs::facts_are_numbered_and_sealed_per_log;
pub use notices::{
    a_fenced_settlement_is_refused, a_leased_notice_is_leased_once, a_parked_notice_can_go_out_again,
    a_settled_notice_shows_on_its_row, an_unsettled_lease_returns,
};
pub use peers::{
    PeerHarness, Turn, Wire, a_code_arrives, a_failed_code_does_not_hold_the_next,
    a_failed_letter_does_not_hold_the_next, a_letter_arrives, a_mailer_says_what_became_of_a_letter,
    a_texter_says_what_became_of_a_code,
};
pub use queues::{
    a_lock_is_told_of_wherever_its_account_works, each_queue_is_leased_by_itself, what_is_passed_on_is_ordered_once,
};
pub use roles::{a_role_s_name_is_taken_once, a_standing_carries_what_the_role_allows};
pub use searches::searches_find_every_part_of_names_and_addresses;
pub use signing::{the_oldest_session_gives_way, units_are_given_out_once};
pub use texts::{a_number_that_wants_no_texts_is_remembered, the_fate_of_a_text_is_what_is_known_best};
pub use tickets::{
    a_hundred_failures_end_what_tickets_open, a_ticket_granted_meanwhile_survives_a_settlement,
    a_ticket_takes_its_units_along, an_abandoned_ticket_counts, parallel_tickets_never_exceed_the_limit,
};

/// Makes stores to be tested.
#[async_trait]
pub trait Harness: Send + Sync {
    /// A store with nothing in it.
    async fn fresh(&self) -> Stores;
}

/// One store, by its three ports.
pub struct Stores {
    /// Keeps.
    pub store: Arc<dyn Store>,
    /// Gives back what is kept about money.
    pub ledger: Arc<dyn Ledger>,
    /// Lists.
    pub reader: Arc<dyn Reader>,
    /// Sends.
    pub outbox: Arc<dyn Outbox>,
    /// What it seals its audit entries with.
    pub seal: Arc<dyn Seal>,
    /// Whatever must live as long as the store, like a temporary directory.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// Makes one test of every law. The argument is an expression of a [`contract::Harness`](crate::contract::Harness); `tokio` with its
/// macros must be among the crate's dependencies.
#[macro_export]
macro_rules! contract {
    ($harness:expr) => {
        $crate::contract! { $harness;
            an_empty_store_knows_nothing
            a_commit_is_read_back
            a_stale_write_changes_nothing
            a_broken_guard_changes_nothing
            whatever_is_looked_up_by_another_key_is_unique
            a_role_s_name_is_taken_once
            a_standing_carries_what_the_role_allows
            a_session_that_was_ended_stays_ended
            sessions_end_in_one_practice_only
            note_seen_moves_the_last_activity
            a_claim_is_held_once
            a_released_claim_can_be_held_again
            a_spent_budget_changes_nothing
            only_old_events_are_forgotten
            a_budget_starts_anew_in_the_next_window
            facts_are_numbered_and_sealed_per_log
            history_is_read_newest_first
            a_leased_notice_is_leased_once
            an_unsettled_lease_returns
            each_queue_is_leased_by_itself
            what_is_passed_on_is_ordered_once
            a_lock_is_told_of_wherever_its_account_works
            a_fenced_settlement_is_refused
            a_settled_notice_shows_on_its_row
            parallel_tickets_never_exceed_the_limit
            a_ticket_takes_its_units_along
            an_abandoned_ticket_counts
            a_hundred_failures_end_what_tickets_open
            units_are_given_out_once
            the_oldest_session_gives_way
            a_number_that_wants_no_texts_is_remembered
            the_fate_of_a_text_is_what_is_known_best
            a_ticket_granted_meanwhile_survives_a_settlement
            lists_agree_with_the_order_of_the_domain
            searches_find_every_part_of_names_and_addresses
            filters_agree
            tallies_follow_every_commit
            an_unlisted_person_is_gone_from_list_search_and_tally
            any_commits_agree_with_memory
        }
    };
    ($harness:expr; $($law:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                $crate::contract::$law(&$harness).await;
            }
        )+
    };
}
