//! Transactions of accounts: a hierarchical process in three levels (population, account, transaction).

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, Normal, StandardNormal};
use risk_sd::MixedTable;

pub const KINDS: [&str; 5] = ["food", "fuel", "rent", "travel", "wages"];
/// Mean of the logarithm of an amount, by kind.
const LEVEL: [f64; 5] = [3.0, 3.8, 6.2, 5.0, 7.0];
/// Chance of a transaction over the internet, by kind.
const ONLINE: [f64; 5] = [0.15, 0.02, 0.9, 0.7, 1.0];

/// One transaction.
#[derive(Clone, Copy)]
pub struct Transaction {
    pub amount: f64,
    /// Hours since the transaction before.
    pub gap: f64,
    /// Hour of the day.
    pub hour: f64,
    pub kind: usize,
    pub online: bool,
}

/// Transactions of all accounts, account after account.
#[derive(Clone, Default)]
pub struct Ledger {
    pub accounts: Vec<Vec<Transaction>>,
}

/// The columns of a ledger.
pub struct Columns {
    amount: Vec<f64>,
    gap: Vec<f64>,
    hour: Vec<f64>,
    kind: Vec<&'static str>,
    channel: Vec<&'static str>,
    account: Vec<usize>,
}

impl Ledger {
    /// Draws accounts: each with its own level of spending, pace and habits; amounts remember the one before, kinds
    /// tend to repeat, large purchases are followed by long gaps.
    pub fn simulate(seed: u64, accounts: usize) -> Ledger {
        let mut rng = StdRng::seed_from_u64(seed);
        Ledger { accounts: (0..accounts).map(|_| account(&mut rng)).collect() }
    }

    pub fn columns(&self) -> Columns {
        let rows = || self.accounts.iter().flatten();
        let label = |(number, rows): (usize, &Vec<Transaction>)| std::iter::repeat_n(number, rows.len());
        Columns {
            amount: rows().map(|row| row.amount).collect(),
            gap: rows().map(|row| row.gap).collect(),
            hour: rows().map(|row| row.hour).collect(),
            kind: rows().map(|row| KINDS[row.kind]).collect(),
            channel: rows().map(|row| if row.online { "online" } else { "shop" }).collect(),
            account: self.accounts.iter().enumerate().flat_map(label).collect(),
        }
    }

    /// One transaction of each account, the one in the middle of its series.
    pub fn one_of_each(&self) -> Ledger {
        let middle = |rows: &Vec<Transaction>| vec![rows[rows.len() / 2]];
        Ledger { accounts: self.accounts.iter().map(middle).collect() }
    }
}

impl Columns {
    /// All columns, rows by account.
    pub fn table(&self) -> MixedTable<'_> {
        self.rows().entities(&self.account)
    }

    /// All columns, without accounts.
    pub fn rows(&self) -> MixedTable<'_> {
        MixedTable::new()
            .numeric("amount", &self.amount)
            .numeric("gap", &self.gap)
            .numeric("hour", &self.hour)
            .categorical("kind", &self.kind)
            .categorical("channel", &self.channel)
    }

    pub fn amounts(&self) -> &[f64] {
        &self.amount
    }

    pub fn accounts(&self) -> &[usize] {
        &self.account
    }
}

fn account(rng: &mut StdRng) -> Vec<Transaction> {
    let normal = |rng: &mut StdRng| -> f64 { StandardNormal.sample(rng) };
    let wealth = 0.3 * normal(rng);
    let pace = 20.0 * (0.4 * normal(rng)).exp();
    let sticky = 0.3 + 0.4 * rng.random::<f64>();
    let favourites: Vec<f64> = KINDS.iter().map(|_| -> f64 { Exp1.sample(rng) }).collect();
    let rows = 20 + rng.random_range(0..40);
    let (mut memory, mut kind) = (normal(rng), pick(rng, &favourites));
    let mut transactions = Vec::with_capacity(rows);
    for _ in 0..rows {
        if rng.random::<f64>() > sticky {
            kind = pick(rng, &favourites);
        }
        memory = 0.7 * memory + (1.0f64 - 0.49).sqrt() * normal(rng);
        let clock = Normal::new(if kind == 0 { 12.0 } else { 17.0 }, 2.5).expect("a positive spread");
        let (gap, hour): (f64, f64) = (Exp1.sample(rng), clock.sample(rng));
        transactions.push(Transaction {
            amount: (LEVEL[kind] + wealth + 0.5 * memory).exp(),
            gap: pace * (0.5 * memory).exp() * gap,
            hour: hour.rem_euclid(24.0),
            kind,
            online: rng.random::<f64>() < ONLINE[kind],
        });
    }
    transactions
}

/// A place with a chance in proportion to its weight.
fn pick(rng: &mut StdRng, weights: &[f64]) -> usize {
    let mut left = rng.random::<f64>() * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        left -= weight;
        if left <= 0.0 {
            return place;
        }
    }
    weights.len() - 1
}
