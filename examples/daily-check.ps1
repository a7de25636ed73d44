<#
.SYNOPSIS
The morning checklist, unattended: prints the results, keeps them as JSON, and exits with 1 when a step is worse than allowed.
#>
param(
    [string[]] $Environment,
    [ValidateSet('Degraded', 'Unhealthy')]
    [string] $FailOn = 'Degraded',
    [string] $JsonPath
)

$ErrorActionPreference = 'Stop'
Import-Module CivicQ.Ops

$which = if ($Environment) { @{ Environment = $Environment } } else { @{} }
$results = Invoke-CivicQDailyCheck @which
$results | Format-Table

if ($JsonPath) {
    # Written beside and renamed, so that a reader never sees half a file.
    $results | ConvertTo-Json -Depth 6 -EnumsAsStrings | Set-Content -LiteralPath "$JsonPath.partial"
    Move-Item -LiteralPath "$JsonPath.partial" -Destination $JsonPath -Force
}

$levels = @{ Degraded = @('Degraded', 'Unhealthy'); Unhealthy = @('Unhealthy') }
$failed = $results | Where-Object { "$($_.Status)" -in $levels[$FailOn] }
if ($failed) {
    $failed | ForEach-Object { Write-Warning "$($_.Environment), $($_.Name): $($_.Detail) $($_.NextStep)" }
    exit 1
}
