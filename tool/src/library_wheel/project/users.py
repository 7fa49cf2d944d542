"""The users that tests run programs as."""

import os
import pwd


def ordinary_user() -> dict[str, object]:
    """Return options for subprocess.run() under which file modes matter: root may read and write everything."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
