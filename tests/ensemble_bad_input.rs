//! Bad batches, matrices and settings of the ensemble: errors that name the place.

use risk_sd::{CostMatrix, Error, Kernel, LabelBarycenter, Predictions, geometric_mean};

fn says(error: Error, sentence: &str) {
    assert_eq!(error.to_string(), sentence);
}

#[test]
fn vectors_that_are_no_probabilities() {
    let with = |value: f64| Predictions::new([[[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [0.5, value]]]);
    says(
        with(-0.1).unwrap_err(),
        "instance 1, model 1: label 1 has -0.1: probabilities are finite and not negative",
    );
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -5e-324] {
        assert!(
            matches!(with(value), Err(Error::InPrediction { instance: 1, model: 1, .. })),
            "{value}"
        );
    }
    says(
        Predictions::new([[[0.0, -0.0]]]).unwrap_err(),
        "instance 0, model 0: the probabilities sum to 0, not to a positive finite number",
    );
    let huge = Predictions::new([[[f64::MAX, f64::MAX]]]).unwrap_err();
    assert!(matches!(huge, Error::InPrediction { instance: 0, model: 0, .. }));
}

#[test]
fn batches_of_the_wrong_shape() {
    type Nested = Vec<Vec<Vec<f64>>>;
    assert_eq!(Predictions::new(Nested::new()), Err(Error::EmptyBatch));
    says(
        Predictions::new(vec![vec![vec![1.0]], vec![]]).unwrap_err(),
        "instance 1: 0 model(s) given, at least 1 needed",
    );
    let none: Nested = vec![vec![]];
    says(Predictions::new(none).unwrap_err(), "instance 0: 0 model(s) given, at least 1 needed");
    says(Predictions::new([[[0.0; 0]]]).unwrap_err(), "instance 0, model 0: there is no label");
    let ragged = vec![vec![vec![0.5, 0.5], vec![1.0]]];
    says(Predictions::new(ragged).unwrap_err(), "instance 0, model 1: labels: expected 2 rows, found 1");
    let models = vec![vec![vec![1.0], vec![1.0]], vec![vec![1.0]]];
    says(Predictions::new(models).unwrap_err(), "instance 1: models: expected 2 rows, found 1");
}

#[test]
fn weights_of_models() {
    let weighted = |weights: &[f64]| Predictions::new([[[1.0], [1.0]]]).unwrap().weighted(weights);
    assert_eq!(weighted(&[0.0, 0.0]), Err(Error::ZeroWeights));
    assert_eq!(weighted(&[1.0, -1.0]), Err(Error::InvalidWeight { row: 1, weight: -1.0 }));
    assert!(matches!(weighted(&[f64::NAN, 1.0]), Err(Error::InvalidWeight { row: 0, .. })));
    says(weighted(&[1.0]).unwrap_err(), "weights of models: expected 2 rows, found 1");
    assert_eq!(weighted(&[f64::MAX, f64::MAX]).unwrap().weights(), [0.5, 0.5]);
    assert_eq!(weighted(&[5e-324, 5e-324]).unwrap().weights(), [0.5, 0.5]);
}

#[test]
fn matrices() {
    says(
        CostMatrix::new(vec![vec![0.0, 1.0], vec![1.0]]).unwrap_err(),
        "row 1 of the cost matrix has 1 entries, not 2: not square",
    );
    assert_eq!(CostMatrix::new(Vec::<Vec<f64>>::new()), Err(Error::NoLabels));
    for value in [-1.0, f64::NAN, f64::INFINITY] {
        let cost = CostMatrix::new([[0.0, value], [value, 0.0]]);
        assert!(matches!(cost, Err(Error::InvalidEntry { what: "cost", row: 0, column: 1, .. })));
    }
    let asymmetric = CostMatrix::new([[0.0, 1.0], [1.0 + 1e-9, 0.0]]);
    assert!(matches!(asymmetric, Err(Error::Asymmetric { row: 1, column: 0, .. })));
    says(Kernel::new([[1.0, 0.0], [0.0, 0.0]]).unwrap_err(), "row 1 of the kernel matrix is all zeros");
    assert_eq!(Kernel::identity(0), Err(Error::NoLabels));
    assert_eq!(CostMatrix::cosine([[1.0], [0.0]]), Err(Error::ZeroRow { what: "embedding", row: 1 }));
    let ragged = CostMatrix::squared_euclidean(vec![vec![1.0], vec![1.0, 2.0]]);
    assert!(matches!(ragged, Err(Error::UnequalLengths { what: "embedding", .. })));
    let points: [[f64; 0]; 2] = [[], []];
    says(CostMatrix::squared_euclidean(points).unwrap_err(), "the embedding matrix has no entries");
    let nan = CostMatrix::squared_euclidean([[f64::NAN]]);
    assert!(matches!(nan, Err(Error::InvalidEntry { what: "embedding", row: 0, column: 0, .. })));
    assert!(CostMatrix::squared_euclidean([[1e200], [-1e200]]).is_err());
    assert!(CostMatrix::from_confusion([[1.0, -1.0], [0.0, 1.0]]).is_err());
}

#[test]
fn settings() {
    let cost = CostMatrix::new([[0.0, 1.0], [1.0, 0.0]]).unwrap();
    let predictions = Predictions::new([[[0.5, 0.5]]]).unwrap();
    let fails = |settings: LabelBarycenter| settings.run(&predictions).unwrap_err();
    for epsilon in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = fails(LabelBarycenter::new(cost.clone(), epsilon));
        assert!(matches!(error, Error::InvalidEpsilon { .. }), "{epsilon}");
    }
    says(
        fails(LabelBarycenter::new(cost.clone(), 1e-13)),
        "epsilon 0.0000000000001 is too small beside the largest cost 1: more than 1e12 times smaller",
    );
    let settings = LabelBarycenter::new(cost, 1.0);
    for penalty in [0.0, -1.0, f64::NAN] {
        let error = fails(settings.clone().marginal_penalty(penalty));
        assert!(matches!(error, Error::InvalidMarginalPenalty { .. }), "{penalty}");
    }
    for tolerance in [-1e-9, f64::NAN, f64::INFINITY] {
        let error = fails(settings.clone().tolerance(tolerance));
        assert!(matches!(error, Error::InvalidTolerance { .. }), "{tolerance}");
    }
    assert_eq!(fails(settings.clone().max_iterations(0)), Error::NoIterations);
    let three = Predictions::new([[[0.5, 0.5, 0.0]]]).unwrap();
    let error = settings.run(&three).unwrap_err();
    says(error, "labels of the cost matrix: expected 2 rows, found 3");
}

#[test]
fn models_without_a_common_label() {
    let apart = Predictions::new([[[1.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]]).unwrap();
    says(
        geometric_mean(&apart).unwrap_err(),
        "instance 1: no label has a positive probability from every model",
    );
    // A model without weight does not count.
    assert!(geometric_mean(&apart.weighted([1.0, 0.0]).unwrap()).is_ok());
}
