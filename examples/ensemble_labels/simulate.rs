//! Classifiers that confuse neighbouring labels.
//!
//! ```text
//! truth        y uniform on 24 labels: 6 groups of 4
//! rival        one other label per item, uniform, that tempts every model alike
//! model l sees y with probability 1/2, else a label of y's group, uniform
//! logits       N(0, 1) + 4 at the label seen + 3.2 at the rival;   probabilities by softmax
//! ```

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

pub const GROUPS: usize = 6;
pub const MEMBERS: usize = 4;
pub const LABELS: usize = GROUPS * MEMBERS;
const SEES_TRUTH: f64 = 0.5;
const SEEN: f64 = 4.0;
const RIVAL: f64 = 3.2;

pub struct Item {
    pub truth: usize,
    /// One vector over the labels per model.
    pub probabilities: Vec<Vec<f64>>,
}

/// Labels in the plane: the groups on a circle of radius 3, the members around them at distance 1/2.
pub fn embedding(label: usize) -> [f64; 2] {
    let turn = |part: usize, parts: usize| std::f64::consts::TAU * part as f64 / parts as f64;
    let (group, member) = (turn(label / MEMBERS, GROUPS), turn(label % MEMBERS, MEMBERS) + 0.3);
    [3.0 * group.cos() + 0.5 * member.cos(), 3.0 * group.sin() + 0.5 * member.sin()]
}

pub fn items(seed: u64, count: usize, models: usize) -> Vec<Item> {
    let mut rng = StdRng::seed_from_u64(seed);
    (0..count).map(|_| item(&mut rng, models)).collect()
}

fn item(rng: &mut StdRng, models: usize) -> Item {
    let (truth, rival) = (rng.random_range(0..LABELS), rng.random_range(0..LABELS));
    let mut vector = || {
        let neighbour = truth / MEMBERS * MEMBERS + rng.random_range(0..MEMBERS);
        let seen = if rng.random_bool(SEES_TRUTH) { truth } else { neighbour };
        let mut logits: Vec<f64> = (0..LABELS).map(|_| StandardNormal.sample(rng)).collect();
        logits[seen] += SEEN;
        logits[rival] += RIVAL;
        softmax(&logits)
    };
    Item { truth, probabilities: (0..models).map(|_| vector()).collect() }
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let masses: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let total: f64 = masses.iter().sum();
    masses.into_iter().map(|mass| mass / total).collect()
}
