//! Where a manager stands in the list: read from an address, asked of the reader.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use practice_domain::member;
use practice_domain::person::{Column, Status};
use practice_domain::port::Sort;

use crate::cursor::{self, Wanted};
use crate::page::{Dir, Place, RoleFilter, SortKey, StatusFilter, TierFilter};
use crate::site::Portal;

/// The place that a request's query spells; what it spells wrongly is as if it were not there.
pub(crate) struct At(pub(crate) Place);

impl FromRequestParts<Portal> for At {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self, Self::Rejection> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, portal).await;
        let Query(pairs) = pairs.unwrap_or_default();
        let text = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let page = text("page");
        Ok(Self(Place {
            q: text("q").trim().chars().take(100).collect(),
            status: StatusFilter::parse(text("status")),
            role: RoleFilter::parse(text("role")),
            tier: TierFilter::parse(text("tier")),
            sort: SortKey::parse(text("sort")),
            dir: Dir::parse(text("dir")),
            page: (!page.is_empty() && page.len() <= 2000).then(|| page.to_owned()),
        }))
    }
}

/// What the list shows at a place.
pub(crate) fn wanted(place: &Place) -> Wanted {
    let sort = sort(place);
    Wanted {
        search: place.q.clone(),
        status: match place.status {
            StatusFilter::All | StatusFilter::Locked => None,
            StatusFilter::NotRegistered => Some(Status::NotRegistered),
            StatusFilter::Registered => Some(Status::Registered),
            StatusFilter::TwoStepPending => Some(Status::TwoStepPending),
        },
        patients: match place.role {
            RoleFilter::All => None,
            RoleFilter::DoctorStaff => Some(false),
            RoleFilter::Patient => Some(true),
        },
        tier: match place.tier {
            TierFilter::All => None,
            TierFilter::Free => Some(member::Tier::Free),
            TierFilter::Paid => Some(member::Tier::Paid),
            TierFilter::PaidPlugin => Some(member::Tier::PaidWithPlugin),
        },
        locked: (place.status == StatusFilter::Locked).then_some(true),
        sort,
        from: place.page.as_deref().and_then(|page| cursor::read(page, sort)),
        size: PAGE,
    }
}

pub(crate) fn sort(place: &Place) -> Sort {
    let by = match place.sort {
        SortKey::Last => Column::LastName,
        SortKey::First => Column::FirstName,
        SortKey::Role => Column::Role,
        SortKey::Created => Column::Created,
        SortKey::Activity => Column::LastActivity,
        SortKey::Status => Column::Status,
        SortKey::Tier => Column::Tier,
    };
    Sort { by, descending: place.dir == Dir::Desc }
}

/// Rows on a page.
const PAGE: u16 = 50;
