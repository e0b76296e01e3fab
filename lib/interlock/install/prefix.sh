#!@INTERPRETER@
@MARK@: written by `interlock install`, replaced by the next one.
# Claude Code starts every shell command as `THIS '<one string>'`. What carries no ticket of Interlock's goes on at
# once to the shell that would have run it: bash or zsh for the Bash tool, /bin/sh for hooks and MCP servers. The
# names are long so that none is one of the environment's, which must arrive as it is.
interlock_s=$1 interlock_h=${SHELL-} interlock_o=${2-}
if [ -n "${CLAUDE_PROJECT_DIR+x}" ]; then
  case $1 in *' && pwd -P >| '*) ;; *) interlock_h=/bin/sh ;; esac
fi
case $interlock_h in *bash* | *zsh* | /bin/sh) [ -x "$interlock_h" ] || interlock_h=/bin/bash ;; *) interlock_h=/bin/bash ;; esac
[ -x "$interlock_h" ] || interlock_h=/bin/sh
set -- @RUN@
interlock_n='
# interlock:'
case $interlock_s in *"$interlock_n"*) ;; *) exec "$@" ;; esac
interlock_t=${interlock_s##*"$interlock_n"}
case $interlock_t in *'
'*) exec "$@" ;; esac
interlock_t=@TICKETS@/${interlock_t%%[!A-Za-z0-9_-]*}
if [ -z "$interlock_o" ] && [ -f "$interlock_t.run" ] && [ -x @PYTHON@ ] && [ -f @PACKAGE@ ]; then
  # interlock-run v1: a validation run goes through its wrapper, which starts this program again with one more word.
  interlock_i=0
  while read -r interlock_n interlock_o; do case $interlock_n in SigIgn:) interlock_i=$interlock_o ;; esac; done \
    2>/dev/null < "/proc/$$/status"
  interlock_o=
  command shopt -s execfail 2>/dev/null
  exec @PYTHON@ -I -c '
@WRAPPED@
' @LIB@ "$interlock_t" "${LC_CTYPE+=$LC_CTYPE}" "$interlock_i" "$0" "$interlock_s"
fi
[ -f "$interlock_t" ] && [ -r "$interlock_t" ] && [ -x @PERL@ ] || exec "$@"
set -- -- "$interlock_t" "${PERL5OPT+=$PERL5OPT}" "${PERL_BADLANG+=$PERL_BADLANG}" "$@"
unset PERL5OPT
PERL_BADLANG=0
export PERL_BADLANG
exec @PERL@ -f -C0 -e '
@CONTAIN@
' "$@"
