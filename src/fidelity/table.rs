//! Tables of numbers and levels, as they are given.

use std::collections::{BTreeMap, HashMap};

use crate::error::Error;
use crate::kernels::sort;

/// A table of named columns of numbers and of levels, whose rows may belong to entities.
///
/// Numbers are borrowed, levels are numbered at once; nothing is checked before a table is used. Rows of one entity
/// are a series: they stand in the order of time, between rows of other entities or not.
///
/// ```
/// use risk_sd::MixedTable;
///
/// let amounts = [12.0, 3.5, 80.0];
/// let table = MixedTable::new()
///     .numeric("amount", &amounts)
///     .categorical("kind", ["food", "fuel", "food"])
///     .entities(["ann", "ann", "bob"]);
/// assert_eq!(table.names().collect::<Vec<_>>(), ["amount", "kind"]);
/// ```
#[derive(Debug, Clone, Default)]
#[doc(alias = "DataFrame")]
pub struct MixedTable<'a> {
    pub(super) columns: Vec<NamedColumn<'a>>,
    pub(super) entities: Option<Entities>,
}

#[derive(Debug, Clone)]
pub(super) struct NamedColumn<'a> {
    pub(super) name: String,
    pub(super) values: Values<'a>,
}

#[derive(Debug, Clone)]
pub(super) enum Values<'a> {
    Numeric(&'a [f64]),
    Categorical(Levels),
}

/// Rows as places in an ascending list of names, each of which occurs.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    pub(super) names: Vec<String>,
    pub(super) of_row: Vec<u32>,
}

/// The entity of each row, numbered from 0; each has a row.
#[derive(Debug, Clone)]
pub(super) struct Entities {
    pub(super) count: usize,
    pub(super) of_row: Vec<u32>,
}

impl<'a> MixedTable<'a> {
    /// A table without columns.
    pub fn new() -> MixedTable<'a> {
        MixedTable::default()
    }

    /// With another column of numbers.
    #[must_use]
    pub fn numeric(mut self, name: impl Into<String>, values: &'a [f64]) -> MixedTable<'a> {
        self.columns.push(NamedColumn { name: name.into(), values: Values::Numeric(values) });
        self
    }

    /// With another column of levels.
    #[must_use]
    pub fn categorical(
        mut self,
        name: impl Into<String>,
        levels: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> MixedTable<'a> {
        let values = Values::Categorical(Levels::of(levels));
        self.columns.push(NamedColumn { name: name.into(), values });
        self
    }

    /// Says to which entity (account, sensor, patient) each row belongs.
    #[must_use]
    pub fn entities(mut self, labels: impl IntoIterator<Item = impl Ord>) -> MixedTable<'a> {
        self.entities = Some(Entities::of(labels));
        self
    }

    /// The names of the columns, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The number of rows, once there is a column.
    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    /// Refuses a table without columns or rows, columns of different lengths, and what is no number.
    pub(super) fn check(&self) -> Result<(), Error> {
        let rows = self.rows();
        for (place, column) in self.columns.iter().enumerate() {
            let name = &column.name;
            if self.columns[..place].iter().any(|other| other.name == *name) {
                return Err(Error::DuplicateName { name: name.clone() });
            }
            column.values.check(rows).map_err(|error| error.in_column(name))?;
        }
        match &self.entities {
            _ if self.columns.is_empty() => Err(Error::NoColumns),
            Some(entities) if entities.of_row.len() != rows => Err(Error::UnequalLengths {
                what: "labels of entities",
                expected: rows,
                found: entities.of_row.len(),
            }),
            _ => Ok(()),
        }
    }
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Values::Numeric(values) => values.len(),
            Values::Categorical(levels) => levels.of_row.len(),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Values::Numeric(_) => "numeric",
            Values::Categorical(_) => "categorical",
        }
    }

    fn check(&self, expected: usize) -> Result<(), Error> {
        let found = self.len();
        if found == 0 {
            return Err(Error::Empty);
        }
        if found > i32::MAX as usize {
            return Err(Error::TooManyRows { found });
        }
        if found != expected {
            return Err(Error::UnequalLengths { what: "column", expected, found });
        }
        match self {
            Values::Numeric(values) => match sort::survey(values) {
                Ok(_) => Ok(()),
                Err(row) => Err(Error::NotFinite { row, value: values[row] }),
            },
            Values::Categorical(_) => Ok(()),
        }
    }
}

impl Levels {
    pub(super) fn of(levels: impl IntoIterator<Item = impl AsRef<str>>) -> Levels {
        let mut places: HashMap<String, u32> = HashMap::new();
        let mut of_row = Vec::new();
        for level in levels {
            let level = level.as_ref();
            let next = places.len() as u32;
            of_row.push(match places.get(level) {
                Some(&place) => place,
                None => *places.entry(level.to_owned()).or_insert(next),
            });
        }
        let mut names: Vec<(String, u32)> = places.into_iter().collect();
        names.sort_unstable();
        let mut place = vec![0; names.len()];
        for (now, (_, then)) in names.iter().enumerate() {
            place[*then as usize] = now as u32;
        }
        of_row.iter_mut().for_each(|level| *level = place[*level as usize]);
        Levels { names: names.into_iter().map(|(name, _)| name).collect(), of_row }
    }
}

