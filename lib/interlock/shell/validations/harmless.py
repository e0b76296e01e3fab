"""Options of wrappers and runners with which what they run is surely run, and its status handed on.

Whatever is not here (a help text, a list, another project) is a doubt. A word with ``=`` takes a value.
"""

from interlock.shell.sink import UNKNOWN

_PNPM = "-C= --dir= -s --silent"
_CONDA = "-n= --name= -p= --prefix= --cwd= --no-capture-output --live-stream -v --verbose"
_LONG = "--nofile --core --cpu --data --fsize --memlock --nproc --rss --stack --as --locks --sigpending --msgqueue"
_TABLE = {
    "env": "-u= --unset= -C= --chdir= -S= --split-string= -v --debug",
    "timeout": "-s= --signal= -k= --kill-after= -v --verbose --foreground",
    "nice": "-n= --adjustment= -0 -1 -2 -3 -4 -5 -6 -7 -8 -9",
    "ionice": "-c= --class= -n= --classdata= -t --ignore",
    "stdbuf": "-i= --input= -o= --output= -e= --error=",
    "time": "-f= --format= -o= --output= -p --portability -a --append -v --verbose -q --quiet",
    "chrt": "-b --batch -f --fifo -i --idle -o --other -r --rr -R --reset-on-fork",
    "taskset": "-c --cpu-list",
    "unbuffer": "-p",
    "strace": "-f -q -t -T -r -v -x -y -c -C -o= -s= -a= -S=",
    "ltrace": "-f -t -T -r -c -C -o= -s= -a=",
    "caffeinate": "-d -i -m -s -u",
    "systemd-inhibit": "--what= --who= --why= --mode=",
    "xvfb-run": "-a --auto-servernum -n= --server-num= -s= --server-args= -e= --error-file= -w= --wait= -f="
    " --auth-file=",
    "setarch": "-R --addr-no-randomize -v --verbose",
    "prlimit": _LONG,
    "setpriv": "--no-new-privs --nnp",
    "sudo": "-n --non-interactive -E --preserve-env -H --set-home -S --stdin -u= --user= -g= --group="
    " -D= --chdir=",
    "doas": "-n -u=",
    "flock": "-w= --timeout= --wait= -n --nb --nonblock --nonblocking -x -e --exclusive -s --shared -o"
    " --close --verbose -F --no-fork",
    "npx": "-y --yes --no --no-install -q --quiet --prefer-offline --offline -p= --package=",
    "bunx": "--bun --silent -p= --package=",
    "uv": "--frozen --locked --no-sync --exact --all-extras --extra= --no-extra= --group= --no-group="
    " --all-groups --dev --no-dev --only-group= --all-packages --with= --with-editable= --with-"
    " requirements= --isolated -n --no-cache --offline --no-progress --color= -q --quiet -v"
    " --verbose -p= --python= --package= --directory= --env-file= --index= --index-url= --no-"
    " editable --compile-bytecode -m --module",
    "uvx": "-p= --python= --from= --with= --with-editable= --with-requirements= --index= --index-url="
    " --isolated -q --quiet -n --no-cache --offline --no-progress",
    "poetry": "-C= --directory= -q --quiet -n --no-interaction -v --verbose --ansi --no-ansi --no-cache"
    " --no-plugins",
    "pipx": "--spec= --python= --index-url= -q --quiet -v --verbose",
    "pdm": "-q --quiet -v --verbose -s --site-packages",
    "hatch": "-e= --env= -q --quiet -v --verbose --color --no-color",
    "rye": "-q --quiet -v --verbose",
    "pixi": "-e= --environment= -q --quiet -v --verbose --frozen --locked",
    "pipenv": "-q --quiet -v --verbose",
    "pnpm": _PNPM,
    "yarn": "--cwd= -s --silent",
    "npm": "--prefix= -s --silent -q --quiet -y --yes --no --offline -p= --package=",
    "bun": "--cwd= --bun --silent",
    "mise": "-C= --cd= -q --quiet -y --yes",
    "conda": _CONDA,
    "mamba": _CONDA,
    "micromamba": _CONDA,
    "rustup": "--install",
    "dotenv": "-f= --file= -e=",
    "dotenvx": "-f= --env-file= -e= -q --quiet",
    "doppler": "-p= --project= -c= --config=",
    "python": "-B -b -d -E -I -P -q -s -u -v -W= -X= -m",
    "coverage": "--rcfile= --source= --include= --omit= --data-file= --context= --concurrency= -p"
    " --parallel-mode -a --append --branch -L --pylib --timid -m --module",
    "c8": "-r= --reporter= -o= --reports-dir= -x= --exclude= -n= --include= --all --src= --check-"
    " coverage -c= --config=",
    "nyc": "-r= --reporter= -x= --exclude= -n= --include= --report-dir= --temp-dir= --all -a --silent -s",
    "bash": "-c -e -u -x -l -s -f -v -p -a -o= --login --noprofile --norc --posix",
}
_SAME = {"genv": "env", "gtimeout": "timeout", "gtime": "time", "linux32": "setarch", "linux64": "setarch"}
_SHELLS = frozenset("sh zsh dash ksh ash mksh rbash".split())
_SET = frozenset("errexit nounset pipefail xtrace noglob posix allexport errtrace functrace verbose".split())
"""A shell's options that let its commands run."""


def odd(name: str, before: "list[str] | tuple[str, ...]") -> str:
    """The first of a wrapper's own words ``before`` the command that is not known to be harmless, "" for none."""
    known = _TABLE.get(_named(name), "").split()
    at = 0
    while at < len(before):
        word = before[at]
        at += 1
        if word == "-" and _named(name) == "env":
            return word
        if word == "--" or word[:1] not in ("-", "+") or word == "-" or (word[0] == "+" and word[1:2] not in "oO"):
            continue
        strange, taken = _option(word, known, before[at : at + 1])
        if strange:
            return strange.replace(UNKNOWN, "…")[:24]
        if taken and name in _SHELLS | {"bash"} and "".join(before[at : at + 1]) not in _SET:
            return word[:24]
        at += taken
    return ""


def _named(name: str) -> str:
    if name in _SHELLS:
        return "bash"
    bare = name.rstrip("0123456789.") if name.startswith(("python", "pypy")) else name
    return _SAME.get(name, "python" if bare in ("python", "pypy") else name)


def _option(word: str, known: list[str], after: "list[str] | tuple[str, ...]") -> tuple[str, int]:
    """(what is odd in an option's word, how many words behind it are its value)."""
    if word.startswith("--"):
        name, given, _ = word.partition("=")
        if f"{name}=" in known:
            return "", int(not given and bool(after))
        return ("" if name in known else name), 0
    for place in range(1, len(word)):
        name = f"-{word[place]}"
        if f"{name}=" in known:
            return "", int(place == len(word) - 1 and bool(after))
        if name not in known:
            return name, 0
    return "", 0
