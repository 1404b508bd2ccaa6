//! Relabelling of a pooled sample: an ascending pool, split by labels into two ascending columns.

/// Splits `pool` into the values with label 1 (front of `first`) and label 0 (front of `second`), in
/// order. Both outputs hold `pool.len()` values; the return value says how many went to `first`.
///
/// Both sides are written for every value and only one position moves, so there is no branch to guess.
#[inline(always)]
pub(crate) fn by_label(pool: &[f64], labels: &[u8], first: &mut [f64], second: &mut [f64]) -> usize {
    let first = &mut first[..pool.len()];
    let second = &mut second[..pool.len()];
    let mut taken = 0;
    for (k, (&value, &label)) in pool.iter().zip(labels).enumerate() {
        first[taken] = value;
        second[k - taken] = value;
        taken += usize::from(label);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_on_both_sides() {
        let labels = [1, 0, 0, 1, 1, 0];
        let (mut first, mut second) = ([0.0; 6], [0.0; 6]);
        let taken = by_label(&[1., 2., 3., 4., 5., 6.], &labels, &mut first, &mut second);
        assert_eq!(&first[..taken], &[1., 4., 5.]);
        assert_eq!(&second[..6 - taken], &[2., 3., 6.]);
    }
}
