"""A model that punishes evidence never reaches a folder."""

import pandas as pd
import pytest

from prioritizer.errors import ModelError
from prioritizer.features import CATALOGUE
from prioritizer.features.evidence import EDITS
from prioritizer.model import ActionabilityClassifier, labels_as_of
from prioritizer.model.lawful import uphold_evidence
from prioritizer.vocabulary.section import Section
from tests.builders import prepared_world, trained

_LATER = pd.Timestamp("2030-01-01T00:00:00Z")


def model_scores(X: pd.DataFrame) -> pd.Series:
    return trained().model.score(X)["raw"]


def test_a_trained_model_upholds_the_law() -> None:
    upheld = uphold_evidence(model_scores, prepared_world().tables, CATALOGUE)
    assert upheld.edits + upheld.unseen == len(EDITS)
    assert upheld.unseen <= 5
    assert upheld.reports == 200


def test_a_model_without_directions_is_refused_for_each_evidence_it_punishes() -> None:
    world = prepared_world()
    labels = labels_as_of(world.tables["outcomes"], _LATER)
    free = ActionabilityClassifier(rounds=60).fit(world.X.loc[labels.index], labels)
    with pytest.raises(ModelError, match="problems: ") as told:
        uphold_evidence(
            free.decision_function, world.tables, CATALOGUE, edits=EDITS[:20]
        )
    assert " lowers " in told.value.what
    assert "train again" in told.value.fix


@pytest.mark.parametrize("name", ["user_emails", "captures_with_port"])
def test_a_score_that_falls_with_one_feature_is_found(name: str) -> None:
    frames = prepared_world().tables
    with pytest.raises(ModelError, match=r"of 200 scores"):
        uphold_evidence(
            lambda X: -X[name].fillna(0.0), frames, CATALOGUE, edits=EDITS[:20]
        )


def test_what_an_edit_exempts_may_lower() -> None:
    frames = prepared_world().tables
    only = [edit for edit in EDITS if "bundled_users" in edit.exempt]
    assert len(only) == 1
    uphold_evidence(lambda X: -X["bundled_users"], frames, CATALOGUE, edits=only)


def test_a_model_of_one_section_is_tried_with_what_it_sees() -> None:
    """What only others say moves nothing that it sees, not even downwards."""
    frames, some = prepared_world().tables, EDITS[:5]

    def score(X: pd.DataFrame) -> pd.Series:
        return -X["upload_captures"]

    with pytest.raises(ModelError, match="lowers"):
        uphold_evidence(score, frames, CATALOGUE, edits=some)
    unseen = uphold_evidence(
        score, frames, CATALOGUE, sections=(Section.D,), edits=some
    )
    assert (unseen.edits, unseen.unseen) == (0, 5)
