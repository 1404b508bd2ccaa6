//! Who is best where, in a triangle in which all scores are linear: a convex polygon for each candidate.

use crate::kernels::sum::sum;
use crate::ranking::difference_up_to_rounding;

/// A point of the triangle by its shares of the three corners.
type Shares = [f64; 3];

/// The part of a triangle in which some candidates are best.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Region {
    /// More than one where their scores are equal at all corners, up to rounding as winners of a point.
    pub(crate) winners: Vec<usize>,
    /// Corners in order.
    pub(crate) outline: Vec<Shares>,
}

/// Cuts a triangle with these scores of all candidates at its corners: candidate g is best where
/// `sum_i lambda_i (s_ig - s_ih) >= 0` for every h. The regions cover the triangle and overlap in lines only.
pub(crate) fn regions_of_cell(corners: [&[f64]; 3]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for g in 0..corners[0].len() {
        let same = |region: &&mut Region| corners.iter().all(|s| lead(s, region.winners[0], g) == 0.0);
        if let Some(region) = regions.iter_mut().find(same) {
            region.winners.push(g);
            continue;
        }
        let mut outline = vec![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        for h in (0..corners[0].len()).filter(|&h| h != g) {
            outline = clipped(&outline, corners.map(|s| lead(s, g, h)));
        }
        if area(&outline) > 0.0 {
            regions.push(Region { winners: vec![g], outline });
        }
    }
    regions
}

/// Cuts a segment with these scores of all candidates at its ends: who is best where, and the length of it.
pub(super) fn regions_of_segment(ends: [&[f64]; 2]) -> Vec<(Vec<usize>, f64)> {
    let mut regions: Vec<(Vec<usize>, f64)> = Vec::new();
    for g in 0..ends[0].len() {
        let same = |region: &&mut (Vec<usize>, f64)| ends.iter().all(|s| lead(s, region.0[0], g) == 0.0);
        if let Some((winners, _)) = regions.iter_mut().find(same) {
            winners.push(g);
            continue;
        }
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for h in 0..ends[0].len() {
            // (1 - t) a + t b >= 0
            let [a, b] = ends.map(|s| lead(s, g, h));
            match (a >= 0.0, b >= 0.0) {
                (true, true) => {}
                (true, false) => to = to.min(a / (a - b)),
                (false, true) => from = from.max(a / (a - b)),
                (false, false) => to = from,
            }
        }
        if to > from {
            regions.push((vec![g], to - from));
        }
    }
    regions
}

/// By how much g leads h. Rounding is no lead: of two that tie, it would give all to one.
fn lead(scores: &[f64], g: usize, h: usize) -> f64 {
    difference_up_to_rounding(scores[g], scores[h])
}

/// The part of a convex polygon where a linear function, given by its values at the corners, is not negative
/// (Sutherland and Hodgman 1974).
fn clipped(outline: &[Shares], values: [f64; 3]) -> Vec<Shares> {
    let at = |p: &Shares| sum(p.iter().zip(values).map(|(share, value)| share * value));
    let mut kept = Vec::with_capacity(outline.len() + 1);
    for (i, p) in outline.iter().enumerate() {
        let q = &outline[(i + 1) % outline.len()];
        let (here, next) = (at(p), at(q));
        if here >= 0.0 {
            kept.push(*p);
        }
        if (here > 0.0 && next < 0.0) || (here < 0.0 && next > 0.0) {
            let t = here / (here - next);
            kept.push(std::array::from_fn(|k| p[k] + t * (q[k] - p[k])));
        }
    }
    kept
}

impl Region {
    /// Its share of the area of the triangle.
    pub(crate) fn share(&self) -> f64 {
        area(&self.outline)
    }
}

/// Area as a share of the triangle: the shoelace formula in two of the three shares.
fn area(outline: &[Shares]) -> f64 {
    let Some(first) = outline.first() else { return 0.0 };
    let edge = |p: &Shares, q: &Shares| {
        (p[0] - first[0]) * (q[1] - first[1]) - (q[0] - first[0]) * (p[1] - first[1])
    };
    sum(outline.windows(2).map(|pair| edge(&pair[0], &pair[1]))).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_cuts_a_triangle() {
        // a is best at the first corner by 1, worse by 1 at the others: the halves of two edges, 1/4 of the area.
        let regions = regions_of_cell([&[1.0, 0.0], &[0.0, 1.0], &[0.0, 1.0]]);
        let found: Vec<(usize, f64)> = regions.iter().map(|r| (r.winners[0], r.share())).collect();
        assert_eq!(found, [(0, 0.25), (1, 0.75)]);
    }

    #[test]
    fn who_ties_everywhere_shares_a_region() {
        let regions = regions_of_cell([&[1.0, 1.0, 0.0], &[0.0, 0.0, 2.0], &[1.0, 1.0, 1.0]]);
        assert_eq!(regions.iter().map(|r| r.winners.clone()).collect::<Vec<_>>(), [vec![0, 1], vec![2]]);
    }

    proptest! {
        #[test]
        fn the_regions_cover_the_segment(scores in prop::collection::vec(prop::array::uniform2(-5.0..5.0f64), 1..6)) {
            let end = |k: usize| scores.iter().map(|s| s[k]).collect::<Vec<_>>();
            let regions = regions_of_segment([&end(0), &end(1)]);
            let total: f64 = regions.iter().map(|region| region.1).sum();
            prop_assert!((total - 1.0).abs() < 1e-12, "{}", total);
            // As many of a fine grid.
            for (winners, length) in regions {
                let best = |t: f64| {
                    let at = |g: usize| (1.0 - t) * scores[g][0] + t * scores[g][1];
                    (0..scores.len()).all(|h| at(h) <= at(winners[0]))
                };
                let counted = (0..2000).filter(|i| best((f64::from(*i) + 0.5) / 2000.0)).count();
                prop_assert!((counted as f64 / 2000.0 - length).abs() < 2e-3);
            }
        }

        #[test]
        fn the_regions_cover_the_triangle(
            scores in prop::collection::vec(prop::array::uniform3(-5.0..5.0f64), 1..6),
        ) {
            let corner = |k: usize| scores.iter().map(|s| s[k]).collect::<Vec<_>>();
            let corners = [corner(0), corner(1), corner(2)];
            let regions = regions_of_cell([&corners[0], &corners[1], &corners[2]]);
            let total: f64 = regions.iter().map(Region::share).sum();
            prop_assert!((total - 1.0).abs() < 1e-12, "{}", total);
            // The centre of each region is won by its candidate.
            for region in regions.iter().filter(|r| r.share() > 1e-6) {
                let n = region.outline.len() as f64;
                let centre: Vec<f64> = (0..3).map(|k| region.outline.iter().map(|p| p[k]).sum::<f64>() / n).collect();
                let score = |g: usize| (0..3).map(|k| centre[k] * scores[g][k]).sum::<f64>();
                let g = region.winners[0];
                prop_assert!((0..scores.len()).all(|h| score(h) <= score(g) + 1e-12), "{:?}", region);
            }
        }
    }
}
