<#
.SYNOPSIS
The tasks of this repository, for people with pwsh; build.sh has the same ones for a machine with nothing but the .NET SDK.
.EXAMPLE
./build.ps1 Test
.EXAMPLE
./build.ps1 Install -ModulePath ~/.local/share/powershell/Modules
#>
#Requires -Version 7.4
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Pester', 'Demo', 'Bench', 'Package', 'Install', 'Clean')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Where Install puts the module; the user's first module folder without it.
    [string] $ModulePath
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$env:DOTNET_NOLOGO = '1'
Set-Location -LiteralPath $PSScriptRoot

function Build {
    dotnet build CivicQ.PowerShell.sln -c $Configuration -v quiet
}

function Package {
    Build
    Remove-Item artifacts/package -Recurse -ErrorAction Ignore
    $package = 'build', 'build/Package.csproj', '-c', $Configuration, '-v', 'quiet', '-t:Package'
    try {
        # The host's archive is compiled ahead of time where the compiler can be had.
        dotnet @package -p:ReadyToRun=true
    }
    catch {
        Write-Warning "civicq is packaged without being compiled ahead of time: $_"
        dotnet @package
    }

    Get-ChildItem artifacts/package
}

function Install {
    Package | Out-Null
    $target = if ($ModulePath) { $ModulePath } else { ($env:PSModulePath -split [IO.Path]::PathSeparator)[0] }
    $module = Join-Path $target 'CivicQ.Ops'
    if (Test-Path -LiteralPath $module) {
        Remove-Item -LiteralPath $module -Recurse
    }

    $null = New-Item -ItemType Directory -Path $target -Force
    Copy-Item -LiteralPath artifacts/package/CivicQ.Ops -Destination $target -Recurse
    Get-Module -ListAvailable -Name (Get-ChildItem -LiteralPath $module -Recurse -Filter CivicQ.Ops.psd1).FullName
}

# xunit needs no shell; the counting of all suites for CI is build.sh's.
function Test {
    Build
    foreach ($project in Get-ChildItem tests -Directory -Filter *.Tests) {
        dotnet test $project.FullName -c $Configuration --no-build --nologo
    }

    Pester
}

function Pester {
    if (-not (Test-Path -LiteralPath bin/CivicQ.Ops.dll)) {
        Build
    }

    & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File tests/Pester/run.ps1
}

switch ($Task) {
    'Demo' { Build; & ./examples/demo.ps1 }
    'Bench' { Build; bash tests/Benchmarks/run.sh }
    'Clean' {
        Remove-Item bin, en-US, artifacts -Recurse -ErrorAction Ignore
        Get-ChildItem src, tests -Recurse -Directory -Include bin, obj | Remove-Item -Recurse -ErrorAction Ignore
    }
    default { & $Task }
}
