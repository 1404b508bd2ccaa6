//! Everything the program found, as one document (docs/json.md).

use std::path::{Path, PathBuf};

use risk_sd::{MeanRisk, Metric, Order, Portfolio, Ranking, RankingReport, Samples, Table, mean_risk};
use serde::{Serialize, Serializer};

use crate::routes::Routes;
use crate::support::Failure;

#[derive(Serialize)]
pub struct Document {
    pub data: Data,
    #[serde(flatten, serialize_with = "by_order")]
    pub report: RankingReport,
    pub mean_risk: Vec<ModelRisk>,
    pub routes: Routes,
    pub pictures: Vec<PathBuf>,
}

/// What was ranked.
#[derive(Serialize)]
pub struct Data {
    pub source: PathBuf,
    pub models: Vec<String>,
    pub metrics: Vec<Metric>,
    /// Rows of each model.
    pub rows: Vec<usize>,
    /// Samples left out because a value was missing.
    pub dropped: usize,
}

#[derive(Serialize)]
pub struct ModelRisk {
    pub name: String,
    #[serde(flatten)]
    pub risk: MeanRisk,
}

impl Document {
    pub fn new(
        source: &Path,
        table: &Table,
        portfolio: &Portfolio,
        samples: &Samples,
        report: RankingReport,
        routes: Routes,
        pictures: Vec<PathBuf>,
    ) -> Result<Document, Failure> {
        let risk = |(name, sample): (&str, &risk_sd::Sample)| {
            let risk = mean_risk(sample, MeanRisk::DEFAULT_TAIL)?;
            Ok(ModelRisk { name: name.to_owned(), risk })
        };
        Ok(Document {
            data: Data {
                source: source.to_owned(),
                models: table.models().to_vec(),
                metrics: portfolio.metrics().to_vec(),
                rows: samples.iter().map(|(_, sample)| sample.len()).collect(),
                dropped: table.dropped(),
            },
            mean_risk: samples.iter().map(risk).collect::<Result<_, Failure>>()?,
            report,
            routes,
            pictures,
        })
    }
}

/// The report as `settings`, `first` and `second`.
fn by_order<S: Serializer>(report: &RankingReport, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct ByOrder<'a> {
        settings: serde_json::Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<&'a Ranking>,
        #[serde(skip_serializing_if = "Option::is_none")]
        second: Option<&'a Ranking>,
    }
    let mut settings = serde_json::to_value(report).map_err(serde::ser::Error::custom)?;
    if let Some(fields) = settings.as_object_mut() {
        fields.remove("rankings");
    }
    let first = report.at(Order::First);
    let second = report.at(Order::Second);
    ByOrder { settings, first, second }.serialize(serializer)
}
