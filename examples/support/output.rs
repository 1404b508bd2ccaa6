//! Pictures on disk, tables on the screen.

use std::path::{Path, PathBuf};

use super::Failure;

/// Writes a picture and returns where.
pub fn write(directory: &Path, name: &str, svg: &str) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    let path = directory.join(name);
    std::fs::write(&path, svg).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// Prints rows under heads: the first column to the left, numbers to the right.
pub fn print_table(heads: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heads[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let mut text = String::from(" ");
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let padded =
                if column == 0 { format!(" {cell:width$}") } else { format!("  {cell:>width$}") };
            text.push_str(&padded);
        }
        println!("{}", text.trim_end());
    };
    line(heads.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}

/// Four significant digits: fixed where that is short, scientific elsewhere.
pub fn short(value: f64) -> String {
    let scientific = format!("{value:.3e}");
    let exponent = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    match exponent {
        _ if value == 0.0 => "0".to_owned(),
        Some(exponent @ -3..=4) => format!("{value:.*}", (3 - exponent).max(0) as usize),
        _ => scientific,
    }
}
