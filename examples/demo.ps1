# A small CivicQ on this machine, the manual's morning checklist on it, and away again.
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../CivicQ.Ops.psd1')

Start-CivicQLab | Format-Table
try {
    Invoke-CivicQDailyCheck -Environment lab | Format-Table
}
finally {
    Stop-CivicQLab -Confirm:$false
}
