#!@INTERPRETER@
@MARK@: written by `interlock install`, replaced by the next one.
# Claude Code starts every shell command as `THIS '<one string>'`. What carries no ticket of Interlock's goes on at
# once to the shell that would have run it: bash or zsh for the Bash tool, /bin/sh for hooks and MCP servers. The
# names are long so that none is one of the environment's, which must arrive as it is.
interlock_s=$1 interlock_h=${SHELL-}
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
[ -f "$interlock_t" ] && [ -r "$interlock_t" ] && [ -x @PERL@ ] || exec "$@"
set -- -- "$interlock_t" "${PERL5OPT+=$PERL5OPT}" "${PERL_BADLANG+=$PERL_BADLANG}" "$@"
unset PERL5OPT
PERL_BADLANG=0
export PERL_BADLANG
exec @PERL@ -f -C0 -e '
@CONTAIN@
' "$@"
