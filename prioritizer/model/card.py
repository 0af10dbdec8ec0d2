"""The model card: what a model is for, what it learned from, where it ends."""

from __future__ import annotations

from collections.abc import Mapping

from prioritizer.model.labels import LATE_DAYS, Label, every_label
from prioritizer.model.scoring import ScoringModel
from prioritizer.vocabulary.advice import CAVEAT
from prioritizer.vocabulary.section import SECTIONS, sections_stated

Facts = Mapping[str, object]
Metrics = Mapping[str, object]

_INTENDED = """\
Estimates from metadata how likely it is that work on a CyberTipline referral leads
to police action, so that a person can choose what to read first.
It advises; a person decides. It judges reports and never persons, and must not be used
as evidence against anyone.
"""
_PROMISES = """\
## What its numbers promise

- {calibrated} It holds as long as reports come and are worked as they were then.
- `p_low` and `p_high` (Venn-Abers) are what isotonic regression would say of the
  report if it were one of the calibrating ones, with label 0 and with label 1,
  widened to hold `p`. If they are exchangeable, the end that belongs to the label it
  turns out to have is a calibrated probability; nobody knows beforehand which. They
  speak of all reports with this score and are no confidence interval: with many
  calibrating reports they are narrow, though the score may miss much. They do not
  hold for reports that drifted since, or that differ from those that were worked and
  fed back; the width does not show it.
- `rank_low` and `rank_high` are the best and the worst place of a report, among those
  of its lane and state, over refits on past cases drawn anew, widened to hold its
  place. A further refit would put it between them with a chance of (N - 1) / (N + 1)
  for N refits, 78 % for 8. That tells how steady a place is. It does not tell where
  the report should stand, and covers neither drift nor outcomes that were never fed
  back.
"""
_LIMITS = """\
## Limits

- Outcomes are known only for reports that somebody worked and fed back.
- {calibrated}
- Not stated is not false: an absent field counts as not known.
- Urgency is decided by rule before any score, never by this model.
- Nobody has published per-report outcomes to compare with.
"""
# What may be measured as a table: its key, its title, and what it says.
_TABLES = (
    (
        "leaderboard",
        "Beside simple orders",
        "The same reports in the order of simple rules. `FLOOR-FAIL` marks one that "
        "the model does not beat; `not clear` one from which it may differ by chance.",
    ),
    (
        "slices",
        "By parts of the reports",
        "How often reports of each part were actionable where an outcome is known, "
        "with 95 % intervals; what the model says of the same ones; and which share of "
        "all reports of the part an office would read.",
    ),
    (
        "unheard_of",
        "If reports nobody told of are other than they look",
        "Outcomes of most reports never come back, and actions come back more readily. "
        "Each row supposes that the odds of a report without an outcome are so many "
        "times those of one with an outcome and the same score, and says what would "
        "then be the share of actionable reports, the precision at capacity of all "
        "reports of the test, and the mean probability. In the first and the last row "
        "none and all of these are actionable: bounds that suppose nothing.",
    ),
    (
        "folds",
        "At work in the past",
        "The candidates of the experiment, each trained on what was known by then.",
    ),
    (
        "regrets",
        "How it was chosen",
        "What each rule of choice would have lost, against the best candidate that can "
        "be printed in each fold after the first.",
    ),
    (
        "interim",
        "Had outcomes that may still change counted otherwise",
        "The model trained anew under each reading, measured by the labels above; "
        "`shared` is the share of what an office would read that stays the same.",
    ),
)


_UNLABELLED = (
    " For this model only known actions are labels: closed cases count as unlabelled, "
    "like reports of which nothing was heard."
)


def model_card(name: str, model: ScoringModel, metrics: Metrics) -> str:
    """Return the card of a model as Markdown.

    Parameters
    ----------
    name : str
        The model's name.
    model : ScoringModel
        The model, with the facts of its training run.
    metrics : mapping
        What was measured: figures, and tables as lists of rows.

    Returns
    -------
    str
        Intended use, data, labels, figures and limits.
    """
    parts = (
        _INTENDED,
        _shape(model),
        _learned(model.facts),
        _trained(model.facts),
        _labels(model.facts),
        _measured(metrics),
        *(_shown(title, words, metrics.get(key)) for key, title, words in _TABLES),
        _PROMISES.replace("{calibrated}", _calibrated(model.facts)),
        _LIMITS.replace("{calibrated}", _beyond(model.facts)),
    )
    return "\n".join([f"# Model card: {_cell(name)}\n", *filter(None, parts)])


def _is_unlabelled(facts: Facts) -> bool:
    return facts.get("feedback") == "positive-unlabelled"


def _calibrated(facts: Facts) -> str:
    if _is_unlabelled(facts):
        return (
            "`p` is calibrated on the newest reports that are old enough, most of them "
            "without an outcome: it is what the share of actions that become known "
            f"(`told share` {facts.get('told_share')}) makes of them, and no truer."
        )
    return (
        "`p` is calibrated on the newest reports with an outcome before the test: of "
        "those like them, so many were actionable. Each was scored by a fit that saw "
        "nothing of its case."
    )


