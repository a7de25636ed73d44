<#
.SYNOPSIS
The nightly backup: makes it, tests the newest ones of every kind and place, and only then removes what no rule keeps. Exits with 1 when anything of it fails.
#>
param(
    [string[]] $Environment,
    [int] $KeepDaily = 30
)

$ErrorActionPreference = 'Stop'
Import-Module CivicQ.Ops

$which = if ($Environment) { @{ Environment = $Environment } } else { @{} }
Backup-CivicQDatabase @which -Confirm:$false | Format-Table
if (-not (Test-CivicQBackup @which -Latest -Quiet)) {
    # What is there stays as it is until somebody has looked.
    Test-CivicQBackup @which -Latest | Where-Object { -not $_.Passed } | ForEach-Object { Write-Warning "$($_.Path): $($_.Reason)" }
    exit 1
}

Remove-CivicQBackup @which -KeepDaily $KeepDaily -Confirm:$false | Format-Table
