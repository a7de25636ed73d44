#!/usr/bin/env bash
# Makes docs/daily-check.svg, the README's picture: a real run on the lab, in pwsh where it is found, else in civicq.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
state=$(mktemp -d); chmod 755 "$state"
export CIVICQ_CONFIG=$state/config CIVICQ_STATE=$state/state CIVICQ_JOURNAL=$state/journal.jsonl
trap 'artifacts/civicq/civicq Stop-CivicQLab -Confirm:0 >/dev/null 2>&1; rm -rf "$state"' EXIT
artifacts/civicq/civicq Start-CivicQLab >/dev/null

mkdir -p docs
if command -v pwsh >/dev/null; then
  # A terminal of its own (script), so that PowerShell writes its colours and knows the width.
  script -qec "stty cols 132 rows 50; pwsh -NoProfile -NonInteractive -Command \"Import-Module ./CivicQ.Ops.psd1; Write-Host 'PS> Invoke-CivicQDailyCheck -Environment lab'; Invoke-CivicQDailyCheck -Environment lab -ProgressAction Ignore\"" /dev/null
else
  script -qec "stty cols 132 rows 50; echo '$ civicq Invoke-CivicQDailyCheck -Environment lab'; artifacts/civicq/civicq Invoke-CivicQDailyCheck -Environment lab -ProgressAction Ignore" /dev/null
fi | python3 build/ansi-to-svg.py >docs/daily-check.svg
echo "docs/daily-check.svg"
