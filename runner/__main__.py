"""`python -m runner serve` runs the daemon; `python -m runner check` tests whether it can run."""

import argparse
import asyncio
import contextlib
import logging
import os
import sys
from dataclasses import replace

from runner.daemon import Daemon
from runner.environment import EnvironmentMissing, find_environment, find_fonts, stage
from runner.jobs import Job
from runner.pool import Pool
from runner.sandbox import Recipe, SandboxFailed, adopt_orphans
from runner.seccomp import UnknownArchitecture, build_filter
from runner.settings import BadSettings, Settings, find_bwrap

logger = logging.getLogger(__name__)
NICE = 10
PROBE = "print('ready')"


def make_recipe(settings: Settings) -> Recipe:
    """Return the sandboxes' configuration. Raises an error that names what is missing."""
    build_filter()
    bwrap = find_bwrap()
    environment = find_environment(settings.python)
    fonts = find_fonts(settings.python)
    if os.geteuid() == 0:
        stage(environment)
    return Recipe(environment, settings.limits, settings.modules, fonts, bwrap)


async def probe(recipe: Recipe) -> Recipe:
    """Return a configuration with which a test program runs. Raises SandboxFailed if none does.

    Some containers forbid setting the number of user namespaces to zero; there the system call
    filter alone prevents new ones.
    """
    try:
        await try_out(recipe)
    except SandboxFailed as error:
        other = replace(recipe, disable_userns=False)
        with contextlib.suppress(SandboxFailed):
            await try_out(other)
            logger.warning("bubblewrap runs without --disable-userns here: %s", error)
            return other
        raise
    return recipe


async def try_out(recipe: Recipe) -> None:
    """Run a test program in a sandbox. Raises SandboxFailed when it prints nothing."""
    pool = Pool(replace(recipe, modules=()), slots=1, warm=0)
    result = await pool.run(Job("run", PROBE, (), "", recipe.limits))
    if result["output"].strip() != "ready":
        raise SandboxFailed(f"A sandbox starts, but its program ended by {result['ended']}.")


async def serve(settings: Settings, recipe: Recipe) -> None:
    """Test the sandbox, then serve."""
    pool = Pool(await probe(recipe), settings.slots, settings.warm)
    await Daemon(pool, settings.token).serve(settings.address)


def explain(error: Exception) -> str:
    """Return advice on an error at startup."""
    text = str(error)
    if isinstance(error, SandboxFailed) and ("namespace" in text or "not permitted" in text):
        text += (
            "\nThis system lets no ordinary user make namespaces, or this container forbids it;"
            ' see docs/deploy.md, "Running learners\' code".'
        )
    return text


def main() -> None:
    """Parse the command line and run the command."""
    parser = argparse.ArgumentParser(prog="python -m runner", description=__doc__)
    parser.add_argument("do", choices=["serve", "check"])
    doing = parser.parse_args().do
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    os.nice(NICE)
    adopt_orphans()
    try:
        settings = Settings.read()
        recipe = make_recipe(settings)
        if doing == "check":
            asyncio.run(probe(recipe))
            print(f"Sandboxes work, with {recipe.environment.python}.")
        else:
            asyncio.run(serve(settings, recipe))
    except (BadSettings, EnvironmentMissing, SandboxFailed, UnknownArchitecture, OSError) as error:
        sys.exit(f"The runner can't start: {explain(error)}")


if __name__ == "__main__":
    main()
