# Writes expected.txt: what this PowerShell makes of lines.txt. Usage: pwsh -NoProfile -NonInteractive record.ps1 <path of CivicQ.Host.Fixture.psd1>
param([Parameter(Mandatory)][string] $Module)
$ErrorActionPreference = 'Continue'
Import-Module $Module
$result = foreach ($line in [IO.File]::ReadAllLines("$PSScriptRoot/lines.txt")) {
    if (-not $line -or $line.StartsWith('#')) { continue }
    $written = [Collections.Generic.List[string]]::new()
    try {
        $ErrorActionPreference = 'Continue'
        & ([scriptblock]::Create($line)) 2>&1 3>$null 6>$null | ForEach-Object {
            if ($_ -is [Management.Automation.ErrorRecord]) { $written.Add("!$($_.FullyQualifiedErrorId) [$($_.CategoryInfo.Category)] $_") }
            elseif ($_ -is [object[]] -or $_ -is [int[]]) { $written.Add("[$($_ -join ',')]") }
            else { $written.Add([Management.Automation.LanguagePrimitives]::ConvertTo($_, [string])) }
        }
    }
    catch { $written.Add("!$($_.FullyQualifiedErrorId) [$($_.CategoryInfo.Category)] $_") }
    "> $line"
    $written | ForEach-Object { '  ' + $_.Replace("`r", '').Replace("`n", '\n') }
}
[IO.File]::WriteAllLines("$PSScriptRoot/expected.txt", [string[]]$result)
