<#
.SYNOPSIS
The monthly recovery drill: recovers the newest backup of each kind in a throw-away server, and compares loss and time with the objectives.
#>
param(
    [string[]] $Environment,
    [string] $ReportPath
)

$ErrorActionPreference = 'Stop'
Import-Module CivicQ.Ops

$which = if ($Environment) { @{ Environment = $Environment } } else { @{} }
$kinds = Get-CivicQBackup @which -Latest | Where-Object Kind -ne 'Cache' | Select-Object -ExpandProperty Kind -Unique
$results = foreach ($kind in $kinds) { Test-CivicQRecovery @which -Kind $kind }
$results | Format-List Environment, Database, Name, Passed, Reason, Rpo, RpoTarget, Rto, RtoTarget, Rows
if ($ReportPath) { $results | ConvertTo-Json -Depth 6 -EnumsAsStrings | Set-Content -LiteralPath $ReportPath }
if (-not $results -or ($results | Where-Object { -not $_.Passed })) { exit 1 }
