"""How tests are run: what is async by anyio's plugin, each in its own loop. The template's."""

from inspect import isasyncgenfunction, iscoroutinefunction

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def pytest_plugin_registered(manager: pytest.PytestPluginManager) -> None:
    """Leave every async test to anyio's plugin: pytest-asyncio would run it on another loop."""
    if manager.has_plugin("asyncio"):
        manager.unregister(name="asyncio")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "asyncio: says nothing here, every async test is run")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell a test without an event loop what it asked for, before anything of that is made."""
    if not isinstance(item, pytest.Function) or "anyio_backend" in item.fixturenames:
        return
    # No public name leads from a test to the functions of its fixtures.
    found = item._fixtureinfo.name2fixturedefs  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for name in (name for name in item.fixturenames if name in found):
        if isasyncgenfunction(found[name][-1].func) or iscoroutinefunction(found[name][-1].func):
            pytest.fail(
                f"{item.name}: `{name}` needs `async def {item.name}`; a test without await asks"
                " for `app`, and speaks to it in `with TestClient(app) as client:`",
                pytrace=False,
            )
