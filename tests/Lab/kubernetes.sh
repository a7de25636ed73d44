#!/usr/bin/env bash
# A single-node Kubernetes for the tests, on the Docker engine at DOCKER_HOST: real pods that run, log and exec.
#   kubernetes.sh start STATE_DIR     prints KUBECONFIG=STATE_DIR/kubeconfig
#   kubernetes.sh stop STATE_DIR      pods, mounts and processes go
#   kubernetes.sh remove STATE_DIR    and the folder too
# Contexts: lab (all rights, by token), certificate (all rights, by client certificate), reader (a token that may look and not touch),
# expired (a token that the server does not know). CIVICQ_LAB_OWNER names a process whose end stops the cluster.
# Programs come from CIVICQ_LAB_CACHE/k8s (kubernetes-build.sh). Status 3: it cannot run here, the message says why.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 64; }
[ $# -eq 2 ] || usage
action=$1
mkdir -p "$2"; state=$(cd "$2" && pwd)
programs=$lab_cache/k8s/bin

secret() { head -c 18 /dev/urandom | base64 | tr -d '+/=\n'; }

free_ports() {
  python3 -c 'import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
[s.bind(("127.0.0.1", 0)) for s in held]
print(*[s.getsockname()[1] for s in held])' "$1"
}

certificates() {
  mkdir -p "$state/pki"; cd "$state/pki"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=civicq lab authority' -keyout ca.key -out ca.crt 2>/dev/null
  issue apiserver '/CN=kube-apiserver' 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:cluster.civicq.example
extendedKeyUsage=serverAuth'
  issue operator '/O=system:masters/CN=lab-operator' 'extendedKeyUsage=clientAuth'
  openssl genrsa -out accounts.key 2048 2>/dev/null
  openssl rsa -in accounts.key -pubout -out accounts.pub 2>/dev/null
  cd "$state"
}

issue() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile <(echo "$3") -out "$1.crt" 2>/dev/null
}

write_kubeconfig() {
  local ca; ca=$(base64 -w0 "$state/pki/ca.crt")
  (umask 077; cat >"$state/kubeconfig") <<K
apiVersion: v1
kind: Config
clusters:
- {name: lab, cluster: {server: "https://127.0.0.1:$api_port", certificate-authority-data: $ca}}
users:
- {name: admin, user: {token: $admin}}
- {name: certificate, user: {client-certificate: pki/operator.crt, client-key: pki/operator.key}}
- {name: reader, user: {token: $reader}}
- {name: expired, user: {token: $(secret)}}
contexts:
- {name: lab, context: {cluster: lab, user: admin, namespace: default}}
- {name: certificate, context: {cluster: lab, user: certificate, namespace: default}}
- {name: reader, context: {cluster: lab, user: reader, namespace: default}}
- {name: expired, context: {cluster: lab, user: expired, namespace: default}}
current-context: lab
K
}

launch() {
  local name=$1; shift
  nohup setsid "$@" >"$state/$name.log" 2>&1 </dev/null &
  echo $! >"$state/$name.pid"
}

# The server writes for curl with line ends, by a library that this Go breaks: any other name does.
api() { curl -sf -A civicq-lab --max-time 10 --cacert "$state/pki/ca.crt" -H @"$state/admin.header" "https://127.0.0.1:$api_port/$1" "${@:2}"; }

