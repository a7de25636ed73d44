#!/usr/bin/env bash
# Brings Compose v2 as a plugin of the lab's own CLI folder, from Debian's package of a later release, without touching the system's sources.
# Prints DOCKER_CONFIG=…, the folder with which `docker compose` finds it. Status 3: cannot be had here, the message says why.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

plugin=$DOCKER_CONFIG/cli-plugins/docker-compose
if ! "$plugin" version --short >/dev/null 2>&1; then
  command -v apt-get >/dev/null || cannot "Compose v2 is brought with apt-get, which this machine does not have."
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$DOCKER_CONFIG/cli-plugins"; touch "$work/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) trixie main" >"$work/sources.list"
  options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/nonexistent -o "Dir::State::lists=$work/lists"
    -o "Dir::Cache=$work/cache" -o "Dir::State::status=$work/status" -o APT::Sandbox::User=root -o Acquire::Languages=none)
  cd "$work"
  { apt-get -qq "${options[@]}" update && apt-get -qq "${options[@]}" download docker-compose; } >"$work/log" 2>&1 ||
    { tail -n 5 "$work/log" >&2; cannot "Debian's package docker-compose could not be downloaded."; }
  dpkg-deb -x docker-compose_*.deb tree
  # Beside first, then renamed: two runs may come here at once.
  cp tree/usr/libexec/docker/cli-plugins/docker-compose "$plugin.$$" && chmod 755 "$plugin.$$" && mv "$plugin.$$" "$plugin"
  "$plugin" version --short >/dev/null
fi
echo "DOCKER_CONFIG=$DOCKER_CONFIG"
