#!/usr/bin/env bash
# Brings the newest pg_dump, pg_restore and pg_basebackup that Debian has, with the libraries that they need, without touching the system's:
# they work with every server that the tests start (postgresql.sh brings the servers, without clients). Linux on x64 with apt.
# Says on its last line of output where they are; where they cannot be had, it says why and ends with status 3.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ -w "$(dirname "$lab_cache")" ] || [ -w "$lab_cache" ] || lab_cache=${XDG_CACHE_HOME:-$HOME/.cache}/civicq-lab
target=$lab_cache/postgresql-clients
there() { "$target/bin/pg_basebackup" --version 2>/dev/null | grep -q "(PostgreSQL)"; }

there && { echo "$target/bin"; exit 0; }
[ "$(uname -sm)" = "Linux x86_64" ] || cannot "PostgreSQL's newest clients are brought for Linux on x64, this is $(uname -sm)."
command -v apt-get >/dev/null || cannot "PostgreSQL's newest clients are brought with apt-get, which this machine does not have."
mkdir -p "$lab_cache" || cannot "$lab_cache cannot be written."

# One at a time: test runs side by side want the same folder.
exec 9>"$lab_cache/.postgresql-clients.lock"
flock -w 600 9 || cannot "Another run is still fetching PostgreSQL's newest clients."
there && { echo "$target/bin"; exit 0; }

work=$(mktemp -d "$lab_cache/.unpacking.XXXXXX"); trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"; touch "$work/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) sid main" >"$work/sources.list"
options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/nonexistent -o Dir::Etc::preferencesparts=/nonexistent -o "Dir::State::lists=$work/lists"
  -o "Dir::Cache=$work/cache" -o "Dir::State::status=$work/status" -o APT::Sandbox::User=root -o APT::Install-Recommends=false -o Acquire::Languages=none)
cd "$work/debs"
{
  apt-get -qq "${options[@]}" update &&
    major=$(apt-cache "${options[@]}" search -n '^postgresql-client-[0-9]+$' | grep -oE '^postgresql-client-[0-9]+' | cut -d- -f3 | sort -n | tail -n 1) &&
    # Perl is for Debian's wrappers, which are not wanted.
    packages=$(apt-get "${options[@]}" -s install "postgresql-client-$major" | awk '/^Inst/ { print $2 }' | grep -E '^(lib|zlib1g$|postgresql-client-[0-9])' | grep -vE '^lib(perl|gdbm|db5)') &&
    apt-get -qq "${options[@]}" download $packages
} >"$work/log" 2>&1 || { tail -n 5 "$work/log" >&2; cannot "Debian's packages of PostgreSQL's newest clients could not be downloaded."; }
for package in *.deb; do dpkg-deb -x "$package" "$work/tree"; done

# Their C library is newer than the machine's, so each is started by its own loader.
mkdir -p "$work/tree/bin"
for program in pg_dump pg_restore pg_basebackup; do
  cat >"$work/tree/bin/$program" <<W
#!/bin/sh
exec '$target/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2' --library-path '$target/usr/lib/x86_64-linux-gnu' '$target/usr/lib/postgresql/$major/bin/$program' "\$@"
W
  chmod a+rx "$work/tree/bin/$program"
done
rm -rf "$target"
mv "$work/tree" "$target"
chmod a+rx "$lab_cache"
there || { rm -rf "$target"; cannot "PostgreSQL's newest clients do not run here."; }
echo "$target/bin"
