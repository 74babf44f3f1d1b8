//! Pages of Manage Account. Every page touches few rows: common rows are met soon on a walk in the order of the page, rare ones
//! are gathered first and then sorted. Counts that are kept up to date say which are rare, and for a term a few steps of the walk.

use practice_domain::member::Tier;
use practice_domain::person::{Column, Enrolment, Person, SortKey};
use practice_domain::port::{Cell, Cursor, Fault, Filter, Mark, PeoplePage, PeopleQuery, Side, Sort, Tally};
use practice_domain::value::{PracticeId, fold};
use uuid::Uuid;

use crate::Postgres;
use crate::grams;
use crate::pages::{Route, statement};
use crate::record::Statement;
use crate::row::{Cells, Value};

/// One page of a list.
pub(crate) async fn page(postgres: &Postgres, query: &PeopleQuery) -> Result<PeoplePage, Fault> {
    let column = query.sort.by;
    let from = query.from.as_ref().filter(|cursor| fits(cursor, column));
    let forward = from.is_none_or(|cursor| cursor.side == Side::After);
    let size = usize::from(query.size);
    let search = Search {
        postgres,
        query,
        mask: mask(&query.filter),
        term: fold(query.search.trim()),
        ascending: forward != query.sort.descending,
        edge: from.map(|cursor| &cursor.mark),
        most: size + 1,
    };
    let rows = search.rows().await?;
    let more = rows.len() > size;
    let behind = rows.first().is_some_and(|row| row.behind);
    let mut people: Vec<Person> = rows.into_iter().take(size).map(|row| row.person).collect();
    if !forward {
        people.reverse();
    }
    let (before, after) = if forward { (behind, more) } else { (more, behind) };
    let cursor = |side, person: &Person| Cursor { side, mark: mark(person, column) };
    Ok(PeoplePage {
        before: people.first().filter(|_| before).map(|person| cursor(Side::Before, person)),
        after: people.last().filter(|_| after).map(|person| cursor(Side::After, person)),
        people,
    })
}

/// What is looked for, from where on, and in which direction.
struct Search<'a> {
    postgres: &'a Postgres,
    query: &'a PeopleQuery,
    mask: i64,
    term: String,
    ascending: bool,
    edge: Option<&'a Mark>,
    most: usize,
}

