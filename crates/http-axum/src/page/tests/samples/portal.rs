//! The pages for people who are signed in.

use super::{Names, people, text, when};
use crate::page::{
    CardNotice, CardPanel, Cart, Chrome, ConfirmPasswordPage, Counts, DashboardPage, Delivery, EditInviteePage,
    EditMemberPage, InvitationFacts, Link, LookAlike, ManagePage, Nav, Place, Problems, ProfilePage, Role, SessionRow,
    SessionsPanel, Status, StatusFilter, Tier, Tile, TwoStepChange, TwoStepConfirm, TwoStepGroup, TwoStepPanel, Who,
};
use askama::Template;

type Rendered = (&'static str, askama::Result<String>);

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let mut pages = own(names);
    pages.extend(manage(names));
    pages.extend(edit(names));
    pages.into_iter().map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

fn own(names: &Names) -> Vec<Rendered> {
    let confirm = |chrome: Chrome| ConfirmPasswordPage {
        chrome,
        next: text("/manage/two-step?doctors=on"),
        purpose: text("change 2-step verification"),
        cancel_href: text("/manage"),
    };
    let refused = Chrome {
        problems: Problems::one("password", "That password is not right. Enter your current password."),
        ..names.chrome(Nav::Manage)
    };
    vec![
        ("dashboard", dashboard(names.chrome(Nav::Dashboard), 5).render()),
        (
            "dashboard-patient",
            dashboard(
                Chrome {
                    is_manager: false,
                    settings: crate::page::Sections::default(),
                    ..names.chrome(Nav::Dashboard)
                },
                0,
            )
            .render(),
        ),
        ("profile", profile(names).render()),
        ("profile-no-card", ProfilePage { card: CardPanel::None, ..profile(names) }.render()),
        ("profile-patient", ProfilePage { card: CardPanel::Absent, ..profile(names) }.render()),
        ("profile-texts-stopped", ProfilePage { texts_stopped: true, ..profile(names) }.render()),
        ("confirm-password", confirm(names.chrome(Nav::Manage)).render()),
        ("confirm-password-error", confirm(refused).render()),
    ]
}

fn dashboard(chrome: Chrome, locked: u64) -> DashboardPage {
    let tile = |label: &str, hint: &str, icon: &str, badge: Option<&str>| Tile {
        label: text(label),
        hint: text(hint),
        href: text("https://mail.portal.example/"),
        icon: text(icon),
        badge: badge.map(text),
    };
    DashboardPage {
        chrome,
        greeting: text("Good morning, Marisol"),
        today: text("Tuesday, June 9, 2026"),
        tiles: vec![
            tile("Send Secure Message", "Write to a patient or colleague", "send", None),
            tile("Secure Inbox", "Messages and replies", "inbox", Some("3 new")),
            tile("View Cases", "Shared treatment cases", "folder", None),
            tile("Imaging", "A product with a sign we do not have", "nonsense", None),
        ],
        locked,
        locked_names: if locked == 0 {
            Vec::new()
        } else {
            vec![text("Karin Bjornstad"), text("Leila Ghorbani"), text("Fiona O’Donnell")]
        },
        undeliverable: locked.min(1),
        payment_failed: locked == 0,
        card_expires: (locked > 0).then(|| CardNotice {
            title: text("Your card expires this month"),
            hint: text("Visa ending in 4242 pays for 6 people."),
        }),
    }
}

fn session(id: &str, device: &str, on_phone: bool, active: &str) -> SessionRow {
    SessionRow {
        id: text(id),
        device: text(device),
        on_phone,
        began: when("Today, 7:58 AM", "2026-06-09T07:58-05:00"),
        active: text(active),
        current: active == "now",
    }
}

fn profile(names: &Names) -> ProfilePage {
    ProfilePage {
        chrome: Chrome { toast: Some(text("The session on Edge on Windows has ended.")), ..names.chrome(Nav::Profile) },
        details: super::account::details(names),
        texts_stopped: false,
        role: text("Doctor/Staff"),
        second_factor: true,
        passkeys: Some(2),
        card: CardPanel::OnFile(super::billing::face(Some("Expires this month")), 6),
        sessions: vec![
            session("a", "Firefox on Windows", false, "now"),
            session("b", "Safari on iPhone", true, "2 hours ago"),
        ],
        time_zone: text("Central Time"),
    }
}

fn manage(names: &Names) -> Vec<Rendered> {
    let told = Chrome { toast: Some(text("Invitation sent to Anika Bhattacharya.")), ..names.chrome(Nav::Manage) };
    let refused = Chrome {
        problems: Problems::one("people", "The invitation was sent 4 times today. You can send it again tomorrow."),
        ..names.chrome(Nav::Manage)
    };
    let search = |q: &str| Place { q: text(q), status: StatusFilter::NotRegistered, ..Place::default() };
    let plain = || list(names.chrome(Nav::Manage), names);
    let one = TwoStepChange { group: TwoStepGroup::Patients, on: false, not_registered: 26 };
    let both = TwoStepChange { group: TwoStepGroup::Doctors, on: true, not_registered: 1 };
    vec![
        ("manage", plain().render()),
        ("manage-reinvited", list(told, names).render()),
        ("manage-refused", list(refused, names).render()),
        (
            "manage-search",
            ManagePage {
                place: search("lind"),
                people: people::found(),
                summary: text("2 people match “lind”"),
                previous: None,
                next: None,
                ..plain()
            }
            .render(),
        ),
        ("manage-search-empty", ManagePage { place: search("delgdo"), people: Vec::new(), ..plain() }.render()),
        ("manage-filter-empty", ManagePage { place: search(""), people: Vec::new(), ..plain() }.render()),
        (
            "manage-page-empty",
            ManagePage { place: Place::default().on_page("x"), people: Vec::new(), ..plain() }.render(),
        ),
        ("manage-empty", ManagePage { people: Vec::new(), ..plain() }.render()),
        ("manage-two-step", ManagePage { confirm: Some(question(vec![one])), ..plain() }.render()),
        ("manage-two-step-both", ManagePage { confirm: Some(question(vec![both, one])), ..plain() }.render()),
    ]
}

fn question(changes: Vec<TwoStepChange>) -> TwoStepConfirm {
    TwoStepConfirm { wanted: TwoStepPanel { doctors: true, patients: false }, changes }
}

fn list(chrome: Chrome, names: &Names) -> ManagePage {
    ManagePage {
        chrome,
        place: Place::default(),
        two_step: TwoStepPanel { doctors: true, patients: true },
        confirm: None,
        counts: Counts {
            all: text("63"),
            not_registered: text("38"),
            registered: text("18"),
            two_step_pending: text("4"),
            locked: text("3"),
        },
        people: people::page(names),
        summary: text("63 people"),
        previous: Some(text("b.Abernathy.1")),
        next: Some(text("a.Bergerdorff.11")),
        invite: Some(Link { label: text("Send Secure Message"), href: text("https://mail.portal.example/") }),
        time_zone: text("Central Time"),
    }
}

fn edit(names: &Names) -> Vec<Rendered> {
    let plain = || invitee(names.chrome(Nav::Manage));
    let format = "Enter an email address in the correct format, like name@example.com";
    let refused = Chrome { problems: Problems::one("email", format), ..names.chrome(Nav::Manage) };
    let lost = |mut page: EditInviteePage| {
        page.invitation.delivery = Delivery::Undeliverable(text("the mailbox does not exist"));
        page
    };
    let member = |status: Status| EditMemberPage {
        chrome: names.chrome(Nav::Manage),
        place: Place::default(),
        id: text("36"),
        who: who("Theo", "Lindqvist", "t.lindqvist@brightwater-dental.example"),
        role: Role::DoctorStaff,
        status,
        tier: Tier::Free,
        can_unlock: status == Status::Locked,
        invited: Some(when("Nov 14, 2025", "2025-11-14")),
        invited_by: Some(names.manager()),
        registered: Some(when("Nov 15, 2025", "2025-11-15")),
        last_activity: Some(when("Yesterday, 4:20 PM", "2026-06-08T16:20-05:00")),
        locked_since: Some(when("Today, 8:12 AM", "2026-06-09T08:12-05:00")),
        time_zone: text("Central Time"),
        user_manager: false,
        sessions: SessionsPanel::Behind(text("/confirm-password?next=%2Fmanage%2Fusers%2F36%23sessions")),
        cart: if status == Status::Locked { Cart::NoCard } else { Cart::Open },
    };
    let open = |rows| EditMemberPage { sessions: SessionsPanel::Open(rows), ..member(Status::Registered) };
    let (first, second) = (
        session("c", "Firefox on Windows", false, "Today, 8:20 AM"),
        session("d", "Safari on iPhone", true, "Yesterday"),
    );
    let like = LookAlike {
        words: text("It looks like Nadia Kowalczyk, nadia@brightwater-dental.example, and is not the same."),
        confirms: text("nadia@brightwater-denta1.example"),
    };
    vec![
        ("edit-invitee", plain().render()),
        (
            "edit-invitee-error",
            EditInviteePage { email: text("nadia.kowalczyk@@brightwater-dental.example"), ..invitee(refused) }.render(),
        ),
        ("edit-invitee-undeliverable", lost(plain()).render()),
        ("edit-invitee-look-alike", EditInviteePage { look_alike: Some(like), ..plain() }.render()),
        ("edit-invitee-withdraw", EditInviteePage { asks_withdraw: true, ..plain() }.render()),
        ("edit-member", member(Status::Registered).render()),
        ("edit-member-sessions", open(vec![first, second]).render()),
        ("edit-member-no-sessions", open(Vec::new()).render()),
        ("edit-member-locked", member(Status::Locked).render()),
    ]
}

fn invitee(chrome: Chrome) -> EditInviteePage {
    let email = "nadia.kowalczyk@brightwater-dental.example";
    let sent_by = chrome.name.clone();
    EditInviteePage {
        chrome,
        place: Place { q: text("nadia"), ..Place::default() },
        id: text("34"),
        who: who("Nadia", "Kowalczyk", email),
        role: Role::DoctorStaff,
        other_practice: false,
        version: text("3"),
        email: text(email),
        first: text("Nadia"),
        last: text("Kowalczyk"),
        cell: text("(555) 010-0163"),
        phone: String::new(),
        invitation: InvitationFacts {
            sent_by: Some(sent_by),
            through: text("SecureMail"),
            created: when("May 28, 2026", "2026-05-28"),
            last_email: Some(when("Jun 2, 2026, 10:41 AM", "2026-06-02T10:41-05:00")),
            delivery: Delivery::Sent,
            until: when("Jul 2, 2026", "2026-07-02"),
            expired: false,
            two_step: true,
        },
        time_zone: text("Central Time"),
        can_withdraw: true,
        asks_withdraw: false,
        look_alike: None,
    }
}

fn who(first: &str, last: &str, email: &str) -> Who {
    Who { first: text(first), last: text(last), email: text(email) }
}
