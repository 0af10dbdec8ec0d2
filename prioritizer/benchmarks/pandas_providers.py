"""The rival of provider history: cumulative sums, looked up as of each arrival."""

from __future__ import annotations

import pandas as pd

from prioritizer.vocabulary import PROVIDER_HISTORY
from prioritizer.vocabulary.enums import ACTIONS
from prioritizer.vocabulary.regimes import REGIMES

_GROUPS = {
    "provider": ["provider"],
    "provider_regime": ["provider", "regime"],
    "regime": ["regime"],
}


def provider_history(reports: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the table `provider_history`, in the order of the reports.

    Parameters
    ----------
    reports : pandas.DataFrame
        The table, in order of arrival.
    outcomes : pandas.DataFrame
        The table.
    """
    versions = reports[["report_id", "version", "arrival_at"]].assign(
        provider=pd.factorize(reports["esp_key"])[0],
        regime=sum(
            (reports["arrival_at"] >= begin).astype(int) for begin, _ in REGIMES
        ),
        reports=1,
        escalated=reports["esp_escalated"].eq(True).astype(int),
        registration_times=reports["is_incident_time_registration"]
        .eq(True)
        .astype(int),
    )
    firsts = versions.drop_duplicates("report_id")
    firsts = firsts.rename(columns={"arrival_at": "at"})
    events = _events(firsts, outcomes)
    counts = ["reports", "escalated", "registration_times"]
    of_others = _of_others(versions, firsts, firsts, ["provider"], counts)
    columns = [of_others.add_prefix("provider_")]
    for name, by in _GROUPS.items():
        found = _of_others(versions, firsts, events, by, ["outcomes", "actions"])
        columns.append(found.add_prefix(f"{name}_"))
    history = pd.concat([versions, *columns], axis=1)[list(PROVIDER_HISTORY.columns)]
    counted = list(history.columns[2:])
    is_known = versions["provider"] >= 0
    return history.assign(
        **{name: history[name].where(is_known, 0) for name in counted}
    )


def _events(firsts: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return what each statement of an outcome adds to the counts, and when."""
    events = outcomes.merge(firsts, on="report_id").sort_values(
        ["report_id", "known_at"]
    )
    is_action = events["case_status"].isin(ACTIONS).astype(int)
    # A later statement replaces the one before it.
    replaced = is_action.groupby(events["report_id"]).shift()
    return events.assign(
        # Nothing is known of a report that is not there yet.
        at=events[["known_at", "at"]].max(axis=1),
        outcomes=replaced.isna().astype(int),
        actions=(is_action - replaced.fillna(0)).astype(int),
    )


def _of_others(
    versions: pd.DataFrame,
    firsts: pd.DataFrame,
    events: pd.DataFrame,
    by: list[str],
    counts: list[str],
) -> pd.DataFrame:
    """Return the sums of earlier events of a group, but for those of the report."""
    own = firsts[["report_id", *by]].rename(
        columns={name: f"own_{name}" for name in by}
    )
    own = versions[["report_id"]].merge(own, on="report_id", how="left")
    is_own = pd.concat([own[f"own_{name}"] == versions[name] for name in by], axis=1)
    of_group = _sums_before(versions, events, by, counts)
    of_report = _sums_before(versions, events, ["report_id"], counts)
    return of_group - of_report.where(is_own.all(axis=1), 0)


def _sums_before(
    versions: pd.DataFrame, events: pd.DataFrame, by: list[str], counts: list[str]
) -> pd.DataFrame:
    events = events.sort_values("at")
    sums = events[["at", *by]].join(events.groupby(by)[counts].cumsum())
    found = pd.merge_asof(
        versions[["arrival_at", *by]],
        sums,
        left_on="arrival_at",
        right_on="at",
        by=by,
        allow_exact_matches=False,
    )
    return found[counts].fillna(0).astype(int)
