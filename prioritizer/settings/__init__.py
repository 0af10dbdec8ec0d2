"""Load settings files; the only door for TOML."""

from prioritizer.settings.load import load_settings

__all__ = ["load_settings"]
