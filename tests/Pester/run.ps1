# Runs the suite in this pwsh and closes with one line that build.sh counts.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module -ListAvailable Pester | Where-Object Version -ge '5.0')) {
    'Pester: not installed in this pwsh, the suite has not run (Install-Module Pester)'
    exit 0
}

Import-Module Pester -MinimumVersion 5.0
$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'

. (Join-Path $PSScriptRoot 'Lab.ps1')
$null = Start-TestLab
$env:CIVICQ_TEST_KEEP_LAB = 1
try {
    $result = Invoke-Pester -Configuration $configuration
}
finally {
    Remove-Item Env:/CIVICQ_TEST_KEEP_LAB
    Stop-TestLab
}

'Pester: {0} passed, {1} failed, {2} skipped' -f $result.PassedCount, ($result.FailedCount + $result.FailedContainersCount + $result.FailedBlocksCount), ($result.SkippedCount + $result.NotRunCount)
exit [int]($result.Result -ne 'Passed')
