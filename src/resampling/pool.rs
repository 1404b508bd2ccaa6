//! Relabelling two columns: what could as well have been observed if both came from one distribution.

use super::bootstrap::LEAST_MASS;
use super::slots::{Dealt, Slots};
use super::subset;
use crate::kernels::cells::Law;
use crate::kernels::split;
use crate::kernels::tier::Tier;
use crate::rng::{Purpose, Stream};
use crate::sample::{Column, Samples};

/// Two columns pooled and sorted once; a replicate hands the pooled rows out again.
///
/// Independent columns: n of the n + m rows go to the first, all choices equally likely. Rows that share
/// units (pairs, clusters): the two columns of each unit are exchanged with probability 1/2; unbalanced
/// clusters through [`Slots`]. Time series: blocks of consecutive rows are the units. Surveys, and series of
/// their own: units lie in one column each and are dealt out through [`Slots`].
pub(crate) struct Pool {
    values: Vec<f64>,
    /// The masses of the pooled rows where a column is weighted.
    masses: Option<Vec<f64>>,
    scheme: Scheme,
    seed: u64,
    /// Names the random stream of this pair.
    stream: u64,
}

enum Scheme {
    Permute {
        first: usize,
    },
    /// The block of each row: `2 * unit + 1` for rows of the first column, `2 * unit` for the second.
    Swap {
        units: usize,
        blocks: Vec<u32>,
    },
    Deal {
        slots: Slots,
        blocks: Vec<u32>,
    },
}

/// The buffers of one relabelling.
#[derive(Default)]
pub(crate) struct Relabelled {
    /// A bit per pooled row: 1 for rows that go to the first column.
    labels: Vec<u64>,
    /// The label of each block.
    of_block: Vec<u8>,
    dealt: Dealt,
    masses: Vec<f64>,
    taken: usize,
    first: Side,
    second: Side,
}

#[derive(Default)]
struct Side {
    values: Vec<f64>,
    cumulative: Vec<f64>,
}

impl Pool {
    pub(crate) fn new(samples: &Samples, a: usize, b: usize, seed: u64) -> Pool {
        let (x, y) = (&samples.columns()[a], &samples.columns()[b]);
        let order = merge_order(x.sample.values(), y.sample.values());
        // Relative to the mean row of its own column, so that weights in different units can be pooled.
        let mass = |column: &Column, row: usize| {
            column.sample.mass(row).max(LEAST_MASS) * column.sample.len() as f64
        };
        let weighted = x.sample.weights().is_some() || y.sample.weights().is_some();
        let masses = weighted.then(|| pooled(&order, x, y, mass));
        Pool {
            values: pooled(&order, x, y, |column, row| column.sample.values()[row]),
            scheme: Scheme::new(samples, x, y, &order, masses.as_deref()),
            masses,
            seed,
            stream: (a as u64) << 32 | b as u64,
        }
    }

    /// Fills the buffers with relabelling b.
    pub(crate) fn relabel(&self, replicate: usize, into: &mut Relabelled) {
        let mut stream = Stream::new(self.seed, Purpose::Guard, replicate as u64, self.stream);
        let size = self.values.len();
        self.scheme.draw(&mut stream, size, self.masses.as_deref(), into);
        let (first, second) = (&mut into.first.values, &mut into.second.values);
        into.taken = hand_out(&self.values, &into.labels, first, second);
        let masses = match &self.scheme {
            Scheme::Deal { .. } => Some(&into.masses),
            Scheme::Permute { .. } | Scheme::Swap { .. } => self.masses.as_ref(),
        };
        if let Some(masses) = masses {
            let (first, second) = (&mut into.first.cumulative, &mut into.second.cumulative);
            hand_out(masses, &into.labels, first, second);
            accumulate(&mut first[..into.taken]);
            accumulate(&mut second[..size - into.taken]);
        }
    }