impl Search<'_> {
    /// Looks at the counts, where there is a choice.
    async fn rows(&self) -> Result<Vec<Listed>, Fault> {
        if self.mask == EVERYBODY && self.term.is_empty() {
            return self.take(Route::Everybody, Bound::None, None).await;
        }
        if self.term.chars().any(char::is_control) {
            return Ok(Vec::new());
        }
        // What most people have is met before anything is counted; unless the order puts others first.
        let near = if self.begins_anywhere() { self.near().await? } else { Vec::new() };
        if self.is_whole(&near) {
            return Ok(near);
        }
        let clusters = Clusters::load(self.postgres, self.query.practice).await?;
        let all = clusters.number(EVERYBODY);
        let wanted = clusters.number(self.mask);
        if wanted == 0 {
            return Ok(Vec::new());
        }
        if self.mask != EVERYBODY && wanted <= few(all) {
            return self.take(Route::Clusters, Bound::None, None).await;
        }
        if self.term.is_empty() {
            let start = clusters.outermost(self.mask, self.query.sort.by, self.ascending);
            return self.take(if self.visitors() { Route::Visitors } else { Route::Walk }, Bound::None, start).await;
        }
        if self.begins_anywhere() && self.edge.is_none() && all <= STEPS {
            return Ok(near);
        }
        if all <= FEW {
            return self.steps(FEW * 2).await;
        }
        let near = if self.begins_anywhere() { near } else { self.near().await? };
        self.found(all, near).await
    }

    /// Rows with the term in a practice of so many rows, when a short walk met these. A walk as long as the short one promised goes on
    /// after them and meets a common term; one that is common elsewhere is looked for on a long walk. Of any other all rows are gathered:
    /// it is rare, or nowhere near.
    async fn found(&self, all: i64, near: Vec<Listed>) -> Result<Vec<Listed>, Fault> {
        if self.is_done(&near, STEPS).await? {
            return Ok(near);
        }
        let long = few(all) * 2;
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let promised = STEPS * number(self.most) / number(near.len()).max(1);
        if !near.is_empty() && promised * 2 <= long {
            let steps = long.min(promised * MARGIN);
            let further = self.further(near, steps).await?;
            if self.is_done(&further, steps).await? {
                return Ok(further);
            }
        }
        if self.is_common_elsewhere().await? {
            let far = self.steps(long).await?;
            if self.is_done(&far, long).await? {
                return Ok(far);
            }
        }
        self.take(if self.edge.is_none() { Route::Letters } else { Route::LettersBeside }, Bound::Letters, None).await
    }

    /// Rows that fit on a short walk. Without a term a shorter one: to walk on costs less there, once the clusters are known.
    async fn near(&self) -> Result<Vec<Listed>, Fault> {
        self.steps(if self.term.is_empty() { STEPS / 5 } else { STEPS }).await
    }

    async fn steps(&self, steps: i64) -> Result<Vec<Listed>, Fault> {
        self.take(if self.visitors() { Route::VisitorSteps } else { Route::Steps }, Bound::Steps(steps), None).await
    }

    /// These rows, and those that so many steps after the last of them meet; from the edge on where it is not known what is behind it.
    async fn further(&self, mut near: Vec<Listed>, steps: i64) -> Result<Vec<Listed>, Fault> {
        let Some(last) = near.last().filter(|_| self.is_behind_known(&near)) else { return self.steps(steps).await };
        let last = mark(&last.person, self.query.sort.by);
        let after = Search { edge: Some(&last), most: self.most - near.len(), term: self.term.clone(), ..*self };
        for row in after.steps(steps).await? {
            // Whoever was renamed meanwhile may come a second time.
            if near.iter().all(|met| met.person.id != row.person.id) {
                near.push(row);
            }
        }
        Ok(near)
    }

    /// Whether many have the term among those who were invited first, or last where the list begins with the others: there people stand
    /// by no name.
    async fn is_common_elsewhere(&self) -> Result<bool, Fault> {
        let sort = Sort { by: Column::Created, descending: false };
        let query = PeopleQuery { sort, ..self.query.clone() };
        let ascending = self.query.sort.by != Column::Created || !self.ascending;
        let there = Search { query: &query, ascending, edge: None, term: self.term.clone(), ..*self };
        let met = there.steps(STEPS / 4).await?.len();
        Ok(met >= self.most.min(COMMON))
    }

    /// Whether the list is one of people who are registered, by their last activity.
    fn visitors(&self) -> bool {
        self.query.sort.by == Column::LastActivity && self.mask & NOT_REGISTERED == 0
    }

    /// Whether those that a filter wants may stand anywhere in the order: not where all of some clusters stand before all of others.
    fn begins_anywhere(&self) -> bool {
        self.mask == EVERYBODY
            || match self.query.sort.by {
                Column::FirstName | Column::LastName | Column::Created => true,
                Column::LastActivity => self.visitors(),
                Column::Role | Column::Status | Column::Tier => false,
            }
    }

    /// Whether nothing is left to be asked after a walk of so many steps: the page is full, or the list ended before they were taken.
    async fn is_done(&self, rows: &[Listed], steps: i64) -> Result<bool, Fault> {
        if self.is_whole(rows) || self.edge.is_none() || rows.len() == self.most {
            return Ok(self.is_whole(rows));
        }
        let route = if self.visitors() { Route::VisitorRest } else { Route::Rest };
        let rest: Option<i64> = self.postgres.one(self.beyond(route, None).bind(steps)).await?;
        Ok((rows.is_empty() || self.is_behind_known(rows)) && rest.is_some_and(|rest| rest < steps))
    }

    /// Whether the page is full, and there is a row behind its edge.
    fn is_whole(&self, rows: &[Listed]) -> bool {
        rows.len() == self.most && self.is_behind_known(rows)
    }

    /// Whether there are rows, and either none is wanted on the other side of them, or one was met there.
    fn is_behind_known(&self, rows: &[Listed]) -> bool {
        rows.first().is_some_and(|row| self.edge.is_none() || row.behind)
    }

    /// A statement about what is beyond the edge, or from one end of the list on, behind which there is none; or from `start` on, when no row
    /// is wanted before it.
    fn beyond(&self, route: Route, start: Option<i64>) -> Statement {
        let column = self.query.sort.by;
        let query = sqlx::query(statement(route, column, self.ascending)).bind(self.query.practice.0);
        match self.edge.map(|mark| (&mark.key, mark)) {
            Some((SortKey::Text(key), mark)) => query.bind(key.clone()).bind(mark.name.clone()).bind(mark.id.0),
            Some((SortKey::Number(key), mark)) => query.bind(*key).bind(mark.name.clone()).bind(mark.id.0),
            None if self.ascending && is_text(column) => query.bind("").bind("").bind(Uuid::nil()),
            None if self.ascending => query.bind(start.unwrap_or(i64::MIN)).bind("").bind(Uuid::nil()),
            None if is_text(column) => query.bind(LAST).bind(LAST).bind(Uuid::max()),
            None => query.bind(start.unwrap_or(i64::MAX)).bind(LAST).bind(Uuid::max()),
        }
    }

    /// Rows of a page, or as many as its bound lets be met.
    async fn take(&self, route: Route, bound: Bound, start: Option<i64>) -> Result<Vec<Listed>, Fault> {
        let query = self.beyond(route, start);
        let most = i64::try_from(self.most).unwrap_or(i64::MAX);
        if route == Route::Everybody {
            return self.postgres.all(query.bind(most).bind(self.edge.is_some())).await;
        }
        let query = query.bind(self.mask).bind(self.term.clone()).bind(most).bind(self.edge.is_some());
        let query = match bound {
            Bound::None => query,
            Bound::Steps(steps) => query.bind(steps),
            Bound::Letters => query.bind(grams::parts(&self.term)),
        };
        self.postgres.all(query).await
    }
}

