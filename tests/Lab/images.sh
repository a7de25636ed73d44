#!/usr/bin/env bash
# Builds into the engine at DOCKER_HOST the images that the tests use and that it does not have, from packages alone, without a registry:
#   lab/debian:bookworm  lab/civicq:latest  lab/storage:latest  lab/busybox:latest  pause:local
# Each carries a digest of what it was made from as a label, and is made anew when that changes.
#   images.sh [NAME…]    without names: all of them
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ -n "${DOCKER_HOST:-}" ] || { echo "DOCKER_HOST names no engine; docker-engine.sh start prints one." >&2; exit 64; }

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

current() { [ "$(docker image inspect -f '{{index .Config.Labels "civicq.lab.source"}}' "$1" 2>/dev/null)" = "$2" ]; }

say() { echo "Building $1 …" >&2; }

build() {
  local name=$1 hash=$2 context=$3
  say "$name"
  local log=$work/${name//[^a-z]/-}.log
  docker build -q --label "civicq.lab.source=$hash" -t "$name" "$context" >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
}

base=lab/debian:bookworm

debian() {
  local hash=bookworm-minbase-1
  current $base $hash && return
  install_packages mmdebstrap
  say $base
  mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    bookworm "$work/base.tar" "$(debian_mirror)" >&2
  docker import -c 'CMD ["bash"]' -c "LABEL civicq.lab.source=$hash" "$work/base.tar" $base >/dev/null
}

# On top of Debian: the image, its folder, and what in it counts.
layered() {
  local name=$1 context=$2 hash
  shift 2
  debian
  hash=$(content_hash "${@/#/$context/}")-$(docker image inspect -f '{{.Id}}' $base | cut -c8-19)
  current "$name" "$hash" && return
  build "$name" "$hash" "$context"
}

civicq() { layered lab/civicq:latest "$lab_folder/stack" Dockerfile app nginx.conf pg-entry.sh; }

storage() { layered lab/storage:latest "$lab_folder/storage" Dockerfile entry.sh; }

# A container that is init of its own must answer a stop itself, so each of these has a shell as its first process.
small() {
  local name=$1 dockerfile=$2 hash
  hash=$(sha256sum <<<"$dockerfile" | cut -c1-32)
  current "$name" "$hash" && return
  install_packages busybox-static
  local context=$work/${name//[^a-z]/-}
  mkdir -p "$context"; cp /bin/busybox "$context/busybox"
  printf '%s\n' "$dockerfile" >"$context/Dockerfile"
  build "$name" "$hash" "$context"
}

busybox() {
  small lab/busybox:latest 'FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox","mkdir","-p","/usr/bin","/usr/sbin","/sbin","/tmp","/etc"]
RUN ["/bin/busybox","--install","-s"]
ENV PATH=/bin:/usr/bin:/sbin:/usr/sbin
CMD ["/bin/sh"]'
}

pause() {
  small pause:local 'FROM scratch
COPY busybox /bin/sh
ENTRYPOINT ["/bin/sh","-c","trap '"'exit 0'"' TERM; while :; do sleep 3600 & wait $!; done"]'
}

make() {
  case ${1%%:*} in
    lab/debian) debian ;;
    lab/civicq) civicq ;;
    lab/storage) storage ;;
    lab/busybox) busybox ;;
    pause) pause ;;
    *) echo "No recipe for $1." >&2; exit 64 ;;
  esac
}

[ $# -gt 0 ] || set -- lab/debian lab/civicq lab/storage lab/busybox pause
# The base first; the others spend their time in dpkg, each in a container of its own, and are made side by side.
[[ " $* " != *" lab/debian"* && " $* " != *" lab/civicq"* && " $* " != *" lab/storage"* ]] || debian
makers=()
for name in "$@"; do make "$name" & makers+=($!); done
status=0
for maker in "${makers[@]}"; do wait "$maker" || status=$?; done
exit $status