    /// The two relabelled distributions.
    pub(crate) fn laws<'r>(&self, relabelled: &'r Relabelled) -> (Law<'r>, Law<'r>) {
        let weighted = self.masses.is_some() || matches!(self.scheme, Scheme::Deal { .. });
        let law = |side: &'r Side, rows: usize| match weighted {
            false => Law::Uniform(&side.values[..rows]),
            true => Law::Weighted { values: &side.values[..rows], cumulative: &side.cumulative[..rows] },
        };
        let rest = self.values.len() - relabelled.taken;
        (law(&relabelled.first, relabelled.taken), law(&relabelled.second, rest))
    }
}

impl Scheme {
    fn new(samples: &Samples, x: &Column, y: &Column, order: &[u32], masses: Option<&[f64]>) -> Scheme {
        let (Some(units), Some(of_x), Some(of_y)) = (samples.units(), &x.units, &y.units) else {
            return Scheme::Permute { first: x.sample.len() };
        };
        let (units, block_of_unit) = match &samples.design().series {
            None => (units, None),
            Some(series) => {
                let (blocks, of_unit) = series.consecutive_blocks();
                (blocks, Some(of_unit))
            }
        };
        let exchanged =
            |unit: u32| block_of_unit.as_ref().map_or(unit, |of_unit| of_unit[unit as usize]);
        let block = |&position: &u32| match (position as usize).checked_sub(of_x.len()) {
            None => 2 * exchanged(of_x[position as usize]) + 1,
            Some(row) => 2 * exchanged(of_y[row]),
        };
        let blocks: Vec<u32> = order.iter().map(block).collect();
        match Slots::new(units, &blocks, masses) {
            None => Scheme::Swap { units, blocks },
            Some(slots) => Scheme::Deal { slots, blocks },
        }
    }

    /// Draws the labels of `rows` pooled rows.
    fn draw(
        &self,
        stream: &mut Stream,
        rows: usize,
        mass_of_row: Option<&[f64]>,
        into: &mut Relabelled,
    ) {
        let Relabelled { labels, of_block, dealt, masses, .. } = into;
        match self {
            Scheme::Permute { first } => subset::choose(stream, rows, *first, labels),
            Scheme::Swap { units, blocks } => {
                of_block.resize(2 * units, 0);
                for of_word in of_block.chunks_mut(128) {
                    let word = stream.next_u64();
                    for (bit, pair) in of_word.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                        let swap = (word >> bit & 1) as u8;
                        *pair = [swap, swap ^ 1];
                    }
                }
                pack(blocks, of_block, labels);
            }
            Scheme::Deal { slots, blocks } => {
                slots.draw(stream, dealt);
                masses.clear();
                masses.extend(blocks.iter().enumerate().map(|(row, &block)| {
                    dealt.masses[block as usize] * mass_of_row.map_or(1.0, |masses| masses[row])
                }));
                pack(blocks, &dealt.labels, labels);
            }
        }
    }
}

/// The labels of rows as bits, from the labels of their blocks.
fn pack(blocks: &[u32], of_block: &[u8], labels: &mut Vec<u64>) {
    labels.clear();
    labels.extend(blocks.chunks(64).map(|blocks| {
        let bits = blocks.iter().enumerate();
        bits.fold(0, |word, (bit, &block)| word | u64::from(of_block[block as usize]) << bit)
    }));
}

/// The positions of two ascending columns in one ascending order, the second column's counted on from the
/// first's; ties by position.
fn merge_order(x: &[f64], y: &[f64]) -> Vec<u32> {
    let mut order = Vec::with_capacity(x.len() + y.len());
    let (mut i, mut j) = (0, 0);
    while order.len() < x.len() + y.len() {
        if j == y.len() || (i < x.len() && x[i] <= y[j]) {
            order.push(i as u32);
            i += 1;
        } else {
            order.push((x.len() + j) as u32);
            j += 1;
        }
    }
    order
}

fn pooled(order: &[u32], x: &Column, y: &Column, of: impl Fn(&Column, usize) -> f64) -> Vec<f64> {
    let n = x.sample.len();
    let pick = |&position: &u32| match (position as usize).checked_sub(n) {
        None => of(x, position as usize),
        Some(row) => of(y, row),
    };
    order.iter().map(pick).collect()
}

