"""The command line: parse, one verb of `pipeline`, print."""

from prioritizer.cli.app import main

__all__ = ["main"]
