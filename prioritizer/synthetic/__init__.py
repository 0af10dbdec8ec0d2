"""The invented door: a world whose truth is known, in the shape of real reports."""

from prioritizer.synthetic.answer_key import check_truth, read_truth
from prioritizer.synthetic.documents import generate_documents
from prioritizer.synthetic.generate import generate
from prioritizer.synthetic.truth import outcomes_at
from prioritizer.synthetic.world import PROFILE_FILES, PROFILES, World

__all__ = [
    "PROFILES",
    "PROFILE_FILES",
    "World",
    "check_truth",
    "generate",
    "generate_documents",
    "outcomes_at",
    "read_truth",
]