await() {
  local what=$1 seconds=$2; shift 2
  local end=$(($(date +%s) + seconds))
  until "$@" >/dev/null 2>&1; do
    local pid
    for pid in "$state"/*.pid; do
      kill -0 "$(cat "$pid")" 2>/dev/null || { tail -n 5 "${pid%.pid}.log" >&2; echo "$(basename "${pid%.pid}") ended." >&2; return 1; }
    done
    [ "$(date +%s)" -lt $end ] || { tail -n 5 "$state"/*.log >&2; echo "$what did not come within $seconds s." >&2; return 1; }
    sleep 0.25
  done
}

node_ready() { api api/v1/nodes/127.0.0.1 | python3 -c 'import json, sys
sys.exit(not any(c["type"] == "Ready" and c["status"] == "True" for c in json.load(sys.stdin)["status"]["conditions"]))'; }

# Looks at everything, touches nothing: what an operator without the right to change has.
write_roles() {
  api apis/rbac.authorization.k8s.io/v1/clusterroles -H 'Content-Type: application/json' -d '{"metadata": {"name": "civicq-reader"},
    "rules": [{"apiGroups": ["", "apps", "networking.k8s.io"], "resources": ["*"], "verbs": ["get", "list", "watch"]}]}' >/dev/null &&
  api apis/rbac.authorization.k8s.io/v1/clusterrolebindings -H 'Content-Type: application/json' -d '{"metadata": {"name": "civicq-reader"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "civicq-reader"},
    "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "lab-reader"}]}' >/dev/null
}

run() {
  local etcd_port peer_port kubelet_port admin reader
  read -r etcd_port peer_port api_port kubelet_port <<<"$(free_ports 4)"
  admin=$(secret) reader=$(secret)
  certificates
  (umask 077
   printf '%s,lab-admin,1,"system:masters"\n%s,lab-reader,2\n' "$admin" "$reader" >tokens.csv
   echo "Authorization: Bearer $admin" >admin.header)
  write_kubeconfig
  launch etcd etcd --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
    --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
    --initial-cluster "default=http://127.0.0.1:$peer_port"
  launch apiserver "$programs/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" --secure-port="$api_port" --bind-address=127.0.0.1 \
    --cert-dir="$state/pki" --tls-cert-file="$state/pki/apiserver.crt" --tls-private-key-file="$state/pki/apiserver.key" \
    --client-ca-file="$state/pki/ca.crt" --token-auth-file="$state/tokens.csv" --authorization-mode=RBAC --allow-privileged \
    --service-account-key-file="$state/pki/accounts.pub" --service-account-signing-key-file="$state/pki/accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range=10.96.0.0/24 \
    --disable-admission-plugins=ServiceAccount
  await "The API server" 180 api readyz || return 1
  write_roles || return 1
  launch controllers "$programs/kube-controller-manager" --kubeconfig "$state/kubeconfig" --service-account-private-key-file="$state/pki/accounts.key" \
    --leader-elect=false --secure-port=0 --port=0
  launch scheduler "$programs/kube-scheduler" --kubeconfig "$state/kubeconfig" --leader-elect=false --secure-port=0 --port=0
  # Images are never collected: they are the cache of the lab. Crashed containers are kept, as anywhere.
  cat >"$state/kubelet.yaml" <<K
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
failSwapOn: false
evictionHard: {}
enforceNodeAllocatable: []
imageGCHighThresholdPercent: 100
serializeImagePulls: false
address: 127.0.0.1
port: $kubelet_port
healthzPort: 0
K
  launch kubelet "$programs/kubelet" --kubeconfig="$state/kubeconfig" --config="$state/kubelet.yaml" --container-runtime=docker \
    --docker-endpoint="$DOCKER_HOST" --docker="$DOCKER_HOST" --pod-infra-container-image=pause:local --hostname-override=127.0.0.1 \
    --root-dir="$state/kubelet" --cert-dir="$state/kubeletpki" --network-plugin="" --volume-plugin-dir="$state/plugins" --seccomp-profile-root="$state/seccomp"
  await "The node" 180 node_ready
}

start() {
  [ "$(uname -s)" = Linux ] || cannot "The lab's Kubernetes runs on Linux only."
  [ "$(id -u)" = 0 ] || cannot "A kubelet needs root."
  [ -n "${DOCKER_HOST:-}" ] || cannot "DOCKER_HOST names no engine; docker-engine.sh start prints one."
  command -v openssl >/dev/null && command -v curl >/dev/null && command -v python3 >/dev/null || cannot "The lab's Kubernetes needs openssl, curl and python3."
  "$lab_folder/kubernetes-build.sh" "$lab_cache/k8s" >&2 || cannot "Kubernetes could not be built from Debian's source package."
  "$lab_folder/images.sh" pause lab/busybox >&2
  cd "$state"
  run || { stop; exit 1; }
  if [ -n "${CIVICQ_LAB_OWNER:-}" ]; then
    nohup setsid bash -c 'while kill -0 "$1" 2>/dev/null; do sleep 2; done; "$2" remove "$3"' watch "$CIVICQ_LAB_OWNER" "$lab_folder/kubernetes.sh" "$state" \
      >/dev/null 2>&1 </dev/null &
    echo $! >"$state/watch"
  fi
  echo "KUBECONFIG=$state/kubeconfig"
}

# The process of a pid file, if it still is the one that was started here.
alive() { [ -s "$1" ] && { tr '\0' ' ' <"/proc/$(cat "$1")/cmdline"; } 2>/dev/null | grep -qF "$state"; }

# Ends the process of a pid file; SIGKILL where it does not go.
end() {
  alive "$1" || return 0
  kill "$(cat "$1")" 2>/dev/null || true
  local i
  for i in $(seq 50); do alive "$1" || return 0; sleep 0.1; done
  kill -9 "$(cat "$1")" 2>/dev/null || true
}

stop() {
  local name
  # Whoever starts pods goes first, so that none comes back.
  for name in kubelet scheduler controllers apiserver etcd; do end "$state/$name.pid"; done
  if [ -n "${DOCKER_HOST:-}" ]; then
    docker ps -aq --filter label=io.kubernetes.pod.uid 2>/dev/null | xargs -r docker rm -fv >/dev/null 2>&1 || true
  fi
  awk -v at="$state/" 'index($2, at) == 1 { print $2 }' /proc/mounts | LC_ALL=C sort -r | while read -r mount; do umount -l "$mount" || true; done
  local group
  for group in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
    if [ -d "$group" ]; then find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true; fi
  done
  # The watch goes last: where this is killed in the middle, the watch does the rest. Unless it is the watch that stops the cluster.
  if [ -s "$state/watch" ] && [ "$(cat "$state/watch")" != "$PPID" ]; then end "$state/watch"; fi
  cd "$state"
  rm -rf etcd pki kubelet kubeletpki plugins seccomp kubeconfig kubelet.yaml tokens.csv admin.header watch ./*.pid
}

remove() {
  stop
  cd /
  rm -rf "$state"
}

case $action in
  start|stop|remove) $action ;;
  *) usage ;;
esac
