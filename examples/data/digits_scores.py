"""Per-sample scores of 11 classifiers on scikit-learn's handwritten digits.

Trains every classifier on one fixed half of the 1797 images, scores each
image of the other half, and writes one row per (model, sample) to
digits_scores.csv beside this script (or to the path given as an argument).
Versions and a table of per-model means go to standard output.

Usage: python digits_scores.py [OUTPUT.csv]
"""

import os

# One thread per library, set before numpy is imported: the order of floating
# point sums, and with it the last digits, then does not depend on the machine's
# core count.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import csv
import platform
import sys
from pathlib import Path

import numpy as np
import scipy
import sklearn
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_digits
from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

SEED = 20240
NOISE_SD = 3.0  # on the 0..16 pixel scale

# Floor of the probability inside the logarithm. Trees and nearest neighbours
# give some classes a probability of exactly 0, whose logarithm is -infinity:
# a single such sample would decide every mean. With the floor the worst
# possible log-likelihood is ln(1e-3) = -6.9078.
MIN_PROBABILITY = 1e-3

# Scores are rounded to this many decimals before they are written with five
# significant digits. Smaller differences are rounding error of the
# probabilities (overconfident models reach Brier scores such as 1e-300), and
# they would break ties between samples that are equally well classified.
DECIMALS = 12

METRICS = ("log_likelihood", "brier", "margin", "noisy_brier")


def to_unit_range(images):
    """Scale pixels from 0..16 to 0..1."""
    return images / 16.0


def make_models():
    """Return the classifiers, unfitted, by the name they have in the CSV."""
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=SEED)
    return {
        "boosting": HistGradientBoostingClassifier(max_iter=100, random_state=SEED),
        "extra_trees": ExtraTreesClassifier(n_estimators=200, random_state=SEED),
        "forest": RandomForestClassifier(n_estimators=200, random_state=SEED),
        "knn": KNeighborsClassifier(n_neighbors=5, weights="distance"),
        "lda": LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
        "logistic": make_pipeline(
            StandardScaler(), LogisticRegression(max_iter=2000, random_state=SEED)
        ),
        "mlp": make_pipeline(
            FunctionTransformer(to_unit_range),
            MLPClassifier(hidden_layer_sizes=(64,), max_iter=1000, random_state=SEED),
        ),
        # Many pixels are constant within a class. With the default smoothing
        # (1e-9) any other value of such a pixel would rule the class out.
        "naive_bayes": GaussianNB(var_smoothing=1e-2),
        "qda": QuadraticDiscriminantAnalysis(reg_param=0.1),
        "svm": CalibratedClassifierCV(
            SVC(kernel="rbf", C=10.0), method="sigmoid", cv=folds, ensemble=False
        ),
        "tree": DecisionTreeClassifier(min_samples_leaf=3, random_state=SEED),
    }


def brier_score(probabilities, labels):
    """Multi-class Brier score of each sample: 0 (best) to 2 (worst)."""
    onehot = np.eye(probabilities.shape[1])[labels]
    return ((probabilities - onehot) ** 2).sum(axis=1)


def score(model, images, noisy_images, labels):
    """Return an array (samples, metrics) and the accuracy on clean images."""
    clean = model.predict_proba(images)
    noisy = model.predict_proba(noisy_images)
    rows = np.arange(len(labels))

    p_true = clean[rows, labels]
    others = clean.copy()
    others[rows, labels] = -np.inf
    scores = np.column_stack(
        (
            # The upper bound only removes rounding (1 + 2e-16).
            np.log(np.clip(p_true, MIN_PROBABILITY, 1.0)),
            brier_score(clean, labels),
            p_true - others.max(axis=1),
            brier_score(noisy, labels),
        )
    )
    accuracy = (clean.argmax(axis=1) == labels).mean()
    return scores, accuracy


def main():
    default = Path(__file__).with_name("digits_scores.csv")
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else default

    print(
        f"python {platform.python_version()}, numpy {np.__version__}, "
        f"scipy {scipy.__version__}, scikit-learn {sklearn.__version__}"
    )

    images, labels = load_digits(return_X_y=True)
    train, test = train_test_split(
        np.arange(len(labels)), test_size=0.5, stratify=labels, random_state=SEED
    )
    train.sort()
    test.sort()
    print(f"{len(train)} training images, {len(test)} test images")

    # One noise draw, shared by all models. Noisy pixels may leave 0..16.
    noise = np.random.default_rng(SEED).normal(0.0, NOISE_SD, images[test].shape)
    noisy_images = images[test] + noise

    print(f"{'model':<12} {'accuracy':>8}", *(f"{name:>14}" for name in METRICS))
    with output.open("w", encoding="ascii", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("model", "sample", *METRICS))
        for name, model in sorted(make_models().items()):
            model.fit(images[train], labels[train])
            scores, accuracy = score(model, images[test], noisy_images, labels[test])
            if not np.isfinite(scores).all():
                raise ValueError(f"{name}: a score is not finite")
            scores = scores.round(DECIMALS) + 0.0  # + 0.0 turns -0.0 into 0.0
            for index, row in zip(test, scores):
                writer.writerow((name, f"d{index:04d}", *(f"{x:.5g}" for x in row)))
            print(
                f"{name:<12} {accuracy:8.4f}",
                *(f"{mean:14.4f}" for mean in scores.mean(axis=0)),
            )


if __name__ == "__main__":
    main()
