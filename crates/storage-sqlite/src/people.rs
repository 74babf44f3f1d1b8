//! Pages of Manage Account. Every page touches few rows: common rows are met soon on a walk in the order of the page, rare ones
//! are gathered first and then sorted. Counts that are kept up to date say which are rare.

use practice_domain::member::Tier;
use practice_domain::person::{Column, Enrolment, Person, SortKey};
use practice_domain::port::{Cell, Cursor, Fault, Filter, Mark, PeoplePage, PeopleQuery, Side, Tally};
use practice_domain::value::{PracticeId, fold};

use crate::Sqlite;
use crate::grams;
use crate::pages::{Route, statement};
use crate::row::{Cells, Value};

/// One page of a list.
pub(crate) async fn page(sqlite: &Sqlite, query: &PeopleQuery) -> Result<PeoplePage, Fault> {
    let Some(plan) = Plan::make(sqlite, query).await? else {
        return Ok(PeoplePage { people: Vec::new(), before: None, after: None });
    };
    let column = query.sort.by;
    let from = query.from.as_ref().filter(|cursor| fits(cursor, column));
    let forward = from.is_none_or(|cursor| cursor.side == Side::After);
    let ascending = forward != query.sort.descending;
    let size = usize::from(query.size);
    let rows = plan.rows(sqlite, ascending, from.map(|cursor| &cursor.mark), size + 1).await?;
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

/// How the rows of one list are come by.
struct Plan {
    practice: PracticeId,
    column: Column,
    route: Route,
    mask: i64,
    term: String,
    shelf: i64,
}

impl Plan {
    /// Looks at the counts, where there is a choice. None when there is no row.
    async fn make(sqlite: &Sqlite, query: &PeopleQuery) -> Result<Option<Self>, Fault> {
        let term = fold(query.search.trim());
        let mask = mask(&query.filter);
        let mut plan =
            Self { practice: query.practice, column: query.sort.by, route: Route::Walk, mask, term, shelf: 0 };
        if plan.mask == EVERYBODY && plan.term.is_empty() {
            return Ok(Some(plan));
        }
        let clusters = Clusters::load(sqlite, query.practice).await?;
        let few = FEW.max(clusters.number(EVERYBODY) / 20);
        let wanted = clusters.number(mask);
        if wanted == 0 || plan.term.chars().any(char::is_control) {
            return Ok(None);
        }
        plan.shelf = clusters.shelf << 32;
        if wanted <= few && plan.mask != EVERYBODY {
            plan.route = Route::Clusters;
        }
        if !plan.term.is_empty() {
            let hits = plan.hits(sqlite, few.min(wanted) + 1).await?;
            if hits == 0 {
                return Ok(None);
            }
            if hits <= few.min(wanted) {
                plan.route = Route::Letters;
            }
        }
        Ok(Some(plan))
    }

    /// How many rows have the letters of the term, counted no further than `most`.
    async fn hits(&self, sqlite: &Sqlite, most: i64) -> Result<i64, Fault> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM person_gram WHERE person_gram MATCH ?1
            AND rowid BETWEEN ?2 AND ?3 LIMIT ?4 + 0)";
        let statement =
            sqlx::query(sql).bind(grams::query(&self.term)).bind(self.shelf).bind(self.shelf + SHELF).bind(most);
        Ok(sqlite.one(statement).await?.unwrap_or(0))
    }

    /// Up to `most` rows beyond an edge, or from one end of the list, behind which there is none.
    async fn rows(
        &self,
        sqlite: &Sqlite,
        ascending: bool,
        edge: Option<&Mark>,
        most: usize,
    ) -> Result<Vec<Listed>, Fault> {
        let query = sqlx::query(statement(self.route, self.column, ascending)).bind(self.practice.0);
        let query = match edge.map(|mark| (&mark.key, mark)) {
            Some((SortKey::Text(key), mark)) => query.bind(key.clone()).bind(mark.name.clone()).bind(mark.id.0),
            Some((SortKey::Number(key), mark)) => query.bind(*key).bind(mark.name.clone()).bind(mark.id.0),
            None if !ascending => query.bind(LAST).bind("").bind(LAST),
            None if is_text(self.column) => query.bind("").bind("").bind(""),
            None => query.bind(i64::MIN).bind("").bind(""),
        };
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut query = query.bind(self.mask).bind(self.term.clone()).bind(most).bind(edge.is_some());
        if self.route == Route::Letters {
            query = query.bind(grams::query(&self.term)).bind(self.shelf).bind(self.shelf + SHELF);
        }
        sqlite.all(query).await
    }
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

/// A practice's rows, counted by cluster, and where they lie.
pub(crate) struct Clusters {
    shelf: i64,
    numbers: Vec<(u32, i64)>,
}

impl Clusters {
    pub(crate) async fn load(sqlite: &Sqlite, practice: PracticeId) -> Result<Self, Fault> {
        let sql = "SELECT s.number, t.cluster, t.number FROM shelf AS s JOIN tally AS t ON t.practice = s.practice
            WHERE s.practice = ? AND t.number > 0 ORDER BY t.cluster";
        let rows: Vec<Cluster> = sqlite.all(sqlx::query(sql).bind(practice.0)).await?;
        let shelf = rows.first().map_or(0, |row| row.shelf);
        Ok(Self { shelf, numbers: rows.into_iter().map(|row| (row.cluster, row.number)).collect() })
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
        self.numbers.iter().filter(|(cluster, _)| mask >> cluster & 1 == 1).map(|(_, number)| number).sum()
    }
}

struct Cluster {
    shelf: i64,
    cluster: u32,
    number: i64,
}

impl Value for Cluster {
    const WHAT: &str = "tally";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { shelf: cells.next()?, cluster: cells.number()?, number: cells.next()? })
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

/// Every cluster.
const EVERYBODY: i64 = (1 << 36) - 1;

/// So many rows are quickly gathered and sorted, whatever the practice's size; a twentieth of it is, too.
const FEW: i64 = 2_000;

/// Row numbers on one shelf.
const SHELF: i64 = (1 << 32) - 1;

/// Sorts after every text and every number.
const LAST: &[u8] = &[0xff];
