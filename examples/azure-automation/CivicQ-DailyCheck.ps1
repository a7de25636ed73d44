<#
.SYNOPSIS
An Azure Automation runbook (PowerShell 7.4 or newer): the morning checklist, with secrets from the account's encrypted variables.
.DESCRIPTION
Upload CivicQ.Ops.zip (made from artifacts/package/CivicQ.Ops) as a module of the runtime environment. The account needs the encrypted
variables CivicQ-DatabaseUrl, CivicQ-RedisUrl and CivicQ-AdminToken, and the plain ones CivicQ-ApiUrl and CivicQ-SiteUrl. No file is needed:
the environment "default" is made from this process's variables.
#>
param(
    [ValidateSet('Degraded', 'Unhealthy')]
    [string] $FailOn = 'Unhealthy'
)

$ErrorActionPreference = 'Stop'
Import-Module CivicQ.Ops

$env:CIVICQ_API_URL = Get-AutomationVariable -Name 'CivicQ-ApiUrl'
$env:CIVICQ_SITE_URL = Get-AutomationVariable -Name 'CivicQ-SiteUrl'
$env:CIVICQ_ADMIN_TOKEN = Get-AutomationVariable -Name 'CivicQ-AdminToken'
$env:DATABASE_URL = Get-AutomationVariable -Name 'CivicQ-DatabaseUrl'
$env:REDIS_URL = Get-AutomationVariable -Name 'CivicQ-RedisUrl'

# The sandbox is not a part of the deployment, so its CPU and disks are of no interest: steps 3 to 7 and 9.
Invoke-CivicQDailyCheck -FailOn $FailOn | ForEach-Object {
    '{0}. {1,-16} {2,-13} {3} {4}' -f $_.Step, $_.Name, $_.Status, $_.Detail, $_.NextStep
}
