"""A plugin for tox: an environment can list the programs that it needs and that PyPI does not have.

If one is missing, tox skips the environment, just as it does for a missing interpreter.
"""

import shutil

from tox.config.sets import EnvConfigSet
from tox.plugin import impl
from tox.tox_env.api import ToxEnv
from tox.tox_env.errors import Fail, Skip


@impl
def tox_add_env_config(env_conf: EnvConfigSet) -> None:
    """Add the setting `programs`."""
    description = "lines of a program that must be on PATH, and Debian's package of it: `abidiff abigail-tools`"
    env_conf.add_config("programs", of_type=list[str], default=[], desc=description)


@impl
def tox_on_install(tox_env: ToxEnv) -> None:
    """Skip the environment before anything is installed into it."""
    for program, package in map(str.split, tox_env.conf["programs"]):
        if shutil.which(program) is None:
            message = f"{program} is not installed (Debian: apt install {package})"
            raise (Skip if tox_env.core["skip_missing_interpreters"] else Fail)(message)
