//! Plans and efficient sets in words.

use std::fmt;

use super::Short;
use super::warning::Lines;
use crate::inference::{Adjustment, PlanSize, SamplePlan, SimulatedPower};
use crate::ranking::EfficientSet;

impl fmt::Display for PlanSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PlanSize { rows_a, rows_b, units } = self;
        match units {
            Some(units) if units == rows_a && units == rows_b => write!(f, "{units} rows"),
            Some(units) => write!(f, "{units} units with {rows_a} and {rows_b} rows"),
            None => write!(f, "{rows_a} and {rows_b} rows"),
        }
    }
}

impl fmt::Display for SamplePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SamplePlan { a, b, order, threshold, level, power, sampling, pilot, .. } = self;
        writeln!(f, "Planning a test at {order} order: {a} over {b}, {sampling}")?;
        writeln!(
            f,
            "  Question: how large must samples be to claim almost dominance at threshold {threshold},"
        )?;
        writeln!(f, "            level {level}, with power {power}?")?;
        writeln!(f, "  Pilot: {pilot}, violation ratio {}", Short(self.violation_ratio))?;
        match self.needed {
            None => writeln!(
                f,
                "  Answer: no number is enough, because the pilot's ratio is not (clearly) below the threshold"
            )?,
            Some(needed) => {
                writeln!(f, "  Answer: {needed}")?;
                writeln!(f, "  {:>12}  {:>8}  {:>26}", "size", "power", "smallest threshold claimed")?;
                let size = needed.size();
                for size in [size / 4, size / 2, size, 2 * size, 4 * size].into_iter().filter(|&s| s > 1)
                {
                    let threshold = match self.smallest_threshold_at(size) {
                        1.0 => "none".to_owned(),
                        threshold => Short(threshold).to_string(),
                    };
                    writeln!(f, "  {size:>12}  {:>8.3}  {threshold:>26}", self.power_at(size))?;
                }
            }
        }
        write!(
            f,
            "  Method: root-scale rule, influence functions of the pilot; without the guard: simulate it{}",
            Lines("  ", &self.warnings)
        )
    }
}

impl fmt::Display for SimulatedPower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SimulatedPower { size, data_sets, claims, power, standard_error } = self;
        write!(
            f,
            "size {size}: power {power:.3} (SE {standard_error:.3}; {claims} claims in {data_sets} data sets)"
        )
    }
}

impl fmt::Display for EfficientSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EfficientSet { order, threshold, level, adjustment, .. } = self;
        let members: Vec<&str> = self.members().collect();
        writeln!(f, "Efficient set of {} candidates at {order} order", self.candidates.len())?;
        writeln!(
            f,
            "  Question: which candidates does no other almost dominate? (threshold {threshold})"
        )?;
        match members.is_empty() {
            true => writeln!(f, "  In the set: none (almost dominance is not transitive)")?,
            false => writeln!(f, "  In the set: {}", members.join(", "))?,
        }
        let excluded: Vec<_> = self.candidates.iter().filter(|c| !c.dominators.is_empty()).collect();
        let width = excluded.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
        for candidate in excluded {
            let by = &candidate.dominators[0];
            write!(
                f,
                "  Excluded: {:width$}  by {} (ratio {}, adjusted p {})",
                candidate.name,
                by.name,
                Short(by.violation_ratio),
                Short(by.adjusted_p_value)
            )?;
            match candidate.dominators.len() - 1 {
                0 => writeln!(f)?,
                others => writeln!(f, " and {others} more")?,
            }
        }
        writeln!(
            f,
            "  Maximality (nobody almost dominates anybody): p-value {}",
            Short(self.maximality_p_value)
        )?;
        match adjustment {
            Adjustment::None => {
                write!(f, "  Claim: none about the set, exclusions are not adjusted for many pairs")
            }
            _ => write!(
                f,
                "  Claim: holds every undominated candidate with confidence {} ({adjustment})",
                Short(1.0 - level)
            ),
        }?;
        write!(f, "{}", Lines("  ", &self.warnings))
    }
}