fn hand_out(pool: &[f64], labels: &[u64], first: &mut Vec<f64>, second: &mut Vec<f64>) -> usize {
    first.resize(pool.len(), 0.0);
    second.resize(pool.len(), 0.0);
    split::by_label(Tier::detected(), pool, labels, first, second)
}

fn accumulate(masses: &mut [f64]) {
    let mut total = 0.0;
    for mass in masses {
        total += *mass;
        *mass = total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn halves(samples: &Samples, replicate: usize) -> (Vec<f64>, Vec<f64>) {
        let pool = Pool::new(samples, 0, 1, 9);
        let mut buffers = Relabelled::default();
        pool.relabel(replicate, &mut buffers);
        let (first, second) = pool.laws(&buffers);
        (first.values().to_vec(), second.values().to_vec())
    }

    #[test]
    fn independent_rows_keep_their_sizes_and_every_choice_is_as_likely() {
        let sample = |v: &[f64]| Sample::new(v).unwrap();
        let samples =
            Samples::independent([("a", sample(&[1., 2.])), ("b", sample(&[3., 4., 5.]))]).unwrap();
        let mut seen = std::collections::BTreeMap::new();
        for replicate in 0..10_000 {
            let (first, second) = halves(&samples, replicate);
            assert_eq!((first.len(), second.len()), (2, 3));
            *seen.entry(format!("{first:?}")).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 10);
        assert!(seen.values().all(|&count| (count as f64 - 1000.0).abs() < 5.0 * 900f64.sqrt()));
    }

    #[test]
    fn pairs_are_exchanged_whole() {
        let samples = Samples::paired([("a", [3., 1., 2.]), ("b", [30., 10., 20.])]).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for replicate in 0..200 {
            let (first, second) = halves(&samples, replicate);
            for (small, large) in [(1., 10.), (2., 20.), (3., 30.)] {
                assert_ne!(first.contains(&small), first.contains(&large));
                assert_ne!(first.contains(&small), second.contains(&small));
            }
            seen.insert(format!("{first:?}"));
        }
        assert_eq!(seen.len(), 8);
    }

    #[test]
    fn clusters_move_together_and_weights_with_their_rows() {
        let columns = [("a", vec![1., 2., 3.], vec![0, 0, 1]), ("b", vec![4., 5.], vec![0, 2])];
        let samples = Samples::in_clusters(columns).unwrap();
        for replicate in 0..100 {
            let (first, second) = halves(&samples, replicate);
            assert_eq!(first.contains(&1.), first.contains(&2.));
            assert_ne!(first.contains(&1.), first.contains(&4.));
            assert_ne!(first.contains(&3.), first.contains(&5.));
            assert!(!first.is_empty() && !second.is_empty());
        }
        let weighted = Sample::weighted([1., 2.], [1., 3.]).unwrap();
        let plain = Sample::new([3., 4.]).unwrap();
        let samples = Samples::independent([("w", weighted), ("p", plain)]).unwrap();
        let pool = Pool::new(&samples, 0, 1, 9);
        let mut buffers = Relabelled::default();
        pool.relabel(3, &mut buffers);
        let mass_of = |value: f64| [0.5, 1.5, 1.0, 1.0][value as usize - 1];
        let (Law::Weighted { values, cumulative }, _) = pool.laws(&buffers) else {
            panic!("no weights")
        };
        assert_eq!(cumulative, [mass_of(values[0]), mass_of(values[0]) + mass_of(values[1])]);
    }

    #[test]
    fn every_pair_is_relabelled_in_its_own_way() {
        let column = |name: &'static str| (name, Sample::new((0..20).map(f64::from)).unwrap());
        let samples = Samples::independent(["a", "b", "c"].map(column)).unwrap();
        let [ab, ac, bc] = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| {
            let (pool, mut buffers) = (Pool::new(&samples, a, b, 9), Relabelled::default());
            pool.relabel(0, &mut buffers);
            pool.laws(&buffers).0.values().to_vec()
        });
        assert!(ab != ac && ab != bc && ac != bc);
    }
}
