//! Paired rows, numbered so that the counts of the first column need no lookup.
//!
//! ```text
//! row of sorted position k:          row_0[k] of the first column, row_j[k] of another
//! new number of a row:               number[row_0[k]] = k
//! counts by sorted position:         count[k] in the first column, count[number[row_j[k]]] in another
//! ```
//!
//! Rows that are drawn one by one are exchangeable: under any numbering the counts follow the same law. The first
//! column is that of the samples, not of the pair looked at, so that all pairs of a set of samples see the same draws.

use std::borrow::Cow;

use crate::sample::Samples;

/// The new number of each unit; `None` where the first column does not hold every unit exactly once, as where units are
/// clusters.
pub(super) fn by_rank_in_first(samples: &Samples) -> Option<Vec<u32>> {
    const NONE: u32 = u32::MAX;
    let unit_of_rank = samples.columns().first()?.units.as_deref()?;
    if samples.units() != Some(unit_of_rank.len()) {
        return None;
    }
    let mut number = vec![NONE; unit_of_rank.len()];
    for (rank, &unit) in (0u32..).zip(unit_of_rank) {
        number[unit as usize] = rank;
    }
    (!number.contains(&NONE)).then_some(number)
}

/// The unit of each sorted position of a column, under new numbers if there are some; `None` where position k is
/// unit k.
pub(super) fn units<'a>(
    samples: &'a Samples,
    column: usize,
    number: Option<&[u32]>,
) -> Option<Cow<'a, [u32]>> {
    let units = samples.columns()[column].units.as_deref()?;
    match number {
        Some(_) if column == 0 => None,
        Some(number) => Some(units.iter().map(|&unit| number[unit as usize]).collect()),
        None => Some(Cow::Borrowed(units)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_is_in_order_and_others_follow_their_rows() {
        let samples = Samples::paired([("a", [3.0, 1.0, 2.0]), ("b", [5.0, 4.0, 6.0])]).unwrap();
        let number = by_rank_in_first(&samples).unwrap();
        assert_eq!(number, [2, 0, 1]);
        assert_eq!(units(&samples, 0, Some(&number)), None);
        assert_eq!(units(&samples, 1, Some(&number)).as_deref(), Some(&[0, 2, 1][..]));
        assert_eq!(units(&samples, 1, None).as_deref(), Some(&[1, 0, 2][..]));
    }

    #[test]
    fn clusters_keep_their_numbers() {
        let rows = || Samples::paired([("a", [3.0, 1.0, 2.0]), ("b", [5.0, 4.0, 6.0])]).unwrap();
        assert_eq!(by_rank_in_first(&rows().clustered(&[1, 1, 2]).unwrap()), None);
        let of_single_rows = rows().clustered(&[7, 8, 9]).unwrap();
        assert_eq!(by_rank_in_first(&of_single_rows), Some(vec![2, 0, 1]));
    }
}
