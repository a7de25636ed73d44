#!/usr/bin/env bash
# Side-by-side timings, in one run on one machine. Build first (./build.sh bench does). Arguments name the benchmarks to run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec dotnet tests/Benchmarks/bin/Release/net10.0/CivicQ.Benchmarks.dll "$@"
