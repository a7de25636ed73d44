# What the scripts of the lab share; sourced, not run.

lab_cache=${CIVICQ_LAB_CACHE:-/var/cache/civicq-lab}
lab_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PATH="$PATH:/usr/sbin:/sbin"
# The CLI's own folder may hold the user's contexts and credentials: the lab has one of its own.
export DOCKER_CONFIG=$lab_cache/docker-config DOCKER_BUILDKIT=0
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH

# A message and status 3: the lab cannot be here, which a test reports as skipped. Anything else that fails is a failure.
cannot() { echo "$*" >&2; exit 3; }

# Installs the packages (arguments) that dpkg does not have. Servers that apt brings do not start by themselves.
install_packages() {
  # apt waits for dpkg's lock, but not for that of its lists: the lab's scripts may run side by side.
  mkdir -p "$lab_cache"
  (flock 8; install_missing_packages "$@") 8>"$lab_cache/apt.lock"
}

install_missing_packages() {
  local missing=() package policy=/usr/sbin/policy-rc.d made=''
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || cannot "The lab needs ${missing[*]}, and this machine has no apt-get."
  [ "$(id -u)" = 0 ] || cannot "The lab needs ${missing[*]}: install them as root (apt-get install ${missing[*]})."
  if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=1; fi
  local log; log=$(mktemp) status=0
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -o DPkg::Lock::Timeout=300 -qq update &&
    apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null 8>&- || status=$?
  [ -n "$made" ] && rm -f $policy
  if [ $status -ne 0 ]; then
    tail -n 5 "$log" >&2; rm -f "$log"
    cannot "apt-get could not install ${missing[*]}."
  fi
  rm -f "$log"
}

# The package mirror that this machine itself uses.
debian_mirror() {
  local found=''
  if [ -r /etc/apt/sources.list.d/debian.sources ]; then
    found=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources)
  fi
  if [ -z "$found" ] && [ -r /etc/apt/sources.list ]; then
    found=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }' /etc/apt/sources.list)
  fi
  [ -n "$found" ] || cannot "This machine's apt sources name no mirror (/etc/apt/sources.list.d/debian.sources)."
  echo "$found"
}

# One digest over the contents and names of the given files and folders.
content_hash() {
  local item
  for item in "$@"; do
    (cd "$(dirname "$item")" && find "$(basename "$item")" -type f ! -path '*/__pycache__/*' | LC_ALL=C sort | xargs -d '\n' sha256sum)
  done | sha256sum | cut -c1-32
}
