#!/usr/bin/env bash
# Builds a real Kubernetes control plane and kubelet (1.20.2) from Debian's own source package into $1/bin (default
# /var/cache/civicq-lab/k8s). About 10 minutes on two cores the first time; nothing to do once the programs are there.
# Needs root and apt; what it asks apt for beyond the machine's own sources lies in a folder of its own and goes with it.
# Status 3: it cannot be had here, the message says why.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
out=${1:-$lab_cache/k8s}
programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet)
built() { for p in "${programs[@]}"; do [ -x "$out/bin/$p" ] || return 1; done; command -v etcd >/dev/null; }
built && exit 0
mkdir -p "$out"
exec 9>"$out/build.lock"
flock 9                                   # a second caller waits for the first and then finds all done
built && exit 0

work=$(mktemp -d "$out/build.XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -qq -o DPkg::Lock::Timeout=300)

# Debian's sources as this machine has them, asked for source packages too, with lists of their own.
mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  [ -f "$file" ] && grep -q '/debian' "$file" || continue
  sed 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /' "$file" > "$work/apt/parts/lab-$(basename "$file")"
done
source_options=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/apt/parts" -o "Dir::State::lists=$work/apt/lists"
  -o "Dir::Cache=$work/apt/cache" -o APT::Sandbox::User=root)
install_packages golang-go gcc libc6-dev dpkg-dev etcd-server
"${apt[@]}" "${source_options[@]}" update
(cd "$work" && "${apt[@]}" "${source_options[@]}" source --download-only kubernetes)

export GOPATH=$work/go GO111MODULE=off GOCACHE=$work/gocache GOFLAGS= GOTOOLCHAIN=local CGO_ENABLED=1
src=$GOPATH/src/k8s.io/kubernetes
mkdir -p "$src" "$work/bin"
tar xzf "$work"/kubernetes_*.orig.tar.gz -C "$src" --strip-components=1
cd "$src"
# The one generated file that the source package leaves out.
go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
dirs=$({ grep -rl --include=*.go '+k8s:openapi-gen=' pkg plugin cmd || true
         grep -rl --include=*.go '+k8s:openapi-gen=' staging/src/k8s.io | sed 's#^staging/src/#vendor/#'; } |
       grep -vE 'code-generator/|sample-apiserver/|_test\.go|zz_generated|/testdata/' |
       xargs -n1 dirname | sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
"$work/openapi-gen" -i "$dirs" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
  -h hack/boilerplate/boilerplate.generatego.txt -r "$work/violations" --output-base "$GOPATH/src"
flags='-s -w -X k8s.io/kubernetes/vendor/k8s.io/component-base/version.gitVersion=v1.20.2'
# The kubelet needs cgo; with it for all, what they share is compiled once.
go build -p 2 -ldflags "$flags" -o "$work/bin/" ./cmd/kube-apiserver ./cmd/kube-controller-manager ./cmd/kube-scheduler ./cmd/kubelet
# All of them, or none.
rm -rf "$out/bin"
mv "$work/bin" "$out/bin"
