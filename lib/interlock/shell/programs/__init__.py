"""The programs that are known, by kind; each kind's module is imported when one of its programs occurs.

A new program is a word here, and a line in its kind's table where the kind has one.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from interlock.shell.calls import Call

    Status = bool | None

_QUIET = (
    " ls dir vdir eza exa lsd tree cat bat batcat head tail less more most grep egrep fgrep rg ag ack zgrep zcat bzcat"
    " xzcat zstdcat zless wc file stat du df diff colordiff sdiff cmp comm cut paste tr fold fmt expand unexpand nl pr"
    " column rev tac od xxd hexdump hd strings nm objdump readelf ldd size jq gron fx ps top htop pgrep pidof pstree"
    " lsof uname hostname whoami id groups who w users last uptime free vmstat iostat date cal sleep seq yes"
    " printenv locale tty arch nproc getconf which whereis man info apropos md5sum sha1sum sha224sum sha256sum"
    " sha384sum sha512sum b2sum cksum sum base64 base32 basename dirname realpath readlink mktemp expr bc factor numfmt"
    " shuf tsort join look dig host nslookup getent ss netstat ip ifconfig lsblk lscpu lsmod lspci lsusb dmesg"
    " journalctl tokei cloc scc loc shellcheck hadolint yamllint jsonlint actionlint flake8 pycodestyle pydocstyle"
    " pylint mypy pyright basedpyright vulture bandit radon ctags-list xmllint-check fzf tput clear reset stty test true"
    " false kill pkill killall killall5 wait open xdg-open pbpaste pbcopy xclip xsel xprop sw_vers gh-list rustc-version"
    " pathchk sync echo printf pwd envsubst iconv-stdout ts pv-read jo cowsay figlet column hyperfine-list nc netcat "
)
_KINDS = (
    ("quiet", _QUIET),
    ("shows", " cat basename dirname realpath readlink mktemp ls seq "),
    (
        "files",
        " tee dd truncate rm grm rmdir unlink shred touch mkdir mkfifo mknod chmod"
        " chown chgrp setfacl setfattr chattr xattr trash trash-put sponge sort gsort uniq split csplit"
        " fallocate mkswap objcopy strip ar ranlib nano patch gpatch dos2unix unix2dos"
        " mac2dos iconv recode convert mogrify magick openssl ssh-keygen ctags etags xmllint tidy rcs"
        " uuencode uudecode gpg age pandoc ffmpeg protoc wkhtmltopdf dot asciinema crudini xxd shuf cmake-e jq yq tomlq xq dasel sd ",
    ),
    ("copying", " cp gcp mv gmv install ginstall ln gln rename prename rename.ul file-rename perl-rename "),
    ("editing", " ed ex vi vim nvim view emacs sqlite3 "),
    ("sed", " sed gsed "),
    ("awk", " awk gawk mawk nawk "),
    (
        "archives",
        " tar gtar bsdtar unzip zip gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 unlz4 pigz unpigz"
        " compress uncompress 7z 7za 7zz unrar rar cpio pax unar ",
    ),
    ("transfer", " rsync scp sftp curl wget wget2 aria2c http https xh gsutil rclone "),
    (
        "fixers",
        " ruff black isort autopep8 yapf autoflake pyupgrade docformatter usort pyink blue prettier prettierd eslint"
        " eslint_d biome stylelint standard xo rome oxlint gofmt gofumpt goimports golines gci golangci-lint rustfmt"
        " clang-format clang-tidy cmake-format gersemi shfmt shellharden terraform terragrunt tofu packer hclfmt swiftformat"
        " swift-format swiftlint ktlint ktfmt detekt rubocop standardrb rufo dprint taplo stylua luaformatter php-cs-fixer"
        " phpcbf pint sqlfluff sqlfmt pg_format buf djlint djhtml mdformat markdownlint markdownlint-cli2 markdownlint-cli"
        " codespell typos misspell zig nixfmt nixpkgs-fmt alejandra ormolu fourmolu stylish-haskell hindent elm-format"
        " google-java-format scalafmt scalafix perltidy fixjson sort-package-json add-trailing-comma reorder-python-imports"
        " absolufy-imports ssort unify ast-grep sg comby jscodeshift dart deno flutter mix gleam ocamlformat cabal-fmt"
        " crystal yamlfmt yamlfix refurb beautysh js-beautify css-beautify html-beautify htmlbeautifier erb-formatter"
        " fantomas csharpier uncrustify astyle indent jsonnetfmt cue opa raco purs-tidy verible-verilog-format bibtex-tidy"
        " latexindent gdformat snakefmt nbstripout juliaformatter rustywind licenseheaders addlicense"
        " validate-pyproject pyproject-fmt tombi toml-sort keep-sorted treefmt qmlformat ",
    ),
    (
        "wrappers",
        " env genv timeout gtimeout nice ionice nohup setsid stdbuf time gtime chrt taskset unbuffer flock strace ltrace"
        " perf-run catchsegv xvfb-run caffeinate sudo doas pkexec su runuser busybox toybox watch"
        " mamba"
        " nix nix-shell chronic ifne retry systemd-inhibit dbus-run-session"
        " faketime prlimit linux32 linux64 setarch eatmydata hyperfine entr script entr proxychains"
        " proxychains4 torsocks firejail unshare setpriv exec command builtin chroot rlwrap script-run ",
    ),
    (
        "runners",
        " uv uvx poetry pipx pdm hatch rye pixi pipenv npx bunx pnpm yarn npm bun bundle mise asdf rtx direnv conda mamba micromamba rustup dotenv dotenvx nbqa doppler cross-env corepack ",
    ),
    ("many", " xargs gxargs parallel "),
    ("finding", " find gfind fd fdfind "),
    ("gits", " git "),
    ("shells", " sh bash zsh dash ksh ash mksh fish rbash "),
    ("codes", " python python2 python3 pypy pypy3 node nodejs perl ruby php lua osascript Rscript "),
    (
        "tools",
        " interlock cargo go make gmake cmake ninja docker podman docker-compose nerdctl kubectl helm gh glab pip pip3 brew apt"
        " apt-get apt-cache dpkg yum dnf rpm pacman apk systemctl service launchctl ssh ping ping6 mount umount crontab at"
        " batch passwd newgrp bwrap flatpak snap aws gcloud az psql mysql redis-cli tmux screen dotnet rustc gcc g++"
        " cc c++ clang clang++ javac java swift tsc vite ",
    ),
)


def kind_of(name: str) -> str:
    """The kind of a program, "" for an unknown one."""
    return _known(name)[0]


def _known(name: str) -> tuple[str, str]:
    """(kind, the name it is known by): python3.12 and clang-format-15 go by the name without the version. The
    kinds further down go before "quiet"."""
    bare = name.rstrip("0123456789.").rstrip("-")
    for one in dict.fromkeys((name, bare)):
        for kind, names in reversed(_KINDS):
            if one and " " not in one and f" {one} " in names:
                return kind, one
    return "", name


def run(call: "Call") -> "Status":
    """Reads a program's words for what it writes; a program that nobody knows is unread."""
    kind, call.name = _known(call.name)
    if kind == "quiet":
        return None
    if not kind:
        call.unread()
        return None
    if call.args in (["--help"], ["--version"]):
        return None
    room = __import__(f"interlock.shell.programs.{kind}", fromlist=["run"])
    status: Status = room.run(call)
    return status
