//! What the processor offers to the kernels: found out once, kept.
//!
//! A tier changes the time, never a bit: every kernel has a portable twin, and property tests demand the same
//! bits from each tier of [`Tier::available`]. A kernel is one safe function that takes the tier and calls its
//! lane body for it; callers pass [`Tier::detected`].
//!
//! The vector tiers carry a proof, [`Avx2`] or [`Avx512`], that this module alone can make: nobody can name a tier
//! whose instructions were not found. All `unsafe` calls of the kernels rest on that.

use std::fmt;
use std::sync::OnceLock;

/// Sets of vector instructions, in ascending order of speed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// No instruction beyond the target's baseline.
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

/// Proof that the processor has AVX2, BMI2 and POPCNT (x86-64 since 2013).
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Avx2(());

/// Proof that the processor has AVX-512 with F, BW, DQ, VL, VBMI, VBMI2, BITALG, VPOPCNTDQ (Ice Lake, Zen 4 and
/// later), on top of AVX2, BMI2 and POPCNT. Older processors with AVX-512 lack the byte compress the kernels rest on:
/// they are [`Avx2`].
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Avx512(());

#[cfg(target_arch = "x86_64")]
impl Avx512 {
    /// What it lies on top of.
    #[inline(always)]
    pub(crate) fn avx2(self) -> Avx2 {
        Avx2(())
    }
}

impl fmt::Debug for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Defines a safe function that takes the tier first and compiles a body for the instructions of each.
///
/// The body is a block of plain loops, which the compiler turns into vectors, or `= path` to a function generic
/// over [`Lanes`](crate::kernels::lanes::Lanes), which gets them as its first argument.
macro_rules! per_tier {
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block) => {
        $(#[$doc])*
        $visible fn $name(tier: $crate::kernels::tier::Tier, $($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn body(_: impl Copy, $($arg: $type),*) $(-> $out)? $body
            $crate::kernels::tier::per_tier!(@ tier, (), body, ($($arg: $type),*), ($($out)?))
        }
    };
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? = $body:path) => {
        $(#[$doc])*
        $visible fn $name(tier: $crate::kernels::tier::Tier, $($arg: $type),*) $(-> $out)? {
            use $crate::kernels::lanes::Portable;
            $crate::kernels::tier::per_tier!(@ tier, Portable, $body, ($($arg: $type),*), ($($out)?))
        }
    };
    (@ $tier:ident, $portable:expr, $body:path, ($($arg:ident: $type:ty),*), ($($out:ty)?)) => {{
        use $crate::kernels::tier::Tier;
        #[cfg(target_arch = "x86_64")]
        use $crate::kernels::tier::{Avx2, Avx512};

        #[cfg(target_arch = "x86_64")]
        #[allow(clippy::too_many_arguments)]
        #[target_feature(enable = "avx2,bmi2,popcnt")]
        fn avx2(proof: Avx2, $($arg: $type),*) $(-> $out)? {
            $body(proof, $($arg),*)
        }

        #[cfg(target_arch = "x86_64")]
        #[allow(clippy::too_many_arguments)]
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi2,popcnt")]
        fn avx512(proof: Avx512, $($arg: $type),*) $(-> $out)? {
            $body(proof, $($arg),*)
        }

        #[allow(unsafe_code)]
        match $tier {
            Tier::Portable => $body($portable, $($arg),*),
            // SAFETY: the proof says that the processor has these instructions.
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2(proof) => unsafe { avx2(proof, $($arg),*) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(proof) => unsafe { avx512(proof, $($arg),*) },
        }
    }};
}
pub(crate) use per_tier;

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

    /// Every tier this processor can run, for tests and benchmarks that compare them.
    #[cfg_attr(not(test), allow(dead_code))] // the benchmarks compile this file into themselves
    pub(crate) fn available() -> impl Iterator<Item = Tier> {
        let best = Tier::of_processor();
        Tier::ALL.into_iter().filter(move |&tier| tier <= best)
    }

    /// Names to compare with. What leaves this module is at most the tier of the processor.
    #[cfg(target_arch = "x86_64")]
    const ALL: [Tier; 3] = [Tier::Portable, Tier::Avx2(Avx2(())), Tier::Avx512(Avx512(()))];
    #[cfg(not(target_arch = "x86_64"))]
    const ALL: [Tier; 1] = [Tier::Portable];

    fn name(self) -> &'static str {
        match self {
            Tier::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512(_) => "avx512",
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
            (_, true) => Tier::Avx512(Avx512(())),
            (true, false) => Tier::Avx2(Avx2(())),
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
