"""Settings files, read into the typed settings of each part."""

from prioritizer.settings.load import load_settings
from prioritizer.settings.worlds import load_world

__all__ = ["load_settings", "load_world"]
