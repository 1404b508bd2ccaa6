//! Projections of points on directions.

use super::tier::per_tier;

/// Points whose projections are formed side by side. A point's sum has one association whatever this is.
pub(crate) const LANES: usize = 32;

/// Coordinates of the points, tile by tile: coordinate 0 of `LANES` points, then coordinate 1, ...; the last tile
/// is filled up with zeros. A tile stays in the first cache while all directions pass over it.
pub(crate) fn tiles(
    points: usize,
    dimensions: usize,
    entry: impl Fn(usize, usize) -> f64,
) -> Vec<[f64; LANES]> {
    let mut tiles = vec![[0.0; LANES]; points.div_ceil(LANES) * dimensions];
    for point in 0..points {
        for k in 0..dimensions {
            tiles[point / LANES * dimensions + k][point % LANES] = entry(point, k);
        }
    }
    tiles
}

per_tier! {
    /// `out[l][i] = sum_k directions[l][k] * x_ik`, summed in the order of k. Each direction has `dimensions` entries
    /// in a row, and gets its own run of tiles of `out`.
    pub(crate) fn project(
        tiles: &[[f64; LANES]], dimensions: usize, directions: &[f64], out: &mut [[f64; LANES]],
    ) {
        let count = tiles.len() / dimensions;
        for (t, tile) in tiles.chunks_exact(dimensions).enumerate() {
            for (l, direction) in directions.chunks_exact(dimensions).enumerate() {
                let mut sums = [0.0; LANES];
                for (values, &d) in tile.iter().zip(direction) {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += d * value;
                    }
                }
                out[l * count + t] = sums;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::tier::Tier;

    #[test]
    fn every_tier_gives_the_bits_of_the_naive_sum() {
        for (points, dimensions) in [(1, 1), (31, 3), (32, 2), (33, 5), (100, 16)] {
            let entry = |i: usize, k: usize| ((i * 37 + k * 11) % 101) as f64 / 7.0 - 6.0;
            let directions: Vec<f64> = (0..3 * dimensions).map(|k| (k as f64).cos() / 3.0).collect();
            let tiles = tiles(points, dimensions, entry);
            let count = tiles.len() / dimensions;
            for tier in Tier::available() {
                let mut out = vec![[9.0; LANES]; 3 * count];
                project(tier, &tiles, dimensions, &directions, &mut out);
                for l in 0..3 {
                    let found = &out[l * count..][..count].as_flattened()[..points];
                    let direction = &directions[l * dimensions..][..dimensions];
                    for (i, found) in found.iter().enumerate() {
                        let naive =
                            direction.iter().enumerate().fold(0.0, |s, (k, d)| s + d * entry(i, k));
                        assert_eq!(*found, naive, "{tier:?}");
                    }
                }
            }
        }
    }
}
