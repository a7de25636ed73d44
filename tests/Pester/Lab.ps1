# A lab of the suite's own, apart from the operator's: run.ps1 starts it once for all files; a file run alone starts and stops its own.
$script:labRoot = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path

function Start-TestLab {
    Import-Module (Join-Path $script:labRoot 'CivicQ.Ops.psd1')
    if (-not $env:CIVICQ_TEST_STATE) {
        $env:CIVICQ_TEST_STATE = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "civicq-pester-$PID")).FullName
        if (-not $IsWindows) {
            # The lab's PostgreSQL may run as another user, who must be able to walk in.
            [IO.File]::SetUnixFileMode($env:CIVICQ_TEST_STATE, 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute, OtherRead, OtherExecute')
        }

        $env:CIVICQ_CONFIG = Join-Path $env:CIVICQ_TEST_STATE 'config'
        $env:CIVICQ_STATE = Join-Path $env:CIVICQ_TEST_STATE 'state'
        $env:CIVICQ_JOURNAL = Join-Path $env:CIVICQ_TEST_STATE 'journal.jsonl'
    }

    # -WarningAction: a lab that runs already is what is wanted here.
    Start-CivicQLab -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue
}

function Stop-TestLab {
    if (-not $env:CIVICQ_TEST_KEEP_LAB) {
        Stop-CivicQLab -Confirm:$false -ErrorAction Stop
        Remove-Item -LiteralPath $env:CIVICQ_TEST_STATE -Recurse -ErrorAction Ignore
        Remove-Item Env:/CIVICQ_TEST_STATE
    }
}
