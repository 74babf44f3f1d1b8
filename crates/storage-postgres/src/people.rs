//! Pages of Manage Account. Every page touches few rows: common rows are met soon on a walk in the order of the page, rare ones
//! are gathered first and then sorted. Counts that are kept up to date say which are rare, and for a term a few steps of the walk.

use practice_domain::member::Tier;
use practice_domain::person::{Column, Enrolment, Person, SortKey};
use practice_domain::port::{Cell, Cursor, Fault, Filter, Mark, PeoplePage, PeopleQuery, Side, Tally};
use practice_domain::value::{PracticeId, fold};
use uuid::Uuid;

use crate::Postgres;
use crate::grams;
use crate::pages::{Route, statement};
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
            return self.take(Route::Walk, None).await;
        }
        let clusters = Clusters::load(self.postgres, self.query.practice).await?;
        let all = clusters.number(EVERYBODY);
        let few = FEW.max((all * 64).isqrt());
        let wanted = clusters.number(self.mask);
        if wanted == 0 || self.term.chars().any(char::is_control) {
            return Ok(Vec::new());
        }
        if self.mask != EVERYBODY && wanted <= few {
            return self.take(Route::Clusters, None).await;
        }
        if self.term.is_empty() {
            return self.take(Route::Walk, None).await;
        }
        if all <= FEW {
            return self.take(Route::Read, None).await;
        }
        let near = self.take(Route::Steps, None).await?;
        if near.len() == self.most {
            return Ok(near);
        }
        let found = self.found(few + 1).await?;
        if i64::try_from(found.len()).is_ok_and(|number| number <= few) {
            self.take(Route::Letters, Some(found)).await
        } else {
            self.take(Route::Read, None).await
        }
    }

    /// The ids of rows with the term, no more than `most`.
    async fn found(&self, most: i64) -> Result<Vec<Uuid>, Fault> {
        let sql = "SELECT id FROM person_letters
            WHERE letters_of(practice, search_key) @> letters_among($1, $2) AND strpos(search_key, $3) > 0 LIMIT $4";
        let statement = sqlx::query(sql).bind(self.query.practice.0).bind(grams::parts(&self.term));
        self.postgres.all(statement.bind(self.term.clone()).bind(most)).await
    }

    /// Rows beyond the edge, or from one end of the list, behind which there is none.
    async fn take(&self, route: Route, ids: Option<Vec<Uuid>>) -> Result<Vec<Listed>, Fault> {
        let column = self.query.sort.by;
        let query = sqlx::query(statement(route, column, self.ascending)).bind(self.query.practice.0);
        let query = match self.edge.map(|mark| (&mark.key, mark)) {
            Some((SortKey::Text(key), mark)) => query.bind(key.clone()).bind(mark.name.clone()).bind(mark.id.0),
            Some((SortKey::Number(key), mark)) => query.bind(*key).bind(mark.name.clone()).bind(mark.id.0),
            None if self.ascending && is_text(column) => query.bind("").bind("").bind(Uuid::nil()),
            None if self.ascending => query.bind(i64::MIN).bind("").bind(Uuid::nil()),
            None if is_text(column) => query.bind(LAST).bind(LAST).bind(Uuid::max()),
            None => query.bind(i64::MAX).bind(LAST).bind(Uuid::max()),
        };
        let clusters: Vec<i32> = (0..36).filter(|cluster| self.mask >> cluster & 1 == 1).collect();
        let most = i64::try_from(self.most).unwrap_or(i64::MAX);
        let query = query.bind(clusters).bind(self.term.clone()).bind(most).bind(self.edge.is_some());
        let query = match ids {
            Some(ids) => query.bind(ids),
            None if route == Route::Steps => query.bind(STEPS),
            None => query,
        };
        self.postgres.all(query).await
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

/// Every cluster.
const EVERYBODY: i64 = (1 << 36) - 1;

/// So many rows are quickly gathered and sorted. In a large practice it may be more: as many as a walk would pass to meet a page of
/// rows that are that rare.
const FEW: i64 = 2_000;

/// Steps of the walk that are tried first when there is a term: who looks for something common meets it there.
const STEPS: i64 = 1_000;

/// Sorts after every text.
const LAST: &str = "\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}";
