#!/usr/bin/env bash
# The tasks of this repository, for a machine with nothing but the .NET SDK. build.ps1 has the same ones for people with pwsh.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
configuration=${CONFIGURATION:-Release}
results=artifacts/test-results

usage() {
  cat <<'EOF'
Usage: ./build.sh TASK

  build     builds the module (bin/) and the host (artifacts/civicq/)
  demo      installs what is missing, builds, starts the lab, runs the daily check, stops the lab
  test      installs what is missing, builds, runs all tests; Pester too where pwsh is found
  bench     installs what is missing, builds, runs the side-by-side timings of tests/Benchmarks
  package   builds, and makes the module folder, its .nupkg and the host's archive in artifacts/
  install   builds, and copies the module to the user's module folder
  clean     removes everything that was built
EOF
}

say() { printf '\n== %s\n' "$*"; }

# The servers that the lab and the tests start; arguments are further programs to look for. A program's package has its name here.
install_missing() {
  local missing=() program
  export PATH="$PATH:/usr/sbin"
  for program in redis-server pgbouncer alembic "$@"; do
    command -v "$program" >/dev/null || missing+=("$program")
  done
  command -v setpriv >/dev/null || missing+=(util-linux)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  /usr/bin/python3 -c 'import psycopg2' 2>/dev/null || missing+=(python3-psycopg2)
  /usr/bin/python3 -c 'import celery, redis' 2>/dev/null || missing+=(celery python3-celery python3-redis)
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing ${missing[*]}"
    # A server that apt brings must not start by itself on the well-known port.
    local policy=/usr/sbin/policy-rc.d made=''
    if [ ! -e $policy ]; then printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=1; fi
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -o DPkg::Lock::Timeout=300 -qq update &&
      apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "${missing[@]}"; } >artifacts/install.log 2>&1
    local status=$?
    [ -n "$made" ] && rm -f $policy
    if [ $status -ne 0 ]; then tail -n 20 artifacts/install.log; echo "Installing failed; what needs these servers is skipped or fails, and says so." >&2; fi
  else
    echo "Missing: ${missing[*]}. Install them (sudo apt-get install ${missing[*]}); what needs them is skipped, and says so." >&2
  fi
}

build() {
  say "Building ($configuration)"
  dotnet build CivicQ.PowerShell.sln -c "$configuration" -v quiet || exit 1
}

