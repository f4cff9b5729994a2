"""How a suite of the configuration is graded; also asked by the rules, so it imports little."""

from dataclasses import replace

from bakeoff.config.stages import SuiteSettings
from bakeoff.errors import ConfigError
from bakeoff.quality import suites
from bakeoff.quality.items import Kind, Suite


def settings_of(asked: int | SuiteSettings) -> SuiteSettings:
    """Return the settings of a suite; a number asks for so many items of a built-in one."""
    return asked if isinstance(asked, SuiteSettings) else SuiteSettings(items=asked)


def kind_of(named: tuple[str, int | SuiteSettings]) -> Kind:
    """Return how the answers of a suite are graded.

    Args:
        named: Its name and what was asked of it, as in ``stages.quality.suites``.

    Raises:
        ConfigError: If it is to come with bakeoff and does not.
    """
    name, settings = named[0], settings_of(named[1])
    return settings.kind or builtin(name, settings).kind


def builtin(name: str, settings: SuiteSettings) -> Suite:
    """Return the suite that comes with bakeoff, under the name that the configuration gives it.

    Raises:
        ConfigError: If there is none.
    """
    asked = settings.suite or name
    try:
        return replace(suites.get(asked), name=name)
    except KeyError:
        raise ConfigError(
            f"stages.quality.suites.{name}: {asked} is no suite that comes with bakeoff; "
            f"allowed are {', '.join(suites.names())}, or settings with a source"
        ) from None
