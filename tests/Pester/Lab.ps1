# A lab of the suite's own, apart from the operator's: one for all test files of a run.
$script:labRoot = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path

function Start-TestLab {
    Import-Module (Join-Path $script:labRoot 'CivicQ.Ops.psd1')
    if (-not $env:CIVICQ_TEST_STATE) {
        $env:CIVICQ_TEST_STATE = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "civicq-pester-$PID")).FullName
        $env:CIVICQ_CONFIG = Join-Path $env:CIVICQ_TEST_STATE 'config'
        $env:CIVICQ_STATE = Join-Path $env:CIVICQ_TEST_STATE 'state'
        $env:CIVICQ_JOURNAL = Join-Path $env:CIVICQ_TEST_STATE 'journal.jsonl'
    }

    Start-CivicQLab -Confirm:$false -ErrorAction Stop
}

function Stop-TestLab {
    Stop-CivicQLab -Confirm:$false -ErrorAction Stop
}
