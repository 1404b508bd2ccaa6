//! What the processor offers to the kernels: found out once, kept.
//!
//! A tier changes the time, never a bit: every kernel has a portable twin, and property tests demand the same
//! bits from each tier of [`Tier::available`]. A kernel is one safe function that takes the tier and calls its
//! lane body for it; callers pass [`Tier::detected`].

use std::sync::OnceLock;

/// Sets of vector instructions, in ascending order of speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// No instruction beyond the target's baseline.
    Portable,
    /// AVX2, BMI2 and POPCNT (x86-64 since 2013).
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with F, BW, DQ, VL, VBMI, VBMI2, BITALG, VPOPCNTDQ (Ice Lake, Zen 4 and later), on top of AVX2,
    /// BMI2 and POPCNT. Older processors with AVX-512 lack the byte compress the kernels rest on: they are `Avx2`.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Environment variable that lowers the tier of a process: `portable`, `avx2` or `avx512`.
const CEILING: &str = "RISK_SD_TIER";

impl Tier {
    /// The best tier of this processor, or the lower one that `RISK_SD_TIER` asks for. Any other value of the
    /// variable lowers nothing.
    pub(crate) fn detected() -> Tier {
        static DETECTED: OnceLock<Tier> = OnceLock::new();
        *DETECTED.get_or_init(|| {
            let ceiling = std::env::var(CEILING).ok();
            Tier::of_processor().min(Tier::ceiling(ceiling.as_deref()))
        })
    }

    /// Every tier this processor can run, for tests that compare them.
    #[cfg(test)]
    pub(crate) fn available() -> impl Iterator<Item = Tier> {
        let best = Tier::of_processor();
        Tier::ALL.into_iter().filter(move |&tier| tier <= best)
    }

    #[cfg(target_arch = "x86_64")]
    const ALL: [Tier; 3] = [Tier::Portable, Tier::Avx2, Tier::Avx512];
    #[cfg(not(target_arch = "x86_64"))]
    const ALL: [Tier; 1] = [Tier::Portable];

    fn name(self) -> &'static str {
        match self {
            Tier::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => "avx512",
        }
    }

    fn ceiling(wanted: Option<&str>) -> Tier {
        let named = |tier: &Tier| wanted == Some(tier.name());
        Tier::ALL.into_iter().find(named).unwrap_or(Tier::ALL[Tier::ALL.len() - 1])
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn of_processor() -> Tier {
        Tier::Portable
    }

    #[cfg(target_arch = "x86_64")]
    fn of_processor() -> Tier {
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt");
        let avx512 = avx2
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("avx512bitalg")
            && is_x86_feature_detected!("avx512vpopcntdq");
        match (avx2, avx512) {
            (_, true) => Tier::Avx512,
            (true, false) => Tier::Avx2,
            (false, false) => Tier::Portable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_lowers_and_nothing_else_does() {
        let best = Tier::ALL[Tier::ALL.len() - 1];
        assert_eq!(Tier::ceiling(Some("portable")), Tier::Portable);
        assert_eq!(Tier::ceiling(Some("no such tier")), best);
        assert_eq!(Tier::ceiling(None), best);
        assert_eq!(Tier::available().next(), Some(Tier::Portable));
        assert_eq!(Tier::available().last(), Some(Tier::of_processor()));
    }
}