impl Entities {
    pub(super) fn of(labels: impl IntoIterator<Item = impl Ord>) -> Entities {
        let mut numbers = BTreeMap::new();
        let number = |label| {
            let next = numbers.len() as u32;
            *numbers.entry(label).or_insert(next)
        };
        let of_row = labels.into_iter().map(number).collect();
        Entities { count: numbers.len(), of_row }
    }
}

/// The entities of both of two named tables, or of neither.
pub(super) fn shared_entities<'t>(
    tables: [(&'static str, &'t MixedTable); 2],
) -> Result<Option<[&'t Entities; 2]>, Error> {
    let [(first, _), (second, _)] = tables;
    match tables.map(|(_, table)| table.entities.as_ref()) {
        [None, None] => Ok(None),
        [Some(a), Some(b)] => Ok(Some([a, b])),
        [Some(_), None] => Err(Error::NoEntities { table: second }),
        [None, Some(_)] => Err(Error::NoEntities { table: first }),
    }
}

/// Two checked tables of the same columns, and where each column of the first stands in the second.
pub(super) fn matched<'t, 'a>(
    [(first, a), (second, b)]: [(&'static str, &'t MixedTable<'a>); 2],
) -> Result<Vec<[&'t NamedColumn<'a>; 2]>, Error> {
    a.check().map_err(|error| error.in_table(first))?;
    b.check().map_err(|error| error.in_table(second))?;
    let unmatched =
        |column: &NamedColumn, only_in| Error::UnmatchedColumn { column: column.name.clone(), only_in };
    let partner = |column: &'t NamedColumn<'a>| {
        let other = b.columns.iter().find(|other| other.name == column.name);
        let other = other.ok_or_else(|| unmatched(column, first))?;
        let (one, two) = (column.values.kind(), other.values.kind());
        match one == two {
            true => Ok([column, other]),
            false => Err(Error::DifferentKinds { column: column.name.clone(), first: one, second: two }),
        }
    };
    let pairs = a.columns.iter().map(partner).collect::<Result<Vec<_>, Error>>()?;
    match b.columns.iter().find(|column| a.names().all(|name| name != column.name)) {
        Some(column) => Err(unmatched(column, second)),
        None => Ok(pairs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_numbered_in_order() {
        let levels = Levels::of(["b", "a", "c", "a"]);
        assert_eq!(
            (levels.names, levels.of_row),
            (vec!["a".into(), "b".into(), "c".into()], vec![1, 0, 2, 0])
        );
        let entities = Entities::of([9, 4, 9]);
        assert_eq!((entities.count, entities.of_row), (2, vec![0, 1, 0]));
    }

    #[test]
    fn bad_tables_are_named() {
        let (good, short, bad) = ([1.0, 2.0], [1.0], [1.0, f64::INFINITY]);
        let message = |table: MixedTable| table.check().unwrap_err().to_string();
        assert_eq!(message(MixedTable::new()), "the table has no column");
        assert_eq!(message(MixedTable::new().numeric("x", &[])), "column 'x': the sample is empty");
        let table = MixedTable::new().numeric("x", &good);
        assert_eq!(
            message(table.clone().numeric("y", &short)),
            "column 'y': column: expected 2 rows, found 1"
        );
        assert_eq!(message(table.clone().numeric("x", &good)), "the name 'x' is used twice");
        assert_eq!(
            message(table.clone().numeric("y", &bad)),
            "column 'y': row 1 is inf, not a finite number"
        );
        assert_eq!(message(table.entities([1])), "labels of entities: expected 2 rows, found 1");
    }

    #[test]
    fn columns_are_matched_by_name() {
        let x = [1.0, 2.0];
        let a = MixedTable::new().numeric("x", &x).categorical("k", ["u", "v"]);
        let b = MixedTable::new().categorical("k", ["u"]).numeric("x", &x[..1]);
        let both = |a, b| matched([("real", a), ("synthetic", b)]);
        assert_eq!(both(&a, &b).unwrap()[1][1].name, "k");
        let only = MixedTable::new().numeric("x", &x);
        let message = |a, b| both(a, b).map(|_| ()).unwrap_err().to_string();
        assert_eq!(message(&a, &only), "column 'k' is in the real table only");
        assert_eq!(message(&only, &a), "column 'k' is in the synthetic table only");
        let kinds = MixedTable::new().numeric("x", &x).numeric("k", &x);
        assert_eq!(
            message(&a, &kinds),
            "column 'k' is categorical in one table and numeric in the other"
        );
        assert_eq!(message(&a, &MixedTable::new()), "synthetic table: the table has no column");
    }
}
