//! The pictures of a ranking.

use std::path::{Path, PathBuf};

use risk_sd::plot::{self, Picture, RankInterval};
use risk_sd::{Order, RankingReport, Samples};

use crate::support::{Failure, output::write};

pub fn draw(out: &Path, samples: &Samples, report: &RankingReport) -> Result<Vec<PathBuf>, Failure> {
    let picture = Picture::default();
    let mut written = vec![
        write(out, "quantile_curves.svg", &plot::quantile_curves(samples, &picture)?)?,
        write(out, "lorenz_curves.svg", &plot::lorenz_curves(samples, &picture)?)?,
    ];
    for ranking in &report.rankings {
        let order = ranking.order;
        let interval = |model: &risk_sd::RankedModel| RankInterval {
            name: model.name.clone(),
            rank: model.rank,
            best: model.rank_set.map_or(1, |set| set.best),
            worst: model.rank_set.map_or(ranking.models.len(), |set| set.worst),
        };
        let intervals: Vec<RankInterval> = ranking.models.iter().map(interval).collect();
        let title = format!("Which ranks are compatible with the data at {order} order?");
        let svg = plot::rank_sets(&intervals, &Picture::default().title(title))?;
        written.push(write(out, &format!("rank_sets_{order}.svg"), &svg)?);
        let [best, next, ..] = &ranking.models[..] else { continue };
        let svg = violation(order, samples, &best.name, &next.name)?;
        written.push(write(out, &format!("best_two_{order}.svg"), &svg)?);
    }
    Ok(written)
}

fn violation(order: Order, samples: &Samples, a: &str, b: &str) -> Result<String, Failure> {
    let (x, y) = (samples.get(a)?, samples.get(b)?);
    Ok(plot::violation_area(order, a, x, b, y, &Picture::default())?)
}
