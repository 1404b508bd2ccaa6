//! Paths on the picture: points in pixels, y downwards.

/// A point; on the picture in pixels, of a curve in (share, value).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Columns per pixel within which a path may be thinned.
const COLUMNS: f64 = 2.0;

/// Thins a path that runs from left to right: of more than four points in one column of half a pixel,
/// the first, the highest, the lowest and the last remain. Fewer points are left as they are.
pub(super) fn thinned(path: &[Point]) -> Vec<Point> {
    let mut kept = Vec::new();
    for column in path.chunk_by(|a, b| (a.x * COLUMNS).floor() == (b.x * COLUMNS).floor()) {
        if column.len() <= 4 {
            kept.extend_from_slice(column);
            continue;
        }
        let by_height = |i: &usize, j: &usize| column[*i].y.total_cmp(&column[*j].y);
        let highest = (0..column.len()).min_by(by_height).unwrap_or(0);
        let lowest = (0..column.len()).max_by(by_height).unwrap_or(0);
        let mut chosen = [0, highest, lowest, column.len() - 1];
        chosen.sort_unstable();
        kept.extend(chosen.map(|i| column[i]));
    }
    kept.dedup();
    kept
}

/// Area between a path from left to right and the upper edge of the picture.
pub(super) fn area_above(path: &[Point]) -> f64 {
    path.windows(2).map(|p| (p[1].x - p[0].x) * (p[0].y + p[1].y) / 2.0).sum()
}

/// The inked pieces of a path drawn with a dash pattern: lengths of ink and gap by turns.
pub(super) fn dashes(path: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    let mut turn = 0;
    let mut left = pattern[0];
    let mut piece = path.first().map_or(Vec::new(), |&p| vec![p]);
    for ends in path.windows(2) {
        let (mut from, to) = (ends[0], ends[1]);
        loop {
            let length = (to.x - from.x).hypot(to.y - from.y);
            if length <= left {
                left -= length;
                piece.push(to);
                break;
            }
            let t = left / length;
            from = Point { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) };
            piece.push(from);
            if turn % 2 == 0 {
                pieces.push(piece);
            }
            piece = vec![from];
            turn = (turn + 1) % pattern.len();
            left = pattern[turn];
        }
    }
    if turn % 2 == 0 && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn thinning_keeps_the_ends_and_the_extremes_of_a_column() {
        let few = path(&[(0.0, 1.0), (0.1, 5.0), (0.2, 0.0), (0.3, 2.0), (0.7, 2.0)]);
        assert_eq!(thinned(&few), few);
        let many = path(&[(0.0, 1.0), (0.1, 2.0), (0.15, 5.0), (0.2, 0.0), (0.3, 2.0), (0.7, 2.0)]);
        let expected = path(&[(0.0, 1.0), (0.15, 5.0), (0.2, 0.0), (0.3, 2.0), (0.7, 2.0)]);
        assert_eq!(thinned(&many), expected);
    }

    #[test]
    fn dashes_go_round_corners() {
        let pieces = dashes(&path(&[(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)]), &[4.0, 2.0]);
        assert_eq!(
            pieces,
            [path(&[(0.0, 0.0), (3.0, 0.0), (3.0, 1.0)]), path(&[(3.0, 3.0), (3.0, 4.0)])]
        );
        assert!(dashes(&[], &[4.0, 2.0]).is_empty());
    }

    #[test]
    fn area_of_a_trapezoid() {
        assert_eq!(area_above(&path(&[(0.0, 1.0), (2.0, 1.0), (2.0, 3.0), (4.0, 5.0)])), 10.0);
    }
}
