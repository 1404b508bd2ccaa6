//! What the models say: the door of the ensemble.

use crate::error::Error;
use crate::sample::Number;

/// Vectors over d labels from each of k models, for a batch of instances, and the weights of the models.
///
/// Indices are `[instance][model][label]`. Values are finite and not negative, and no vector is all zeros. They
/// need not sum to 1: scores of attributes that exclude each other do not.
///
/// ```
/// use risk_sd::Predictions;
///
/// // One image, two classifiers, three labels.
/// let predictions = Predictions::new([[[0.7, 0.2, 0.1], [0.1, 0.6, 0.3]]])?.weighted([2.0, 1.0])?;
/// assert_eq!(predictions.models(), 2);
/// assert_eq!(predictions.at(0, 1), [0.1, 0.6, 0.3]);
/// # Ok::<(), risk_sd::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Predictions {
    models: usize,
    labels: usize,
    values: Vec<f64>,
    /// Divided by their sum.
    weights: Vec<f64>,
}

impl Predictions {
    /// From nested lists, one per instance, of one vector per model. All models count the same.
    ///
    /// # Errors
    /// [`Error::EmptyBatch`] for no instance; [`Error::NoLabels`]. With instance and model named
    /// ([`Error::InPrediction`]): [`Error::UnequalLengths`] for another number of labels than the first vector
    /// has, [`Error::InvalidMass`] for a value that is negative, NaN or infinite, [`Error::InvalidTotal`] for
    /// a vector whose sum is zero or beyond the range of f64. With the instance named:
    /// [`Error::TooFewModels`] for no model, [`Error::UnequalLengths`] for another number of models.
    pub fn new<M, V, N>(instances: impl IntoIterator<Item = M>) -> Result<Predictions, Error>
    where
        M: IntoIterator<Item = V>,
        V: IntoIterator<Item = N>,
        N: Number,
    {
        let mut values: Vec<f64> = Vec::new();
        let (mut models, mut labels) = (None, None);
        for (instance, vectors) in instances.into_iter().enumerate() {
            let mut found = 0;
            for (model, vector) in vectors.into_iter().enumerate() {
                let start = values.len();
                // -0.0 becomes 0.0.
                values.extend(vector.into_iter().map(|value| value.to_f64() + 0.0));
                let vector = &values[start..];
                let expected = *labels.get_or_insert(vector.len());
                check(vector, expected).map_err(|e| e.in_prediction(instance, model))?;
                found += 1;
            }
            let expected = *models.get_or_insert(found);
            let error = match found {
                0 => Error::TooFewModels { found, needed: 1 },
                _ if found != expected => Error::UnequalLengths { what: "models", expected, found },
                _ => continue,
            };
            return Err(error.in_instance(instance));
        }
        let (Some(models), Some(labels)) = (models, labels) else {
            return Err(Error::EmptyBatch);
        };
        Ok(Predictions { models, labels, values, weights: vec![1.0 / models as f64; models] })
    }

    /// The same predictions with a weight per model; weights are divided by their sum. A model of weight 0 has
    /// no influence.
    ///
    /// # Errors
    /// [`Error::UnequalLengths`] unless there is a weight for every model; [`Error::InvalidWeight`] for one
    /// that is negative, NaN or infinite; [`Error::ZeroWeights`].
    pub fn weighted(self, weights: impl IntoIterator<Item = impl Number>) -> Result<Predictions, Error> {
        let mut weights: Vec<f64> = weights.into_iter().map(Number::to_f64).collect();
        let (expected, found) = (self.models, weights.len());
        if expected != found {
            return Err(Error::UnequalLengths { what: "weights of models", expected, found });
        }
        if let Some(row) = weights.iter().position(|w| !(*w >= 0.0 && w.is_finite())) {
            return Err(Error::InvalidWeight { row, weight: weights[row] });
        }
        let largest = weights.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            return Err(Error::ZeroWeights);
        }
        // A power of two, so that the division is exact and the sum stays in range.
        let scale = libm::exp2(f64::from(libm::ilogb(largest)));
        let total: f64 = weights.iter().map(|w| w / scale).sum();
        weights.iter_mut().for_each(|w| *w = *w / scale / total);
        Ok(Predictions { weights, ..self })
    }

    /// Number of instances.
    pub fn instances(&self) -> usize {
        self.values.len() / (self.models * self.labels)
    }

    /// Number of models.
    pub fn models(&self) -> usize {
        self.models
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The weights of the models divided by their sum.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The vector of a model for an instance.
    ///
    /// # Panics
    /// Where there is no such instance or model.
    pub fn at(&self, instance: usize, model: usize) -> &[f64] {
        assert!(model < self.models, "model {model} of {}", self.models);
        &self.values[(instance * self.models + model) * self.labels..][..self.labels]
    }

    /// The models of positive weight, with their weights.
    pub(super) fn voters(&self) -> impl Iterator<Item = (usize, f64)> {
        self.weights.iter().copied().enumerate().filter(|(_, weight)| *weight > 0.0)
    }
}

#[cfg(feature = "ndarray")]
impl Predictions {
    /// From an array with the axes instance, model, label.
    ///
    /// ```
    /// use ndarray::array;
    /// use risk_sd::Predictions;
    ///
    /// let softmax = array![[[0.7, 0.3], [0.4, 0.6]]];
    /// assert_eq!(Predictions::from_array(softmax.view())?.at(0, 1), [0.4, 0.6]);
    /// # Ok::<(), risk_sd::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Predictions::new`].
    pub fn from_array<T>(values: ndarray::ArrayView3<'_, T>) -> Result<Predictions, Error>
    where
        for<'a> &'a T: Number,
    {
        let vector = |vector: ndarray::ArrayView1<'_, T>| -> Vec<f64> {
            vector.iter().map(Number::to_f64).collect()
        };
        let vectors =
            |models: ndarray::ArrayView2<'_, T>| models.outer_iter().map(vector).collect::<Vec<_>>();
        Predictions::new(values.outer_iter().map(vectors))
    }
}

fn check(vector: &[f64], expected: usize) -> Result<(), Error> {
    if vector.is_empty() {
        return Err(Error::NoLabels);
    }
    if vector.len() != expected {
        return Err(Error::UnequalLengths { what: "labels", expected, found: vector.len() });
    }
    if let Some(label) = vector.iter().position(|v| !(*v >= 0.0 && v.is_finite())) {
        return Err(Error::InvalidMass { label, value: vector[label] });
    }
    let total: f64 = vector.iter().sum();
    if total > 0.0 && total.is_finite() { Ok(()) } else { Err(Error::InvalidTotal { total }) }
}
