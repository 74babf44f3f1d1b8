//! Where a manager stands in the list of people: search, filters, order and page.
//!
//! The address of the list, its filter chips, its sortable headings and the way back after an
//! action are all written from one [`Place`], so that nobody loses their place.

use std::fmt::Write as _;

/// The state of the list, as its address spells it. Values at their default are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `q`: the words searched for.
    pub q: String,
    /// `status`: the chosen filter chip.
    pub status: StatusFilter,
    /// `role`: doctors and staff, or patients.
    pub role: RoleFilter,
    /// `tier`: what people have.
    pub tier: TierFilter,
    /// `sort`: the column.
    pub sort: SortKey,
    /// `dir`: the direction.
    pub dir: Dir,
    /// `page`: an opaque mark of where the page begins; none for the first page.
    pub page: Option<String>,
}

impl Place {
    /// The address of the list at this place.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/manage{}", self.query())
    }

    /// The address of the list at this place, at the row of one person.
    #[must_use]
    pub fn href_at(&self, id: &str) -> String {
        format!("{}#u{id}", self.href())
    }

    /// The part of an address that keeps this place, with its question mark; empty for the
    /// beginning of the whole list.
    #[must_use]
    pub fn query(&self) -> String {
        join(&self.pairs())
    }

    /// The same part of an address for one that has a question mark already.
    #[must_use]
    pub fn query_more(&self) -> String {
        self.query().replacen('?', "&", 1)
    }

    /// This place on another page of the list.
    #[must_use]
    pub fn on_page(&self, page: &str) -> Self {
        Self { page: Some(page.to_owned()), ..self.clone() }
    }

    /// The first page with another status chosen.
    #[must_use]
    pub fn with_status(&self, status: StatusFilter) -> Self {
        Self { status, page: None, ..self.clone() }
    }

    /// The first page after a click on a heading: turned round if it is the sorted one already.
    #[must_use]
    pub fn sorted_by(&self, sort: SortKey) -> Self {
        let dir = if self.sort == sort { self.dir.turned() } else { sort.first_dir() };
        Self { sort, dir, page: None, ..self.clone() }
    }

    /// The first page in the same order, without search and filters.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self { sort: self.sort, dir: self.dir, ..Self::default() }
    }

    /// Whether search or a filter leaves somebody out.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let all = Self { sort: self.sort, dir: self.dir, page: self.page.clone(), ..Self::default() };
        *self != all
    }

    /// What the search form carries along unseen: all that it has no field for.
    #[must_use]
    pub fn beside_search(&self) -> Vec<(&'static str, String)> {
        self.pairs_without(&["q", "role", "tier", "page"])
    }

    /// What the sort form carries along unseen.
    #[must_use]
    pub fn beside_sort(&self) -> Vec<(&'static str, String)> {
        self.pairs_without(&["sort", "dir", "page"])
    }

    fn pairs_without(&self, left_out: &[&str]) -> Vec<(&'static str, String)> {
        let mut pairs = self.pairs();
        pairs.retain(|(name, _)| !left_out.contains(name));
        pairs
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let start = Self::default();
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        if self.status != start.status {
            pairs.push(("status", self.status.code().to_owned()));
        }
        if self.role != start.role {
            pairs.push(("role", self.role.code().to_owned()));
        }
        if self.tier != start.tier {
            pairs.push(("tier", self.tier.code().to_owned()));
        }
        if self.sort != start.sort {
            pairs.push(("sort", self.sort.code().to_owned()));
        }
        if self.dir != start.dir {
            pairs.push(("dir", self.dir.code().to_owned()));
        }
        if let Some(page) = &self.page {
            pairs.push(("page", page.clone()));
        }
        pairs
    }
}

/// Writes an enum whose members have a code for the address and a label for people. The first
/// member is the default, which an unknown code falls back to.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $first:ident $first_code:literal $first_label:literal $(, $member:ident $code:literal $label:literal)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            #[default]
            #[doc = $first_label]
            $first,
            $(#[doc = $label] $member,)*
        }

        impl $name {
            /// Every member, in the order of the page.
            pub fn all() -> impl Iterator<Item = Self> {
                [Self::$first $(, Self::$member)*].into_iter()
            }

            /// How the address spells it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { Self::$first => $first_code $(, Self::$member => $code)* }
            }

            /// How the page words it.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { Self::$first => $first_label $(, Self::$member => $label)* }
            }

            /// Reads the spelling of the address; anything else is the default.
            #[must_use]
            pub fn parse(code: &str) -> Self {
                Self::all().find(|member| member.code() == code).unwrap_or_default()
            }
        }
    };
}

choice! {
    /// The filter chips.
    StatusFilter {
        All "all" "All",
        NotRegistered "not-registered" "Not registered",
        Registered "registered" "Registered",
        TwoStepPending "2-step-pending" "2-step pending",
        Locked "locked" "Locked"
    }
}

choice! {
    /// The filter by role.
    RoleFilter { All "all" "All", DoctorStaff "doctor-staff" "Doctor/Staff", Patient "patient" "Patient" }
}

choice! {
    /// The filter by tier.
    TierFilter { All "all" "All", Free "free" "Free", Paid "paid" "Paid", PaidPlugin "paid-plugin" "Paid + Plugin" }
}

choice! {
    /// The columns that the list can be sorted by.
    SortKey {
        Last "last" "Last Name",
        First "first" "First Name",
        Role "role" "User Role",
        Created "created" "Created",
        Activity "activity" "Last Activity",
        Status "status" "Registered Status",
        Tier "tier" "SecureMail Tier"
    }
}

choice! {
    /// The direction of the order.
    Dir { Asc "asc" "Ascending", Desc "desc" "Descending" }
}

impl SortKey {
    /// The direction after the first click: newest first for dates, else ascending.
    #[must_use]
    pub const fn first_dir(self) -> Dir {
        match self {
            Self::Created | Self::Activity => Dir::Desc,
            Self::Last | Self::First | Self::Role | Self::Status | Self::Tier => Dir::Asc,
        }
    }
}

impl Dir {
    const fn turned(self) -> Self {
        match self {
            Self::Asc => Self::Desc,
            Self::Desc => Self::Asc,
        }
    }
}

fn join(pairs: &[(&str, String)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        encode(value, &mut query);
    }
    query
}

fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            write!(into, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
}