/// How far a statement may go.
enum Bound {
    /// It is bounded by itself.
    None,
    /// So many rows of a walk.
    Steps(i64),
    /// All rows with the letters of the term, and no others.
    Letters,
}

/// A row of a page.
struct Listed {
    person: Person,
    /// Whether the list has rows on the other side of the page.
    behind: bool,
}

impl Value for Listed {
    const WHAT: &str = Person::WHAT;

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { person: cells.value()?, behind: cells.next()? })
    }
}

/// A practice's rows, counted by cluster.
pub(crate) struct Clusters(Vec<Cluster>);

impl Clusters {
    pub(crate) async fn load(postgres: &Postgres, practice: PracticeId) -> Result<Self, Fault> {
        let sql = "SELECT cluster::bigint, number FROM tally WHERE practice = $1 AND number > 0 ORDER BY cluster";
        Ok(Self(postgres.all(sqlx::query(sql).bind(practice.0)).await?))
    }

    /// The counts, as the rules know them.
    pub(crate) fn tally(&self) -> Tally {
        let sorts = Cell::ALL.into_iter().flat_map(|cell| [(cell, false), (cell, true)]);
        let number = |(cell, locked)| {
            let alike = mask(&Filter { cells: Some(vec![cell]), tier: None, locked: Some(locked) });
            (cell, locked, self.number(alike).unsigned_abs())
        };
        Tally { groups: sorts.map(number).filter(|group| group.2 > 0).collect() }
    }

    fn number(&self, mask: i64) -> i64 {
        self.0.iter().filter(|one| mask >> one.cluster & 1 == 1).map(|one| one.number).sum()
    }

    /// The first key of a column that any of these clusters has, in this direction, where clusters say it.
    fn outermost(&self, mask: i64, column: Column, ascending: bool) -> Option<i64> {
        let wanted = self.0.iter().map(|one| one.cluster).filter(|cluster| mask >> cluster & 1 == 1);
        let keys = wanted.filter_map(|cluster| match column {
            Column::Role => Some(cluster / 6 % 2),
            Column::Status => Some(cluster / 12),
            Column::Tier => Some(cluster / 2 % 3),
            Column::FirstName | Column::LastName | Column::Created | Column::LastActivity => None,
        });
        if ascending { keys.min() } else { keys.max() }.map(i64::from)
    }
}

struct Cluster {
    cluster: u32,
    number: i64,
}

impl Value for Cluster {
    const WHAT: &str = "tally";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { cluster: cells.number()?, number: cells.next()? })
    }
}

/// The clusters that a filter leaves in, one bit each.
fn mask(filter: &Filter) -> i64 {
    let mut mask = 0;
    for cell in Cell::ALL {
        for tier in [Tier::Free, Tier::Paid, Tier::PaidWithPlugin] {
            for locked in [false, true] {
                let wanted = filter.keeps(cell)
                    && filter.tier.is_none_or(|wanted| wanted == tier)
                    && filter.locked.is_none_or(|wanted| wanted == locked);
                mask |= i64::from(wanted) << cluster(cell, tier, locked);
            }
        }
    }
    mask
}

/// As the column `cluster` of the table.
fn cluster(cell: Cell, tier: Tier, locked: bool) -> u32 {
    let standing = match cell.standing {
        Enrolment::NotRegistered => 0,
        Enrolment::Unproven => 1,
        Enrolment::Proven => 2,
    };
    let tier = match tier {
        Tier::Free => 0,
        Tier::Paid => 1,
        Tier::PaidWithPlugin => 2,
    };
    standing * 12 + u32::from(cell.patient) * 6 + tier * 2 + u32::from(locked)
}

/// Whether a mark is one of this column; another one means the whole list.
fn fits(cursor: &Cursor, column: Column) -> bool {
    is_text(column) == matches!(cursor.mark.key, SortKey::Text(_))
}

fn is_text(column: Column) -> bool {
    matches!(column, Column::FirstName | Column::LastName)
}

fn mark(person: &Person, column: Column) -> Mark {
    Mark { key: person.sort_key(column), name: person.name_key(), id: person.id }
}

/// So many rows are quickly gathered and sorted, or met on a walk: as many as are passed until a page is full of rows that are that
/// rare.
fn few(all: i64) -> i64 {
    FEW.max((all * 64).isqrt())
}

/// The clusters of people who are not registered.
const NOT_REGISTERED: i64 = (1 << 12) - 1;

/// Every cluster.
const EVERYBODY: i64 = (1 << 36) - 1;

/// In a practice of so many rows it does not matter how they are come by.
const FEW: i64 = 2_000;

/// Steps of the walk that are tried first: who looks for something common meets it there.
const STEPS: i64 = 1_000;

/// So many of a quarter of these steps are many: one in twenty.
const COMMON: usize = 13;

/// At most so many times as many steps are taken as the first ones promise, because those who fit do not stand evenly; steps that are not needed
/// are not taken.
const MARGIN: i64 = 3;

/// Sorts after every text.
const LAST: &str = "\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}";
