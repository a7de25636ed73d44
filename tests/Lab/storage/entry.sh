#!/bin/bash
# Swift with one disk, one process of each kind, and the S3 API on port 8080. Keys: civicq:key, civicqsecret.
set -euo pipefail
mkdir -p /srv/node/sdb1 /etc/swift /var/cache/swift /var/run/swift
cd /etc/swift
rm -f ./*.conf
id swift >/dev/null 2>&1 || useradd -r swift

cat >swift.conf <<'C'
[swift-hash]
swift_hash_path_prefix = lab
swift_hash_path_suffix = lab
[storage-policy:0]
name = gold
default = yes
C

port=6200
for kind in account container object; do
  swift-ring-builder $kind.builder create 6 1 1 >/dev/null
  swift-ring-builder $kind.builder add r1z1-127.0.0.1:$port/sdb1 1 >/dev/null
  swift-ring-builder $kind.builder rebalance >/dev/null || true
  cat >$kind-server.conf <<C
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
workers = 1
user = swift
mount_check = false
devices = /srv/node
log_level = WARNING
fallocate_reserve = 0
# Nothing here makes up later for an update that a busy machine was too slow for.
container_update_timeout = 60
node_timeout = 60
conn_timeout = 10
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$kind
C
  port=$((port + 1))
done

cat >proxy-server.conf <<'C'
[DEFAULT]
bind_port = 8080
workers = 1
user = swift
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth container_quotas slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
node_timeout = 60
conn_timeout = 10
account_autocreate = true
allow_account_management = true
[filter:tempauth]
use = egg:swift#tempauth
user_civicq_key = civicqsecret .admin
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
dns_compliant_bucket_names = false
location = us-east-1
check_bucket_owner = false
auth_pipeline_check = false
max_upload_part_num = 10000
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:container_quotas]
use = egg:swift#container_quotas
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
C

chown -R swift /srv/node /var/cache/swift /var/run/swift /etc/swift
memcached -d -u nobody -l 127.0.0.1
for kind in account container object; do
  swift-$kind-server $kind-server.conf >/tmp/$kind.log 2>&1 &
done
# A test that is killed leaves no container behind: its end closes the input.
if [ "${1:-}" = until-eof ]; then
  swift-proxy-server proxy-server.conf >/tmp/proxy.log 2>&1 &
  cat >/dev/null
  exit
fi
exec swift-proxy-server proxy-server.conf >/tmp/proxy.log 2>&1
