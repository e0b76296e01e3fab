"""Why commands can't be contained here, in words: what the kernel's refusal means, and what would allow it."""

import os
import sys

_NO_PERMISSION = "this system lets no ordinary user make a mount namespace"


def sentence(step: str, number: int) -> str:
    """Why a step of containing failed with that error number, and what helps, in a clause."""
    if sys.platform == "darwin":  # untested
        return "there is no /usr/bin/sandbox-exec"
    told = f"({step}: {os.strerror(number)})"
    if number == 38:  # ENOSYS
        return f"the kernel lacks the calls for it, which Linux has since 5.12 {told}"
    if os.geteuid() == 0 and number == 1:
        return f"this root may not make a mount namespace (no CAP_SYS_ADMIN), as in most containers {told}"
    if _setting("user/max_user_namespaces") == "0":
        return f"user namespaces are switched off; `sysctl user.max_user_namespaces=10000` allows them {told}"
    if _setting("kernel/unprivileged_userns_clone") == "0":
        return f"{_NO_PERMISSION}; `sysctl kernel.unprivileged_userns_clone=1` allows it {told}"
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return (
            f"{_NO_PERMISSION} (AppArmor, Ubuntu 23.10 and later); an AppArmor profile for perl or "
            f"`sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows it {told}"
        )
    if number in (1, 13):
        return f"{_NO_PERMISSION}, as in many containers {told}"
    return f"the system refuses it {told}"


def _setting(name: str) -> str:
    try:
        with open(f"/proc/sys/{name}", encoding="utf-8") as file:
            return file.read(64).strip()
    except OSError:
        return ""
