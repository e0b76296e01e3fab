#!@INTERPRETER@
@MARK@: written by `interlock install`, replaced by the next one.
# Claude Code starts every shell command as `THIS '<one string>'`. What carries no ticket of Interlock's goes on at
# once to the shell that would have run it: bash or zsh for the Bash tool, /bin/sh for hooks and MCP servers.
s=$1
sh=${SHELL-}
if [ -n "${CLAUDE_PROJECT_DIR+x}" ]; then
  case $s in *' && pwd -P >| '*) ;; *) sh=/bin/sh ;; esac
fi
case $sh in *bash* | *zsh* | /bin/sh) [ -x "$sh" ] || sh=/bin/bash ;; *) sh=/bin/bash ;; esac
[ -x "$sh" ] || sh=/bin/sh
set -- @RUN@
n='
# interlock:'
case $s in *"$n"*) ;; *) exec "$@" ;; esac
i=${s##*"$n"}
case $i in *'
'*) exec "$@" ;; esac
i=${i%%[!A-Za-z0-9_-]*}
t=@TICKETS@/$i
[ -n "$i" ] && [ -f "$t" ] && [ -r "$t" ] || exec "$@"
P=@PERL@
[ -x "$P" ] || exec "$@"
o=${PERL5OPT+=$PERL5OPT} l=${PERL_BADLANG+=$PERL_BADLANG}
unset PERL5OPT
PERL_BADLANG=0
export PERL_BADLANG
exec "$P" -f -C0 -e '
@CONTAIN@
' -- "$t" "$o" "$l" "$@"
