//! What surrounds a page: brand, practice, person, navigation, message.

use super::Problems;

/// The frame of pages for people who are not signed in.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The name of the product, `brand.name` of the configuration.
    pub brand: String,
    /// The practice the page is about, if one is known.
    pub practice: Option<String>,
    /// How to reach support; printed in the foot of each page.
    pub support: Support,
    /// The token that each form on the page carries.
    pub csrf: String,
    /// The black message at the upper right.
    pub toast: Option<String>,
    /// What was wrong with the form just sent.
    pub problems: Problems,
}

impl Visitor {
    /// The first words of the window title: that something is wrong, or what just happened.
    #[must_use]
    pub fn lead(&self) -> String {
        lead(&self.problems, self.toast.as_deref())
    }
}

/// The frame of pages for people who are signed in.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// The name of the product, `brand.name` of the configuration.
    pub brand: String,
    /// The practice the person works in now.
    pub practice: Option<String>,
    /// How to reach support; printed in the foot of each page.
    pub support: Support,
    /// The person's full name.
    pub name: String,
    /// One or two letters for the round sign beside the name.
    pub initials: String,
    /// The person's email address, which is the user name.
    pub email: String,
    /// Whether the person is a User Manager, and so sees Manage Account.
    pub is_manager: bool,
    /// Whether the person can switch to another practice.
    pub elsewhere: bool,
    /// What the person may arrange for the practice.
    pub settings: Sections,
    /// The entry of the main navigation that the page belongs to.
    pub here: Nav,
    /// The token that each form on the page carries.
    pub csrf: String,
    /// The black message at the upper right.
    pub toast: Option<String>,
    /// What was wrong with the form just sent.
    pub problems: Problems,
}

impl Chrome {
    /// The first words of the window title: that something is wrong, or what just happened.
    #[must_use]
    pub fn lead(&self) -> String {
        lead(&self.problems, self.toast.as_deref())
    }
}

/// The parts of Settings that a person sees; without any there is no Settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sections {
    /// Employees and user accounts, to look at.
    pub people: bool,
    /// The same to change, roles, and lists that come in.
    pub logins: bool,
    /// The code word.
    pub code_word: bool,
    /// Lists that go out.
    pub export: bool,
    /// The security policy.
    pub security: bool,
    /// The audit log.
    pub audit: bool,
}

impl Sections {
    /// Whether there is any.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// An entry of the main navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nav {
    /// The page belongs to no entry.
    #[default]
    Elsewhere,
    /// Dashboard.
    Dashboard,
    /// Manage Account.
    Manage,
    /// Profile.
    Profile,
    /// Settings.
    Settings,
}

impl Nav {
    /// Whether it is Dashboard.
    #[must_use]
    pub fn is_dashboard(self) -> bool {
        self == Self::Dashboard
    }

    /// Whether it is Manage Account.
    #[must_use]
    pub fn is_manage(self) -> bool {
        self == Self::Manage
    }

    /// Whether it is Profile.
    #[must_use]
    pub fn is_profile(self) -> bool {
        self == Self::Profile
    }

    /// Whether it is Settings.
    #[must_use]
    pub fn is_settings(self) -> bool {
        self == Self::Settings
    }
}

/// How to reach support. Both may be missing, then nothing is printed.
#[derive(Clone, Debug, Default)]
pub struct Support {
    /// The telephone number of support.
    pub phone: Option<Phone>,
    /// The email address of support.
    pub email: Option<String>,
}

/// A telephone number that can be dialled from the page.
#[derive(Clone, Debug)]
pub struct Phone {
    /// As people write it, `(555) 010-0100`.
    pub shown: String,
    /// As a telephone dials it, `+15550100100`.
    pub dial: String,
}

/// A link and the words on it.
#[derive(Clone, Debug)]
pub struct Link {
    /// The words.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// A moment, in words for people and in ISO 8601 for machines.
#[derive(Clone, Debug)]
pub struct When {
    /// `Jun 9, 2026`, or `Today, 8:47 AM`.
    pub text: String,
    /// `2026-06-09` or `2026-06-09T08:47-05:00`.
    pub iso: String,
}

fn lead(problems: &Problems, toast: Option<&str>) -> String {
    if !problems.is_empty() {
        return "Error: ".to_owned();
    }
    toast.map(|text| format!("{text} – ")).unwrap_or_default()
}
