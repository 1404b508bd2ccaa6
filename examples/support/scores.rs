//! CSV files of scores, in three layouts.
//!
//! ```text
//! long    model,sample,metric,value             one line per value
//! tidy    model,sample,accuracy,brier,...       one line per model and sample, a column per metric
//! wide    sample,gpt,llama,...                  one line per sample, a column per model
//! ```
//!
//! In a wide file the first column holds sample ids where its name says so or its cells are no numbers.
//! An empty cell is a missing value. A row without any value is no row; a column without any is an error.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use risk_sd::TableBuilder;

use super::Failure;

/// The metric of a wide file, which names none.
pub const WIDE_METRIC: &str = "score";

/// Names under which a first column is taken for sample ids.
const ID_NAMES: [&str; 9] = ["sample", "id", "row", "index", "date", "dates", "time", "t", "prompt"];

/// A CSV file in memory: names of the columns, and rows of cells with their line numbers.
pub struct Csv {
    source: String,
    header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

impl Csv {
    pub fn read(path: &Path) -> Result<Csv, Failure> {
        let source = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| format!("{source}: {e}"))?;
        Csv::parse(&source, &text)
    }

    /// `source` names the text in errors.
    pub fn parse(source: &str, text: &str) -> Result<Csv, Failure> {
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let Some(header) = records.next().transpose()? else {
            return Err(format!("{source}: the file is empty").into());
        };
        let header: Vec<String> = header.iter().map(str::to_owned).collect();
        check_header(source, &header)?;
        let mut rows = Vec::new();
        for record in records {
            let record = record.map_err(|e| format!("{source}: {e}"))?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len() {
                let (found, expected) = (record.len(), header.len());
                return Err(
                    format!("{source}, line {line}: {found} cells, the header has {expected}").into()
                );
            }
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        if rows.is_empty() {
            return Err(format!("{source}: there is a header, but no rows").into());
        }
        Ok(Csv { source: source.to_owned(), header, rows })
    }

    /// Where a line of this file is, for errors.
    pub fn line(&self, line: u64) -> String {
        format!("{}, line {line}", self.source)
    }

    /// The name of the file, for errors.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// All values as long rows; `models` restricts a file to some models.
    pub fn table(&self, models: Option<&[String]>) -> Result<TableBuilder, Failure> {
        let mut builder = TableBuilder::new();
        let (mut named, mut valued) = (BTreeSet::new(), BTreeSet::new());
        let cells = self.cells();
        let wanted =
            |cell: &&Cell| models.is_none_or(|names| names.iter().any(|name| name == cell.model));
        for cell in cells.iter().filter(wanted) {
            let names = [("model", cell.model), ("metric", cell.metric)];
            named.extend(names);
            if let Some(value) = self.number(cell.line, cell.column, cell.text)? {
                valued.extend(names);
                let pushed = builder.push(cell.model, &cell.sample, cell.metric, value);
                pushed.map_err(|e| format!("{}: {e}", self.line(cell.line)))?;
            }
        }
        let unknown = models.iter().copied().flatten().find(|m| !named.contains(&("model", m.as_str())));
        if let Some(model) = unknown {
            return Err(format!("{}: there is no model named '{model}'", self.source).into());
        }
        if let Some((what, name)) = named.difference(&valued).next() {
            return Err(format!("{}: {what} '{name}' has no values", self.source).into());
        }
        Ok(builder)
    }

    /// The cells that may hold a value, by the layout of the file.
    fn cells(&self) -> Vec<Cell<'_>> {
        let named = |name: &str| self.header.iter().position(|column| column == name);
        let (model, sample) = (named("model"), named("sample"));
        let id = self.id_column();
        let mut cells = Vec::new();
        for (number, (line, row)) in self.rows.iter().enumerate() {
            let cell = |column: usize| {
                let (name, text) = (self.header[column].as_str(), row[column].as_str());
                match (model, sample, named("metric"), named("value")) {
                    (Some(m), Some(s), Some(metric), Some(value)) => (column == value)
                        .then(|| Cell::new(*line, name, [&row[m], &row[s], &row[metric], text])),
                    (Some(m), Some(s), ..) => (column != m && column != s)
                        .then(|| Cell::new(*line, name, [&row[m], &row[s], name, text])),
                    _ if Some(column) == id => None,
                    _ => {
                        let of_row = Cell::new(*line, name, [name, "", WIDE_METRIC, text]);
                        let sample = match id {
                            Some(id) => Cow::Borrowed(row[id].as_str()),
                            None => Cow::Owned(format!("row {}", number + 1)),
                        };
                        Some(Cell { sample, ..of_row })
                    }
                }
            };
            cells.extend((0..row.len()).filter_map(cell));
        }
        cells
    }

    /// The numbers of a column, without its empty cells, and the lines they stand in.
    pub fn column(&self, name: &str) -> Result<Vec<(u64, f64)>, Failure> {
        let Some(column) = self.header.iter().position(|c| c == name) else {
            let columns = self.header.join(", ");
            return Err(
                format!("{}: there is no column '{name}' (columns: {columns})", self.source).into()
            );
        };
        let mut numbers = Vec::new();
        for (line, cells) in &self.rows {
            if let Some(number) = self.number(*line, name, &cells[column])? {
                numbers.push((*line, number));
            }
        }
        Ok(numbers)
    }

    /// Names of the columns that are not sample ids.
    pub fn value_columns(&self) -> Vec<&str> {
        let id = self.id_column();
        let columns = self.header.iter().enumerate().filter(|(column, _)| Some(*column) != id);
        columns.map(|(_, name)| name.as_str()).collect()
    }

    fn id_column(&self) -> Option<usize> {
        let named = ID_NAMES.contains(&self.header[0].to_lowercase().as_str());
        let text = self.rows.iter().all(|(_, row)| !row[0].is_empty() && row[0].parse::<f64>().is_err());
        (self.header.len() > 1 && (named || text)).then_some(0)
    }

    fn number(&self, line: u64, column: &str, cell: &str) -> Result<Option<f64>, Failure> {
        if cell.is_empty() {
            return Ok(None);
        }
        let place = || format!("{}, column '{column}'", self.line(line));
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            Ok(number) => Err(format!("{}: {number} is not a finite number", place()).into()),
            Err(_) => Err(format!("{}: '{cell}' is not a number", place()).into()),
        }
    }
}

/// What may hold a value: where it stands, and what it belongs to.
struct Cell<'a> {
    line: u64,
    column: &'a str,
    model: &'a str,
    sample: Cow<'a, str>,
    metric: &'a str,
    text: &'a str,
}

impl<'a> Cell<'a> {
    fn new(line: u64, column: &'a str, [model, sample, metric, text]: [&'a str; 4]) -> Cell<'a> {
        Cell { line, column, model, sample: Cow::Borrowed(sample), metric, text }
    }
}

fn check_header(source: &str, header: &[String]) -> Result<(), Failure> {
    // A first line of data has a text at most in front, where no header would put it.
    let in_front = header.len() > 1 && !ID_NAMES.contains(&header[0].to_lowercase().as_str());
    if header[usize::from(in_front)..].iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err(
            format!("{source}: the first line holds numbers; a header with names is needed").into()
        );
    }
    if let Some(column) = header.iter().position(String::is_empty) {
        return Err(format!("{source}: column {} of the header has no name", column + 1).into());
    }
    let mut names: Vec<&String> = header.iter().collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("{source}: the header names '{}' twice", pair[0]).into());
    }
    Ok(())
}
