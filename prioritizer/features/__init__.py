"""What one report says, as numbers: one record a feature, one row a report."""

from prioritizer.features.catalogue import CATALOGUE, by_name, feature_dictionary
from prioritizer.features.checking import check_catalogue
from prioritizer.features.feature import BROUGHT, Band, Feature
from prioritizer.features.joins import columns_read
from prioritizer.features.matrix import (
    check_features,
    codes_of,
    compute_features,
    feature_frame,
    read_features,
)
from prioritizer.features.shards import FeatureTask, features_of_shard

__all__ = [
    "BROUGHT",
    "CATALOGUE",
    "Band",
    "Feature",
    "FeatureTask",
    "by_name",
    "check_catalogue",
    "check_features",
    "codes_of",
    "columns_read",
    "compute_features",
    "feature_dictionary",
    "feature_frame",
    "features_of_shard",
    "read_features",
]