# The host's archive is compiled ahead of time where the compiler can be had.
package() {
  say "Packaging"
  rm -rf artifacts/package
  if [ "${1:-}" = ahead-of-time ]; then
    pack -p:ReadyToRun=true >artifacts/package.log 2>&1 && { ls -d artifacts/package/*; return; }
    tail -n 5 artifacts/package.log
    echo "civicq is packaged without being compiled ahead of time." >&2
  fi
  pack || exit 1
  ls -d artifacts/package/*
}

pack() { dotnet build build/Package.csproj -c "$configuration" -v quiet -t:Package "$@"; }

# Where PowerShell is: on the PATH, else the .NET tool of .config/dotnet-tools.json where the registry has it.
find_pwsh() {
  if command -v pwsh >/dev/null; then pwsh=(pwsh); return 0; fi
  if dotnet tool restore >/dev/null 2>&1 && dotnet tool run pwsh -- -v >/dev/null 2>&1; then pwsh=(dotnet tool run pwsh --); return 0; fi
  return 1
}

demo() {
  install_missing; build
  # The demo must not depend on, nor touch, what the operator has configured.
  state=$(mktemp -d); chmod 755 "$state"
  export CIVICQ_CONFIG=$state/config CIVICQ_STATE=$state/state CIVICQ_JOURNAL=$state/journal.jsonl
  trap 'artifacts/civicq/civicq Stop-CivicQLab -Confirm:0 >/dev/null 2>&1; rm -rf "$state"' EXIT
  if find_pwsh; then
    say "The daily check of the lab, in $("${pwsh[@]}" -v)"
    "${pwsh[@]}" -NoProfile -NonInteractive -File examples/demo.ps1
  else
    say "The daily check of the lab, through civicq (pwsh is not on this machine)"
    artifacts/civicq/civicq Start-CivicQLab && artifacts/civicq/civicq Invoke-CivicQDailyCheck -Environment lab &&
      artifacts/civicq/civicq Stop-CivicQLab -Confirm:0
  fi
}

# Runs one xunit project; its counts are added up from the runner's own closing line. A runner that dies without one is a failure, and so is a
# test that does not end: it is named, and the suite is over.
run_suite() {
  local project=$1 name log line; name=$(basename "$project"); log=$results/$name.log
  say "$name"
  dotnet test "$project" -c "$configuration" --no-build --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    --blame-hang-timeout 10m --blame-hang-dump-type none >"$log" 2>&1
  local status=$?
  line=$(grep -E '^(Passed|Failed|Skipped)! +- Failed:' "$log" | tail -n 1)
  if [ -n "$line" ]; then
    read -r f p s < <(sed -E 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+),.*/\1 \2 \3/' <<<"$line")
    failed=$((failed + f)); passed=$((passed + p)); skipped=$((skipped + s))
    [ "$f" = 0 ] && [ $status -ne 0 ] && failed=$((failed + 1))
    [ "$s" != 0 ] && grep -E '^\s+(Skipped|\[SKIP\])|\[SKIP\]|Skip reason' -A 1 "$log" | head -n 40
    echo "$line"
  else
    failed=$((failed + 1))
  fi
  [ $status -ne 0 ] && grep -vE '^\s*$' "$log" | tail -n 150
  return 0
}

# One Docker engine and one Kubernetes for all suites. What cannot run here is left to the tests that want it: they are skipped, and say why.
# On a new machine this takes long (images, and Kubernetes from its source), so it begins beside the build and the suites that need none of it.
prepare_labs() {
  labs=$(mktemp -d /tmp/civicq-labs-XXXXXX)
  trap stop_labs EXIT
  export CIVICQ_LAB_OWNER=$$
  local log=$results/labs.log
  {
    engine=$(tests/Lab/docker-engine.sh start "$labs/docker") &&
      DOCKER_HOST=${engine#DOCKER_HOST=} tests/Lab/images.sh && tests/Lab/compose-plugin.sh && echo "${engine#DOCKER_HOST=}" >"$labs/engine"
  } >>"$log" 2>&1 &
  engine_made=$!
  tests/Lab/kubernetes-build.sh >>"$log" 2>&1 &
  cluster_made=$!
}

start_labs() {
  say "Waiting for Docker and Kubernetes for the tests (tests/Lab; built once, then kept)"
  local cluster log=$results/labs.log
  wait $engine_made
  [ -s "$labs/engine" ] || { tail -n 3 "$log"; return 0; }
  export CIVICQ_LAB_DOCKER_HOST; CIVICQ_LAB_DOCKER_HOST=$(cat "$labs/engine")
  echo "Docker: $CIVICQ_LAB_DOCKER_HOST"
  cluster=$(DOCKER_HOST=$CIVICQ_LAB_DOCKER_HOST tests/Lab/kubernetes.sh start "$labs/kubernetes" 2>>"$log") || { tail -n 3 "$log"; return 0; }
  export CIVICQ_LAB_KUBECONFIG=${cluster#KUBECONFIG=}
  echo "Kubernetes: $CIVICQ_LAB_KUBECONFIG"
}

stop_labs() {
  pkill -P $cluster_made 2>/dev/null; kill $cluster_made 2>/dev/null
  [ -z "${CIVICQ_LAB_KUBECONFIG:-}" ] || DOCKER_HOST=$CIVICQ_LAB_DOCKER_HOST tests/Lab/kubernetes.sh stop "$labs/kubernetes" >>$results/labs.log 2>&1
  tests/Lab/docker-engine.sh stop "$labs/docker" >>$results/labs.log 2>&1
  rm -rf "$labs"
}

run_pester() {
  if ! find_pwsh; then
    say "Pester: NOT RUN, pwsh is not on this machine (the same command lines ran in the host, tests/Conformance)"
    return 0
  fi
  say "Pester in $("${pwsh[@]}" -v)"
  local log=$results/pester.log line
  "${pwsh[@]}" -NoProfile -NonInteractive -File tests/Pester/run.ps1 >"$log" 2>&1
  local status=$?
  line=$(grep -E '^Pester: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped' "$log" | tail -n 1)
  if [ -n "$line" ]; then
    read -r p f s < <(sed -E 's/^Pester: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped.*/\1 \2 \3/' <<<"$line")
    failed=$((failed + f)); passed=$((passed + p)); skipped=$((skipped + s))
    [ "$f" = 0 ] && [ $status -ne 0 ] && failed=$((failed + 1))
    echo "$line"
  elif grep -q '^Pester: not installed' "$log"; then
    grep '^Pester: not installed' "$log"
  else
    failed=$((failed + 1))
  fi
  [ $status -ne 0 ] && tail -n 150 "$log"
  return 0
}

run_tests() {
  local project began=$SECONDS own_labs=''
  rm -rf $results; mkdir -p $results
  install_missing
  # Whoever works beside the tests has started them.
  [ -n "${CIVICQ_LAB_DOCKER_HOST:-}" ] || { own_labs=1; prepare_labs; }
  build
  passed=0 failed=0 skipped=0
  # The core's and the cmdlets' suites come last: they are the ones that use the labs.
  for project in tests/CivicQ.H*.Tests; do run_suite "$project"; done
  [ -z "$own_labs" ] || start_labs
  for project in tests/CivicQ.O*.Tests; do run_suite "$project"; done
  run_pester
  # Once more, at the end of a long log.
  [ $failed -eq 0 ] || grep -hE '\[FAIL\]$|\[-\]' $results/*.log | sed 's/\x1b\[[0-9;]*m//g' | sed 's/^/FAILED: /'
  say "Took $(((SECONDS - began) / 60)) minutes"
  printf '\n%d passed, %d failed, %d skipped\n' $passed $failed $skipped
  [ $failed -eq 0 ] && [ $passed -gt 0 ]
}

mkdir -p artifacts
case "${1:-}" in
  build) build ;;
  demo) demo ;;
  test) run_tests ;;
  bench) install_missing nginx openssl curl jq; build; shift; exec tests/Benchmarks/run.sh "$@" ;;
  package) build; package ahead-of-time ;;
  install)
    build; package
    target=${CIVICQ_INSTALL_PATH:-${XDG_DATA_HOME:-$HOME/.local/share}/powershell/Modules}
    mkdir -p "$target" && rm -rf "$target/CivicQ.Ops" && cp -R artifacts/package/CivicQ.Ops "$target/" && echo "Installed in $target/CivicQ.Ops" ;;
  clean) rm -rf bin en-US artifacts; find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + ;;
  *) usage; [ -z "${1:-}" ] || [ "$1" = help ] || exit 2 ;;
esac
