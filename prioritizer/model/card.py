"""The model card: what a model is for, what it learned from, where it ends."""

from __future__ import annotations

from collections.abc import Mapping

from prioritizer.model.labels import BY_CLOSED_REASON, BY_STATUS, Label
from prioritizer.model.scoring import ScoringModel
from prioritizer.vocabulary.advice import CAVEAT
from prioritizer.vocabulary.enums import CaseStatus
from prioritizer.vocabulary.section import SECTIONS, sections_stated


def model_card(name: str, model: ScoringModel, metrics: Mapping[str, object]) -> str:
    """Return the card of a model as Markdown.

    Parameters
    ----------
    name : str
        The model's name.
    model : ScoringModel
        The model, with the facts of its training run.
    metrics : mapping
        What was measured.

    Returns
    -------
    str
        Intended use, data, labels, figures and limits.
    """
    tables = model.tables
    shape = (
        f"{len(model.features)} features, {len(tables.mains)} tables of one feature "
        f"and {len(tables.pairs)} of two; base {tables.base:.3f} log-odds."
    )
    return "\n".join(
        [
            f"# Model card: {name}",
            "",
            "Estimates from metadata how likely it is that work on a CyberTipline "
            "referral leads to police action, so that a person can choose what to "
            "read first. It advises; a person decides. It judges reports and never "
            "persons, and must not be used as evidence against anyone.",
            "",
            "## The model",
            "",
            shape,
            "The score is the sum of the points in `tables.json`, and can be added "
            "up by hand. Contributions are log-odds before calibration.",
            "",
            "## What it learned from",
            "",
            _sections(model.facts),
            "",
            *_rows(model.facts),
            "",
            "## What counts as actionable",
            "",
            "| outcome | label | why |",
            "|---|---|---|",
            *(_label_row(outcome, label) for outcome, label in _LABELS.items()),
            "",
            "## What was measured",
            "",
            *_rows(metrics),
            "",
            CAVEAT,
            "",
            "## Limits",
            "",
            "- Outcomes are known only for reports that somebody worked and fed back.",
            "- It was calibrated on such reports; on all others probabilities may run "
            "high, and only the order should be relied on.",
            "- Not stated is not false: an absent field counts as not known.",
            "- Urgency is decided by rule before any score, never by this model.",
            "- Nobody has published per-report outcomes to compare with.",
            "",
        ]
    )


def _sections(facts: Mapping[str, object]) -> str:
    """Say in words which sections of a report the model sees, and which not."""
    seen = sections_stated(facts)
    named = "; ".join(f"{each}, {each.words}" for each in seen)
    unseen = [each for each in SECTIONS if each not in seen]
    if not unseen:
        return f"It sees all sections of a report: {named}."
    others = "; ".join(f"{each}, {each.words}" for each in unseen)
    return (
        f"It sees {_counted(len(seen))} of a report only: {named}. It does not see "
        f"{others}: each report is scored as if these had never said anything of it "
        "or of earlier ones. The rules of urgency see all sections."
    )


def _counted(sections: int) -> str:
    return "one section" if sections == 1 else f"{sections} sections"


_LABELS: dict[str, Label] = {
    **BY_STATUS,
    **{
        f"{CaseStatus.CLOSED}: {reason}": label
        for reason, label in BY_CLOSED_REASON.items()
    },
}


def _rows(facts: Mapping[str, object]) -> list[str]:
    rows = [f"| {name.replace('_', ' ')} | {value} |" for name, value in facts.items()]
    return ["| | |", "|---|---|", *rows]


def _label_row(outcome: str, label: Label) -> str:
    value = "none" if label.value is None else label.value
    return f"| {outcome} | {value} | {label.why} |"
