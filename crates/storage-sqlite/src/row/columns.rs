//! The columns of each record, in the order in which they are read.

/// A column list as text; each name begins with this prefix.
macro_rules! columns {
    ($prefix:literal: $first:ident $($rest:ident)*) => {
        concat!($prefix, stringify!($first) $(, ", ", $prefix, stringify!($rest))*)
    };
}

macro_rules! column_lists {
    ($($name:ident: $($column:ident)+;)+) => {
        $(macro_rules! $name {
            ($prefix:literal) => { $crate::row::columns::columns!($prefix: $($column)+) };
        }
        pub(crate) use $name;)+
    };
}

pub(crate) use columns;

column_lists! {
    practice_columns: id version name phone preset policy user_managers created_at;
    account_columns: id version email first_name last_name cell landline proven password terms_version terms_at home
        registered_at password_set_at former compromised time_zone;
    member_columns: id version practice account kind role user_manager tier invitation invited_at joined_at active until;
    role_definition_columns: practice role version name permissions removed_at;
    employee_columns: practice id version first_name last_name employment ends_at active login email cell role since member
        account added_at;
    password_link_columns: id version purpose practice generation forgotten_at state state_at expires_at tries_left;
    password_run_columns: id version link generation cookie step word expires_at;
    code_word_columns: practice version serial sealed made_at wrong counted_from paused_until;
    second_factor_columns: account version state secret since last_step recovery passkeys ceremonies;
    email_change_columns: account version serial email state at before;
    invitation_columns: id version practice inviter product placement kind email first_name last_name cell landline
        generation created_at state state_at expires_at account;
    registration_columns: id version invitation generation practice cookie two_step cell landline codes_sent
        code_sent_at wrong_codes step serial delivery sent_to sent_at dead_at tries_left proven terms_version terms_at
        account expires_at;
    session_columns: id version cookie account practice device agent started_at proved_at seen_at ended_at stage
        second_factor wrong_codes known_device;
    api_key_columns: id version digest practice product created_at revoked_at;
    wallet_columns: account version customer card brand last4 expiry_year expiry_month announced_year announced_month;
    quote_columns: id practice member beneficiary payer card currency mail_option mail_price mail_credit mail_tax
        mail_replaces plugin_option plugin_price plugin_credit plugin_tax plugin_replaces priced_at expires_at;
    purchase_columns: id version quote practice member beneficiary payer customer card currency option price credit tax
        replaces after ordered_at state due_at step doubt tries url ended_at subscription why;
    subscription_columns: id version practice member beneficiary payer option currency price reference started_at state
        period_starts period_ends ended_at why told;
    invoice_columns: id practice payer beneficiary subscription option reference number currency amount charged_at;
    replay_columns: key request created at;
    person_columns: practice id account first_name last_name email kind placement invited_at active_at standing tier
        locked user_manager mail;
    notice_columns: id about subject ordinal practice product endpoint ordered_at expires_at;
}
