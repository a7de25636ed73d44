#!/usr/bin/env bash
# A private Docker engine for the tests, beside the machine's own: own socket, own bridge, own configuration.
#   docker-engine.sh start STATE_DIR     prints DOCKER_HOST=unix://STATE_DIR/docker.sock
#   docker-engine.sh stop STATE_DIR
#   docker-engine.sh restart STATE_DIR   keeps containers, as `systemctl restart docker` does
# Images stay in CIVICQ_LAB_CACHE (default /var/cache/civicq-lab); containers, networks and volumes of earlier runs do not.
# One engine uses one cache: another start waits CIVICQ_LAB_WAIT seconds (default 600), then fails and says who has it.
# CIVICQ_LAB_NETWORK=none leaves out bridge and packet filter (a second, small engine needs none). CIVICQ_LAB_TLS=PORT:FOLDER listens on
# loopback too, for clients with a certificate. CIVICQ_LAB_OWNER=PID stops the engine and removes STATE_DIR when that process is gone.
# Status 3: it cannot run here, the message says why.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() { sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 64; }
[ $# -eq 2 ] || usage
action=$1
mkdir -p "$2"; state=$(cd "$2" && pwd)
# containerd's socket lies below, and a unix socket's path has 107 characters at most.
[ ${#state} -le 70 ] || cannot "The folder $state is too long for sockets; take one of at most 70 characters."
lock=$lab_cache/docker.lock owner=$lab_cache/docker.owner
export DOCKER_HOST=unix://$state/docker.sock

# An engine with a network has a bridge and addresses that no other engine has; the file beside its cache names it. What has no such file
# takes none away: a bridge that goes under a running engine sends its containers' traffic out of the machine.
bridge_file=$lab_cache/docker.bridge

take_bridge() {
  local number first try
  number=$(cat "$bridge_file" 2>/dev/null || true)
  if [ -z "$number" ]; then
    first=$(($(cksum <<<"$lab_cache" | cut -d' ' -f1) % 40))
    for try in $(seq 0 39); do
      number=$(((first + try) % 40))
      ip link add "civicqlab$number" type bridge 2>/dev/null && break
      ip link show "civicqlab$number" >/dev/null 2>&1 || cannot "This machine lets no bridge be made (ip link add)."
      number=''
    done
    [ -n "$number" ] || cannot "All forty bridges of the lab are in use (ip link; ip link delete civicqlabN)."
    echo "$number" >"$bridge_file"
  fi
  bridge=civicqlab$number second=$((200 + number))
}

drop_bridge() {
  [ -s "$bridge_file" ] || return 0
  ip link delete "civicqlab$(cat "$bridge_file")" 2>/dev/null || true
  rm -f "$bridge_file"
}

write_config() {
  local network
  if [ "${CIVICQ_LAB_NETWORK:-}" = none ]; then
    network='"bridge": "none", "iptables": false,'
  else
    local bridge second
    take_bridge
    ip link show "$bridge" >/dev/null 2>&1 || ip link add "$bridge" type bridge 2>/dev/null || cannot "This machine lets no bridge be made (ip link add)."
    ip address show dev "$bridge" | grep -q "10\.$second\.0\.1/" || ip address add "10.$second.0.1/24" dev "$bridge"
    ip link set "$bridge" up
    network='"bridge": "'$bridge'", "default-address-pools": [{"base": "10.'$second'.128.0/17", "size": 24}],'
  fi
  local listen='' tls='' folder=''
  if [ -n "${CIVICQ_LAB_TLS:-}" ]; then
    folder=${CIVICQ_LAB_TLS#*:}
    listen=', "tcp://127.0.0.1:'${CIVICQ_LAB_TLS%%:*}'"'
    tls='"tlsverify": true, "tlscacert": "'$folder'/ca.pem", "tlscert": "'$folder'/server-cert.pem", "tlskey": "'$folder'/server-key.pem",'
  fi
  cat >"$state/daemon.json" <<J
{
  "hosts": ["unix://$state/docker.sock"$listen], $tls "pidfile": "$state/docker.pid",
  "data-root": "$lab_cache/docker", "exec-root": "$state/exec",
  $network
  "runtimes": {"lab": {"path": "$lab_folder/runc-wrapper"}}, "default-runtime": "lab",
  "live-restore": true, "shutdown-timeout": 10, "log-driver": "json-file"
}
J
}

# A run that was killed leaves containers, containerd and shims behind, which keep the data folder busy.
sweep() {
  local left=$1 pid line try
  [ -n "$left" ] || return 0
  for pid in "$left"/exec/containerd/daemon/io.containerd.runtime.v2.task/moby/*/init.pid; do
    if [ -s "$pid" ]; then kill -9 "$(cat "$pid")" 2>/dev/null || true; fi
  done
  for try in 15 15 15 9 9 9; do
    local found=''
    for pid in /proc/[0-9]*; do
      line=$(tr '\0' ' ' <"$pid/cmdline" 2>/dev/null) || continue
      case $line in
        *containerd*"$left/exec/"*|*dockerd*"$left/daemon.json"*) found=1; kill -$try "${pid#/proc/}" 2>/dev/null || true ;;
      esac
    done
    [ -n "$found" ] || break
    sleep 1
  done
  # With live-restore the daemon leaves its own mounts as well.
  awk -v exec="$left/exec" -v data="$lab_cache/docker" 'index($2, exec) == 1 || index($2, data) == 1 { print $2 }' /proc/mounts | LC_ALL=C sort -r | while read -r mount; do umount -l "$mount" || true; done
  ! [ -d "$left/exec" ] || rm -rf "$left/exec"
}

ready() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

start() {
  [ "$(uname -s)" = Linux ] || cannot "The lab's Docker engine runs on Linux only."
  [ "$(id -u)" = 0 ] || cannot "A Docker engine of one's own needs root."
  install_packages docker.io iptables iproute2
  mkdir -p "$lab_cache/docker" "$DOCKER_CONFIG"
  if ready; then echo "DOCKER_HOST=$DOCKER_HOST"; return; fi
  # The guard process waits for the lock, then becomes dockerd's parent: the lock lasts as long as the engine.
  rm -f "$state/locked"
  CIVICQ_LAB_GUARD=1 nohup setsid flock -o -w "${CIVICQ_LAB_WAIT:-600}" -E 75 "$lock" \
    bash "${BASH_SOURCE[0]}" guard "$state" >>"$state/docker.log" 2>&1 </dev/null &
  local guard=$! status=0
  until ready; do
    if ! kill -0 $guard 2>/dev/null; then
      wait $guard || status=$?
      [ $status -ne 75 ] || { echo "The lab's engine is in use by $(cat "$owner" 2>/dev/null || echo another run) and was not free within ${CIVICQ_LAB_WAIT:-600} s." >&2; exit 1; }
      tail -n 8 "$state/docker.log" >&2
      [ $status -ne 3 ] || exit 3
      echo "dockerd ended with status $status (its log: $state/docker.log)." >&2; exit 1
    fi
    if [ -e "$state/locked" ] && [ $(($(date +%s) - $(stat -c %Y "$state/locked"))) -gt 120 ]; then
      tail -n 8 "$state/docker.log" >&2; echo "dockerd did not answer within 120 s." >&2
      stop; exit 1
    fi
    sleep 0.2
  done
  clear_engine
  echo "DOCKER_HOST=$DOCKER_HOST"
}

# Nothing but images outlives a run.
clear_engine() {
  docker ps -aq | xargs -r docker rm -fv >/dev/null
  docker network prune -f >/dev/null
  docker volume ls -q | xargs -r docker volume rm -f >/dev/null
}

guard() {
  [ "$(cat "$owner" 2>/dev/null)" = "$state" ] || sweep "$(cat "$owner" 2>/dev/null || true)"
  sweep "$state"
  echo "$state" >"$owner"
  rm -f "$state/docker.pid" "$state/docker.sock"
  write_config
  touch "$state/locked"
  if [ -n "${CIVICQ_LAB_OWNER:-}" ]; then
    (while [ -e "$state/locked" ] && kill -0 "$CIVICQ_LAB_OWNER" 2>/dev/null; do sleep 2; done
      if [ -e "$state/locked" ]; then bash "${BASH_SOURCE[0]}" stop "$state"; rm -rf "$state"; fi) &
  fi
  dockerd --config-file "$state/daemon.json" &
  local dockerd=$! status=0
  # A restart keeps the lock: the engine's next life is started here too.
  while :; do
    status=0; wait $dockerd || status=$?
    [ -e "$state/restart" ] || break
    rm -f "$state/restart" "$state/docker.pid"
    dockerd --config-file "$state/daemon.json" &
    dockerd=$!
  done
  exit $status
}

ended() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; }

wait_end() {
  local pid=$1 i
  for i in $(seq 300); do if ended "$pid"; then return 0; fi; sleep 0.1; done
  return 1
}

restart() {
  local pid; pid=$(cat "$state/docker.pid")
  touch "$state/restart"
  kill "$pid"; wait_end "$pid" || kill -9 "$pid"
  local i
  for i in $(seq 600); do if [ ! -e "$state/restart" ] && ready; then return; fi; sleep 0.2; done
  tail -n 8 "$state/docker.log" >&2; echo "dockerd did not come back within 120 s." >&2; exit 1
}

stop() {
  if ready; then docker ps -aq | xargs -r docker rm -fv >/dev/null 2>&1 || true; fi
  rm -f "$state/restart"
  local pid; pid=$(cat "$state/docker.pid" 2>/dev/null || true)
  if [ -n "$pid" ] && ! ended "$pid"; then
    kill "$pid"; wait_end "$pid" || kill -9 "$pid" || true
  fi
  sweep "$state"
  [ "$(cat "$owner" 2>/dev/null)" != "$state" ] || { rm -f "$owner"; drop_bridge; }
  rm -rf "$state/docker.sock" "$state/docker.pid" "$state/locked"
}

case $action in
  start|stop|restart) $action ;;
  guard) [ -n "${CIVICQ_LAB_GUARD:-}" ] || usage; guard ;;
  *) usage ;;
esac
