//! Pages of Manage Account. Every page touches few rows: common rows are met soon on a walk in the order of the page, rare ones
//! are gathered first and then sorted. Counts that are kept up to date say which are rare.

use practice_domain::member::Tier;
use practice_domain::person::{Column, Enrolment, Person, SortKey};
use practice_domain::port::{Cell, Cursor, Fault, Filter, Mark, PeoplePage, PeopleQuery, Side, Tally};
use practice_domain::value::{PracticeId, fold};

use rusqlite::Connection;

use crate::grams;
use crate::pages::{Route, statement};
use crate::row::{Cells, Value};
use crate::statement::Statement;

/// One page of a list.
pub(crate) fn page(conn: &Connection, query: &PeopleQuery) -> Result<PeoplePage, Fault> {
    let column = query.sort.by;
    let from = query.from.as_ref().filter(|cursor| fits(cursor, column));
    let forward = from.is_none_or(|cursor| cursor.side == Side::After);
    let ascending = forward != query.sort.descending;
    let size = usize::from(query.size);
    let stretch = Stretch { ascending, edge: from.map(|cursor| &cursor.mark), most: size + 1 };
    let rows = Plan::new(query).find(conn, stretch)?;
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

/// Rows beyond an edge, or from one end of the list, behind which there is none.
#[derive(Clone, Copy)]
struct Stretch<'m> {
    ascending: bool,
    edge: Option<&'m Mark>,
    most: usize,
}

/// How the rows of one list are come by.
struct Plan {
    practice: PracticeId,
    column: Column,
    route: Route,
    mask: i64,
    term: String,
    /// The row numbers of those that have the letters of the term, where that is the route.
    found: String,
}

impl Plan {
    fn new(query: &PeopleQuery) -> Self {
        let (practice, column, route) = (query.practice, query.sort.by, Route::Walk);
        Self {
            practice,
            column,
            route,
            mask: mask(&query.filter),
            term: fold(query.search.trim()),
            found: String::new(),
        }
    }

    /// Looks at the counts, where there is a choice, and reads the rows.
    fn find(&mut self, conn: &Connection, stretch: Stretch<'_>) -> Result<Vec<Listed>, Fault> {
        let searched = !self.term.is_empty();
        if self.mask == EVERYBODY && !searched {
            return self.rows(conn, stretch);
        }
        if self.term.chars().any(char::is_control) {
            return Ok(Vec::new());
        }
        let mut look = self.look(conn, SOON)?;
        if look.hits > SOON && look.few > SOON {
            self.route = Route::Stroll;
            let rows = self.rows(conn, stretch)?;
            if rows.len() == stretch.most {
                return Ok(rows);
            }
            look = self.look(conn, look.few)?;
        }
        if look.wanted == 0 || (searched && look.hits == 0) {
            return Ok(Vec::new());
        }
        self.route = if searched && look.hits <= look.few.min(look.wanted) {
            Route::Letters
        } else if look.wanted <= look.few && self.mask != EVERYBODY {
            Route::Clusters
        } else {
            Route::Walk
        };
        self.found = look.found;
        self.rows(conn, stretch)
    }

    /// What there is to choose a route by; hits are counted no further than one more than `most`.
    fn look(&self, conn: &Connection, most: i64) -> Result<Look, Fault> {
        let look = Statement::new(if self.term.is_empty() { LOOK } else { LOOK_FOR_LETTERS });
        let look = look.bind(self.practice.0).bind(self.mask);
        let look = if self.term.is_empty() { look } else { look.bind(grams::query(&self.term)).bind(most) };
        look.one(conn, "read")?.ok_or_else(|| Fault::corrupt(Look::WHAT, "no row"))
    }

    fn rows(&self, conn: &Connection, stretch: Stretch<'_>) -> Result<Vec<Listed>, Fault> {
        let Stretch { ascending, edge, most } = stretch;
        let query = Statement::new(statement(self.route, self.column, ascending)).bind(self.practice.0);
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
            query = query.bind(self.found.clone());
        }
        query.all(conn, "read")
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

/// What there is to choose a route by.
struct Look {
    /// So many rows are gathered and sorted sooner than met.
    few: i64,
    /// Rows in the clusters wanted.
    wanted: i64,
    /// Rows that have the letters of the term, counted no further than one more than few, or fewer where that was asked for.
    hits: i64,
    /// Their numbers, as a JSON array.
    found: String,
}

impl Value for Look {
    const WHAT: &str = "tally";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { few: cells.next()?, wanted: cells.next()?, hits: cells.next()?, found: cells.next()? })
    }
}

/// A practice's rows, counted by cluster.
pub(crate) struct Clusters(Vec<Cluster>);

impl Clusters {
    pub(crate) fn load(conn: &Connection, practice: PracticeId) -> Result<Self, Fault> {
        let sql = "SELECT cluster, number FROM tally WHERE practice = ? AND number > 0";
        Ok(Self(Statement::new(sql).bind(practice.0).all(conn, "read")?))
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
        self.0.iter().filter(|row| mask >> row.cluster & 1 == 1).map(|row| row.number).sum()
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

/// Two thousand rows are quickly gathered and sorted, whatever the practice's size; a twentieth of it is, too. A walk past eight rows
/// costs no more than gathering one, so an eighth of a practice is met on a walk wherever it lies.
macro_rules! look {
    ($searched:literal) => {
        concat!(
            "WITH counted AS MATERIALIZED (
                SELECT min(max(2000, everybody / 20), everybody / 8) AS few, wanted FROM (
                    SELECT ifnull(sum(number), 0) AS everybody,
                        ifnull(sum(number) FILTER (WHERE (?2 >> cluster) & 1), 0) AS wanted
                    FROM tally WHERE practice = ?1
                )
            )
            SELECT few, wanted, ",
            $searched
        )
    };
}

const LOOK: &str = look!("0, '' FROM counted");

/// Row numbers of a practice lie on its shelf.
const LOOK_FOR_LETTERS: &str = look!(
    "hits, found FROM counted, (SELECT count(*) AS hits, json_group_array(seq) AS found FROM (
        SELECT rowid AS seq FROM person_gram WHERE person_gram MATCH ?3
        AND rowid >= (SELECT number << 32 FROM shelf WHERE practice = ?1)
        AND rowid < (SELECT number + 1 << 32 FROM shelf WHERE practice = ?1)
        LIMIT (SELECT min(few, ?4) + 1 FROM counted)))"
);

/// So many rows are gathered at once; before more are, a short walk looks whether they are common.
const SOON: i64 = 500;

/// Sorts after every text and every number.
const LAST: &[u8] = &[0xff];
