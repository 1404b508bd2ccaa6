//! An exact Binomial(N, a/b) from fair coins.
//!
//! ```text
//! Each ball has a uniform U = 0.u1 u2 u3 ... and succeeds where U < a/b = 0.d1 d2 d3 ...
//! digit j, for the balls that agree with a/b so far:
//!     u < d: success.    u > d: failure.    u = d: look at the next digit.
//! ```
//!
//! (Ahrens and Dieter 1974; Farach-Colton and Tsai 2015.) Only the number of balls that agree matters, so a binary
//! digit is a number of heads among them, half of them stay, and all digits take about 2 N coins. Few balls
//! look at 8 digits at once: each draws a byte, and one in 256 agrees.

use super::coins::{Coins, Compared};

/// Balls above which binary digits are taken one by one. Each is a chain of instructions that waits for the one
/// before, 8 digits of 512 balls are 8 blocks without waiting: n = 1000 took 0.45 ns a cell with 128 balls and 16
/// digits, 0.41 so; 256 and 1024 balls do as well.
const MANY: u64 = 512;

/// Successes among `balls`, each with probability a/b; 0 < a < b < 2^48.
#[inline(always)]
pub(super) fn binomial<C: Coins>(coins: &mut C, balls: u64, a: u64, b: u64) -> u64 {
    // rest / b is what is left of the binary expansion; where nothing is left, who agrees fails.
    let (mut rest, mut agree, mut successes) = (a, balls, 0);
    while agree > MANY && rest > 0 {
        rest *= 2;
        let heads = coins.heads(agree);
        let tails = agree - heads;
        // Heads are digits 1.
        if rest >= b {
            rest -= b;
            successes += tails;
            agree = heads;
        } else {
            agree = tails;
        }
    }
    while agree > 0 && rest > 0 {
        rest <<= 8;
        let Compared { below, equal } = coins.compare(agree, (rest / b) as u8);
        rest %= b;
        successes += below;
        agree = equal;
    }
    successes
}
