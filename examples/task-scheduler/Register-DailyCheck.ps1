#Requires -RunAsAdministrator
<#
.SYNOPSIS
Registers the morning checklist with the Windows Task Scheduler, under an account of its own.
#>
param(
    [Parameter(Mandatory)]
    [PSCredential] $Account,
    [string] $Script = (Join-Path $PSScriptRoot '../daily-check.ps1'),
    [string] $Environment = 'production'
)

$ErrorActionPreference = 'Stop'
$arguments = '-NoProfile -NonInteractive -File "{0}" -Environment {1} -FailOn Unhealthy' -f (Resolve-Path -LiteralPath $Script), $Environment
$task = @{
    TaskName = 'CivicQ daily check'
    Action   = New-ScheduledTaskAction -Execute 'pwsh.exe' -Argument $arguments
    Trigger  = New-ScheduledTaskTrigger -Daily -At '09:00'
    Settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Minutes 10) -MultipleInstances IgnoreNew
    User     = $Account.UserName
    Password = $Account.GetNetworkCredential().Password
}
Register-ScheduledTask @task -Force
