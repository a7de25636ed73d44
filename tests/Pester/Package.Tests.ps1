# What is published, as it is unpacked elsewhere: the module's folder, its .nupkg and the archive of the host.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    $place = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "civicq-package-$PID")).FullName
    $log = dotnet build (Join-Path $root 'build/Package.csproj') -c Release -v quiet --nologo -t:Package "-p:PackageFolder=$place/" 2>&1
    if ($LASTEXITCODE -ne 0) { throw ($log | Out-String) }

    $version = (Import-PowerShellDataFile -LiteralPath (Join-Path $root 'CivicQ.Ops.psd1')).ModuleVersion
    [IO.Compression.ZipFile]::ExtractToDirectory((Join-Path $place "CivicQ.Ops.$version.nupkg"), (Join-Path $place 'nupkg'))
    [IO.Compression.ZipFile]::ExtractToDirectory((Join-Path $place "civicq.$version.zip"), (Join-Path $place 'host'))

    # A PowerShell of its own: this one has the module of the build.
    function Invoke-Fresh([string] $Script) {
        $answer = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $Script 2>&1
        @($answer | ForEach-Object { "$_" })
    }
}

AfterAll {
    Stop-TestLab
    Remove-Item -LiteralPath $place -Recurse -ErrorAction Ignore
}

Describe 'The package as <Form>' -ForEach @(@{ Form = 'a folder' }, @{ Form = 'a .nupkg' }) {
    BeforeAll {
        $module = if ($Form -eq 'a folder') { Join-Path $place "CivicQ.Ops/$version" } else { Join-Path $place 'nupkg' }
        $manifest = Join-Path $module 'CivicQ.Ops.psd1'
    }

    It 'holds what the build laid out, and no assembly of PowerShell' {
        $built = (Get-ChildItem -LiteralPath (Join-Path $root 'bin') -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName) }) -join ' '
        $packed = (Get-ChildItem -LiteralPath (Join-Path $module 'bin') -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($module, $_.FullName) }) -join ' '
        $packed | Should -Be $built
        $packed | Should -Not -BeLike '*System.Management.Automation*'
    }

    It 'is imported, asks the lab, has help and views' {
        $answer = Invoke-Fresh @"
Import-Module '$manifest'
(Get-Module CivicQ.Ops).ModuleBase
(Get-CivicQHealth -Environment lab -Component Database)[0].Check
(Get-Help Get-CivicQHealth).Synopsis.Length -gt 20
(Get-Help about_CivicQ | Out-String).Length -gt 500
@(Get-FormatData -TypeName CivicQ.Ops.Core.Health.HealthResult).Count
"@
        $answer | Should -Be @($module, 'Connection', 'True', 'True', '1')
    }

    It 'says what is missing where Core is, and does not take PowerShell down' {
        $broken = Join-Path $place "broken$([IO.Path]::GetExtension($Form))"
        Copy-Item -LiteralPath $module -Destination $broken -Recurse
        Remove-Item -LiteralPath (Join-Path $broken 'bin/dependencies/CivicQ.Ops.Core.dll')
        $answer = Invoke-Fresh "try { Import-Module '$broken/CivicQ.Ops.psd1' -ErrorAction Stop; Get-CivicQEnvironment } catch { `$_.ToString() }"
        $answer -join ' ' | Should -BeLike "*'CivicQ.Ops.Core*"
    }
}

Describe 'The archive of the host' {
    It 'runs a daily check with the module beside it' {
        $civicq = Join-Path $place 'host/civicq.dll'
        $results = dotnet $civicq Invoke-CivicQDailyCheck -Environment lab --output jsonl | ConvertFrom-Json
        $LASTEXITCODE | Should -Be 0
        $results.Step | Should -Be @(1..9)
        (dotnet $civicq --version) | Should -BeLike "*$place*"
    }
}
