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

/// Four significant digits.
pub fn short(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 || !(1e-3..1e5).contains(&magnitude) {
        return if value == 0.0 { "0".to_owned() } else { format!("{value:.3e}") };
    }
    let before_point = magnitude.log10().floor() as i32 + 1;
    format!("{value:.*}", (4 - before_point).max(0) as usize)
}
