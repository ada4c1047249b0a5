# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What setup, demo and check share. To be sourced; expects bash.
set -euo pipefail
shopt -s inherit_errexit

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build
logs=$build/logs
llvm=/usr/lib/llvm-22
name=$(basename "$0")

say() { printf '%s: %s\n' "$name" "$*"; }

die() {
  printf '%s: error: %s\n' "$name" "$1" >&2
  shift
  local note
  for note in "$@"; do printf '%s: note: %s\n' "$name" "$note" >&2; done
  exit 1
}

# logged <file> <what> <command...>: output goes to a log; a failure shows its end.
logged() {
  local log=$logs/$1 what=$2 begin=$SECONDS
  shift 2
  say "$what"
  mkdir -p "$logs"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    die "'$what' failed" "the whole output is in $log"
  fi
  say "  done in $((SECONDS - begin)) s"
}

# One job per processor, and 1.5 GiB of memory for each.
job_count() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/MemAvailable/ { print int($2 / 1572864) }' /proc/meminfo 2>/dev/null || echo 1)
  ((memory >= 1)) || memory=1
  echo $((processors < memory ? processors : memory))
}

# build_project <ninja target...>: quiet when there is nothing to do.
build_project() {
  local begin=$SECONDS
  say "building $* with $(job_count) jobs"
  ninja -C "$build" -j "$(job_count)" "$@" || die "the build failed" "see the messages above"
  say "  done in $((SECONDS - begin)) s"
}
