# Runs a command with the files that its ticket names bound read-only over themselves. Standing in the prefix
# program in single quotes, so it holds none. No module is loaded: nothing of perl but its binary can be missing.
# Arguments: ticket, "=VALUE" or "" of PERL5OPT and of PERL_BADLANG before the program changed them, the command.
my ($ticket, $options, $locale, @run) = @ARGV;
length $options ? ($ENV{PERL5OPT} = substr $options, 1) : delete $ENV{PERL5OPT};
length $locale ? ($ENV{PERL_BADLANG} = substr $locale, 1) : delete $ENV{PERL_BADLANG};
my ($text, $why) = ("", "");
if (sysopen my $file, $ticket, 0400000) { # O_NOFOLLOW; a wrong number elsewhere than on Linux is no O_ flag there
  binmode $file;
  1 while sysread $file, $text, 1 << 20, length $text;
} else {
  exec { $run[0] } @run; # taken back in this moment: nobody waits for it
}
my ($head, @paths) = split /\0/, $text;
my ($kind, $must, $unshare, $close) = split / /, $head;
my $at = -100; # AT_FDCWD

sub failed { # STEP: the first failure is the one to tell
  $why = "$_[0] " . ($! + 0) unless length $why;
  return;
}

sub namespace { # a mount namespace, in a user namespace where this user may not make one alone
  my $both = 0x10020000; # CLONE_NEWUSER | CLONE_NEWNS
  my ($uid, $gid, $none) = ($>, $) + 0, "");
  if (syscall($unshare, 0x20000) == 0) {
    my $slave = pack "Q4", 0, 0, 1 << 19, 0; # MS_SLAVE: what is mounted here stays here
    my $root = "/";
    return syscall(442, $at, $root, 0x8000, $slave, 32) == 0 || failed("slave");
  }
  # For root a user namespace would break chown and the like, and give it the right to undo all this.
  return failed("unshare") if $uid == 0 || syscall($unshare, $both) != 0;
  for (["setgroups", "deny"], ["uid_map", "$uid $uid 1"], ["gid_map", "$gid $gid 1"]) {
    sysopen my $map, "/proc/self/$_->[0]", 1 or return failed("map");
    binmode $map;
    defined syswrite $map, $_->[1] or return failed("map");
  }
  return 1;
}

sub bound { # PATH: read-only from here on. A path that is not there is none that a command could change.
  my ($path, $none, $only) = ($_[0], "", pack "Q4", 1, 0, 0, 0); # MOUNT_ATTR_RDONLY
  my $tree = syscall 428, $at, $path, 0x88001; # open_tree: OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE
  return $! == 2 || $! == 20 || failed("open_tree") if $tree < 0;
  my $done = (syscall(442, $tree, $none, 0x9000, $only, 32) == 0 || failed("mount_setattr"))
    && (syscall(429, $tree, $none, $at, $path, 0x14) == 0 || failed("move_mount")); # both ends follow symlinks
  syscall $close, $tree;
  return $done;
}

eval {
  if ($kind eq "linux1") {
    my $here = readlink "/proc/self/cwd";
    if (namespace()) {
      bound($_) for @paths;
      chdir $here if defined $here; # or a working directory in a held folder would still be the writable one
    }
  } elsif ($kind eq "macos1") { # untested
    s/([\\"])/\\$1/g for @paths;
    my $rules = join "", map { (-d $_ ? "(subpath" : "(literal") . " \"$_\")" } @paths;
    @run = ("/usr/bin/sandbox-exec", "-p", "(version 1)(allow default)(deny file-write* $rules)", @run);
    -x $run[0] or ($why, @run) = ("sandbox-exec 2", @run[3 .. $#run]);
  } else {
    $why = "ticket 22";
  }
  1;
} or $why = "perl 0"; # whatever it was, the command is to run
rename $ticket, length $why ? "$ticket.not" : "$ticket.ran";
if (length $why) {
  if (open my $note, ">>", "$ticket.not") { print $note "\0!$why"; close $note; }
  if ($must eq "deny") {
    print STDERR "Interlock: not run. Files that others hold could not be made read-only for this command ($why), "
      . "and this project demands it (shell_uncontained = \"deny\"). Ask the person you work for to run `interlock doctor`.\n";
    exit 126;
  }
}
exec { $run[0] } @run;
print STDERR "$run[0]: $!\n";
exit($! == 2 ? 127 : 126);
