"""What one report says, as numbers: one record a feature, one row a report."""

from prioritizer.features.catalogue import CATALOGUE, by_name, feature_dictionary
from prioritizer.features.feature import Feature
from prioritizer.features.matrix import check_features, codes_of, compute_features

__all__ = [
    "CATALOGUE",
    "Feature",
    "by_name",
    "check_features",
    "codes_of",
    "compute_features",
    "feature_dictionary",
]
