"""The users that tests run programs as."""

import os
import pwd


def ordinary_user() -> dict[str, object]:
    """Return options for subprocess.run() to run a program as an ordinary user: file modes don't restrict root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
