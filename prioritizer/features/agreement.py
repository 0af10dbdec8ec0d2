"""Whether a report's addresses agree on where they are, and on their network."""

from __future__ import annotations

import polars as pl

from prioritizer.features.wording import Group

_STATES = Group("network", "address_states")
_MOST = pl.col("addresses").max()

# The greatest number that agree, not the share: one more address that leads elsewhere
# must not undo what the others say. What contradicts them is counted for itself.
FEATURES = (
    _STATES.number(
        "agreeing_addresses",
        _MOST,
        "IP address leads to a US state",
        "IP addresses lead to the same US state",
        none="no IP address leads to a US state",
    ),
    _STATES.number(
        "conflicting_address_states",
        pl.len().cast(pl.Int32) - 1,
        "further US state to which IP addresses lead",
        "further US states to which IP addresses lead",
        direction=-1,
        exemption="addresses that conflict leave the jurisdiction open",
    ),
    Group("network", "address_ranges").number(
        "same_range_captures",
        _MOST,
        "IP address of any one network range",
        "IP addresses of one network range",
    ),
    Group("network", "address_networks").number(
        "same_network_captures",
        _MOST,
        "IP address of any one network, as a database has it",
        "IP addresses of one network, as a database has it",
    ),
)
