"""From contributions to words, and to the plots of `shap`."""

from prioritizer.explain.reasons import Reason, reasons_of, reasons_of_row, top_reasons
from prioritizer.explain.shap_values import as_shap

__all__ = ["Reason", "as_shap", "reasons_of", "reasons_of_row", "top_reasons"]
