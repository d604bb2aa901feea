"""A quick stand-in for the model: each figure as a quadratic surface over the parameters.

One run of the model is mostly chance, so what matters is the mean that the surface smooths out and the
spread around it. On a small authority with 5 and 8 parameters and 400 runs a Gaussian process came some
5 % nearer to runs it had not seen, called true values implausible no less often, and took several hundred
times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RUNS_A_TERM = 3
"""With fewer runs than this for each term of the quadratic surface, a plane is fitted."""


@dataclass(frozen=True)
class Surface:
    """A fitted surface: its coefficients, the runs' variance around it, and how sure it is of itself."""

    coefficients: np.ndarray
    run_variance: float
    inverse: np.ndarray
    squares: bool

    def predict(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean of a figure at each place and the surface's own variance. Places: (rows, parameters)."""
        terms = _terms(places, self.squares)
        doubt = np.einsum("ij,jk,ik->i", terms, self.inverse, terms)
        return terms @ self.coefficients, self.run_variance * doubt


def fit(places: np.ndarray, figures: np.ndarray) -> Surface:
    """Least squares through the runs that have the figure. Places are (runs, parameters) in -1..1.

    ValueError if fewer runs have it than a plane has terms.
    """
    there = np.isfinite(figures)
    places, figures = places[there], figures[there]
    squares = len(figures) >= RUNS_A_TERM * _terms(places, True).shape[1]
    terms = _terms(places, squares)
    freedom = len(figures) - terms.shape[1]
    if freedom < 1:
        raise ValueError("too few runs for a surface")
    inverse = np.linalg.pinv(terms.T @ terms)
    coefficients = inverse @ (terms.T @ figures)
    left = figures - terms @ coefficients
    return Surface(coefficients, float(left @ left) / freedom, inverse, squares)


def _terms(places: np.ndarray, squares: bool) -> np.ndarray:
    """1, each parameter and, with `squares`, each product of two: (rows, terms)."""
    columns = [np.ones((len(places), 1)), places]
    if squares:
        first, second = np.triu_indices(places.shape[1])
        columns.append(places[:, first] * places[:, second])
    return np.hstack(columns)
