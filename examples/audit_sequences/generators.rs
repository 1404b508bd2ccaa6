//! Generators of ledgers, from naive to good. Each sees the training ledger alone.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use crate::process::{KINDS, Ledger, Transaction};

pub const INDEPENDENT: &str = "independent columns";
pub const SHUFFLED: &str = "shuffled rows";
pub const MARKOV: &str = "Markov chain";
pub const ACCOUNTS: &str = "drawn accounts";
pub const COPY: &str = "copy";

/// All generators.
pub fn all(training: &Ledger, seed: u64) -> Vec<(&'static str, Ledger)> {
    let rng = |stream: u64| StdRng::seed_from_u64(seed.wrapping_mul(1000) + stream);
    vec![
        (INDEPENDENT, independent(training, rng(1))),
        (SHUFFLED, shuffled(training, rng(2))),
        (MARKOV, markov(training, rng(3))),
        (ACCOUNTS, drawn_accounts(training, rng(4))),
        (COPY, training.clone()),
    ]
}

fn rows(training: &Ledger) -> Vec<Transaction> {
    training.accounts.iter().flatten().copied().collect()
}

/// Accounts of the given lengths, row by row.
fn of_lengths(training: &Ledger, mut row: impl FnMut() -> Transaction) -> Ledger {
    let mut account = |like: &Vec<Transaction>| like.iter().map(|_| row()).collect();
    Ledger { accounts: training.accounts.iter().map(&mut account).collect() }
}

/// Every cell from a row of its own: the columns are right, and nothing else.
fn independent(training: &Ledger, mut rng: StdRng) -> Ledger {
    let rows = rows(training);
    of_lengths(training, || {
        let mut any = || *rows.choose(&mut rng).expect("rows");
        Transaction {
            amount: any().amount,
            gap: any().gap,
            hour: any().hour,
            kind: any().kind,
            online: any().online,
        }
    })
}

/// The rows of each account in another order: everything is right but the time.
fn shuffled(training: &Ledger, mut rng: StdRng) -> Ledger {
    let mut ledger = training.clone();
    ledger.accounts.iter_mut().for_each(|rows| rows.shuffle(&mut rng));
    ledger
}

/// Whole accounts with replacement: every row is a copy.
fn drawn_accounts(training: &Ledger, mut rng: StdRng) -> Ledger {
    let accounts = &training.accounts;
    let draw = |_| accounts.choose(&mut rng).expect("accounts").clone();
    Ledger { accounts: (0..accounts.len()).map(draw).collect() }
}

/// Parts of the amounts of each kind that make the states of the chain.
const PARTS: usize = 5;
/// How far drawn amounts and gaps are moved: spread of the factor's logarithm.
const NOISE: f64 = 0.25;

/// A chain over (kind, part of the amounts of that kind): the next row follows a random row of the same state
/// somewhere in the training ledger, with amount and gap moved by a factor and the hour by half an hour.
fn markov(training: &Ledger, mut rng: StdRng) -> Ledger {
    let edges: Vec<Vec<f64>> = (0..KINDS.len()).map(|kind| edges(training, kind)).collect();
    let state = |row: &Transaction| {
        row.kind * PARTS + edges[row.kind].iter().filter(|edge| row.amount > **edge).count()
    };
    let mut followers = vec![Vec::new(); KINDS.len() * PARTS];
    for rows in &training.accounts {
        for pair in rows.windows(2) {
            followers[state(&pair[0])].push(pair[1]);
        }
    }
    let moved = |row: Transaction, rng: &mut StdRng| {
        let mut noise = || -> f64 { StandardNormal.sample(rng) };
        let (amount, gap, hour) = (noise(), noise(), noise());
        Transaction {
            amount: row.amount * (NOISE * amount).exp(),
            gap: row.gap * (NOISE * gap).exp(),
            hour: (row.hour + 0.5 * hour).rem_euclid(24.0),
            ..row
        }
    };
    let all = rows(training);
    let mut account = |like: &Vec<Transaction>| {
        let mut last = *all.choose(&mut rng).expect("rows");
        let next = |_| {
            let next = followers[state(&last)].choose(&mut rng).copied();
            last = next.unwrap_or_else(|| all[rng.random_range(0..all.len())]);
            moved(last, &mut rng)
        };
        like.iter().map(next).collect()
    };
    Ledger { accounts: training.accounts.iter().map(&mut account).collect() }
}

/// Where the amounts of a kind are cut into parts of equal shares.
fn edges(training: &Ledger, kind: usize) -> Vec<f64> {
    let of_kind = training.accounts.iter().flatten().filter(|row| row.kind == kind);
    let mut amounts: Vec<f64> = of_kind.map(|row| row.amount).collect();
    amounts.sort_unstable_by(f64::total_cmp);
    (1..PARTS).filter_map(|part| amounts.get(part * amounts.len() / PARTS).copied()).collect()
}