def _beyond(facts: Facts) -> str:
    if _is_unlabelled(facts):
        return "Its probabilities hang on how many actions become known; see above."
    return (
        "It was calibrated on such reports; on all others probabilities may run high, "
        "and only the order should be relied on."
    )


def _shape(model: ScoringModel) -> str:
    tables = model.tables
    return _chapter(
        "The model",
        f"{len(model.features)} features, {len(tables.mains)} tables of one feature "
        f"and {len(tables.pairs)} of two; base {tables.base:.3f} log-odds.",
        "The score is the sum of the points in `tables.json`, and can be added "
        "up by hand. Contributions are log-odds before calibration.",
        _evidence(model.facts),
    )


def _evidence(facts: Facts) -> str:
    if not facts.get("evidence_verified"):
        return "It was not tried on edited reports whether more evidence lowers it."
    return (
        f"{facts['evidence_edits']} kinds of evidence were added to "
        f"{facts['evidence_reports']} reports each, half of them stripped of their "
        "rows, and no score fell but for what the "
        f"catalogue exempts, with its reason; {facts['evidence_unseen']} more moved "
        "nothing that the model sees of these reports."
    )


def _learned(facts: Facts) -> str:
    plain = {k: v for k, v in facts.items() if not isinstance(v, Mapping)}
    return _chapter(
        "What it learned from",
        _sections(facts),
        "The reports that train are all with an outcome known before the test begins, "
        "those among them that calibrate are the newest; purged are those whose case "
        "goes on in the test.",
        "",
        *_rows(plain),
    )


def _trained(facts: Facts) -> str:
    settings = facts.get("settings")
    if not isinstance(settings, Mapping):
        return ""
    return _chapter("How it was trained", *_rows(_flat(settings)))


def _flat(settings: Mapping[str, object], above: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{above}{name}.")
        else:
            found[f"{above}{name}"] = value
    return found


def _labels(facts: Facts) -> str:
    return _chapter(
        "What counts as actionable",
        "What was once actionable stays so; else the latest outcome holds. What "
        f"*fades* is no label if it was decided {LATE_DAYS} days or more after the "
        "report arrived; *interim* outcomes may still change, and counted for this "
        f"model {facts.get('interim_outcomes', 'as stated')}."
        + (_UNLABELLED if _is_unlabelled(facts) else ""),
        "",
        "| outcome | label | why |",
        "|---|---|---|",
        *(
            _label_row(f"{status}: {reason}" if reason else status, label)
            for status, reason, label in every_label()
        ),
    )


def _measured(metrics: Metrics) -> str:
    figures = {k: v for k, v in metrics.items() if not isinstance(v, list)}
    folded = _with_intervals(figures)
    return _chapter(
        "What was measured",
        "On the newest reports, of which none trained it, as far as their outcome is "
        "known; precision and recall among as many as an office is taken to read. "
        "Intervals are of 95 %, over cases drawn again.",
        "",
        *_rows(folded),
        "",
        CAVEAT,
    )


def _shown(title: str, words: str, rows: object) -> str:
    """Return a table under its title, or nothing if it was not measured."""
    if not isinstance(rows, list) or not rows:
        return ""
    folded = [_with_intervals(row) for row in rows]
    names = list(dict.fromkeys(name for row in folded for name in row))
    lines = [
        "| " + " | ".join(_cell(row.get(name, "")) for name in names) + " |"
        for row in folded
    ]
    head = " | ".join(name.replace("_", " ") for name in names)
    rule = "|---" * len(names) + "|"
    return _chapter(title, words, "", f"| {head} |", rule, *lines)


def _cell(text: str) -> str:
    """Return text in which nothing can end a cell or begin a line."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return plain.replace("|", "/")


def _with_intervals(row: Facts) -> dict[str, str]:
    """Return a row as texts, each interval beside its figure."""
    ends = {f"{name}{end}" for name in row for end in ("_low", "_high")}
    return {
        name: f"{value} [{row[f'{name}_low']}, {row[f'{name}_high']}]"
        if f"{name}_low" in row
        else str(value)
        for name, value in row.items()
        if name not in ends
    }


def _chapter(title: str, *lines: str) -> str:
    return "\n".join([f"## {title}", "", *lines, ""])


def _sections(facts: Facts) -> str:
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


def _rows(facts: Mapping[str, object]) -> list[str]:
    rows = [f"| {name.replace('_', ' ')} | {value} |" for name, value in facts.items()]
    return ["| | |", "|---|---|", *rows]


def _label_row(outcome: str, label: Label) -> str:
    value = "none" if label.value is None else str(label.value)
    value += " (interim)" if label.is_interim else ""
    value += " (fades)" if label.fades else ""
    return f"| {outcome} | {value} | {label.why} |"
