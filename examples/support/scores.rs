//! CSV files of scores, in three layouts.
//!
//! ```text
//! long    model,sample,metric,value             one line per value
//! tidy    model,sample,accuracy,brier,...       one line per model and sample, a column per metric
//! wide    sample,gpt,llama,...                  one line per sample, a column per model
//! ```
//!
//! In a wide file the first column holds sample ids where its name says so or its cells are no numbers.
//! An empty cell is a missing value.

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

    /// All values as long rows; `models` restricts a file to some models.
    pub fn table(&self, models: Option<&[String]>) -> Result<TableBuilder, Failure> {
        let wanted = |model: &str| models.is_none_or(|names| names.iter().any(|name| name == model));
        let mut builder = TableBuilder::new();
        let mut push = |line: u64, model: &str, sample: &str, metric: &str, cell: &str| {
            if !wanted(model) {
                return Ok(());
            }
            match self.number(line, metric, cell)? {
                None => Ok(()),
                Some(value) => builder
                    .push(model, sample, metric, value)
                    .map_err(|e| Failure::from(format!("{}, line {line}: {e}", self.source))),
            }
        };
        let named = |name: &str| self.header.iter().position(|column| column == name);
        match (named("model"), named("sample"), named("metric"), named("value")) {
            (Some(model), Some(sample), Some(metric), Some(value)) => {
                for (line, row) in &self.rows {
                    push(*line, &row[model], &row[sample], &row[metric], &row[value])?;
                }
            }
            (Some(model), Some(sample), ..) => {
                for (line, row) in &self.rows {
                    for (metric, cell) in self.header.iter().zip(row) {
                        if metric != "model" && metric != "sample" {
                            push(*line, &row[model], &row[sample], metric, cell)?;
                        }
                    }
                }
            }
            _ => {
                let id = self.id_column();
                for (number, (line, row)) in self.rows.iter().enumerate() {
                    let sample = id.map_or_else(|| format!("row {}", number + 1), |id| row[id].clone());
                    for (column, (model, cell)) in self.header.iter().zip(row).enumerate() {
                        if Some(column) != id {
                            push(*line, model, &sample, WIDE_METRIC, cell)?;
                        }
                    }
                }
            }
        }
        if let Some(missing) = models.iter().copied().flatten().find(|m| !self.mentions(m)) {
            return Err(format!("{}: there is no model named '{missing}'", self.source).into());
        }
        Ok(builder)
    }

    /// The numbers of a column, without its empty cells, and the rows they stand in.
    pub fn column(&self, name: &str) -> Result<Vec<(usize, f64)>, Failure> {
        let Some(column) = self.header.iter().position(|c| c == name) else {
            let columns = self.header.join(", ");
            return Err(
                format!("{}: there is no column '{name}' (columns: {columns})", self.source).into()
            );
        };
        let mut numbers = Vec::new();
        for (row, (line, cells)) in self.rows.iter().enumerate() {
            if let Some(number) = self.number(*line, name, &cells[column])? {
                numbers.push((row, number));
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

    fn mentions(&self, model: &str) -> bool {
        let column = self.header.iter().position(|name| name == "model");
        match column {
            Some(column) => self.rows.iter().any(|(_, row)| row[column] == model),
            None => self.header.iter().any(|name| name == model),
        }
    }

    fn number(&self, line: u64, column: &str, cell: &str) -> Result<Option<f64>, Failure> {
        if cell.is_empty() {
            return Ok(None);
        }
        let place = || format!("{}, line {line}, column '{column}'", self.source);
        match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            Ok(number) => Err(format!("{}: {number} is not a finite number", place()).into()),
            Err(_) => Err(format!("{}: '{cell}' is not a number", place()).into()),
        }
    }
}

fn check_header(source: &str, header: &[String]) -> Result<(), Failure> {
    if header.iter().all(|name| name.parse::<f64>().is_ok()) {
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
