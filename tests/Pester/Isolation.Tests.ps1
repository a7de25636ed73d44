# Another module brought other versions of the same packages first. That changes nothing for this one, and nothing for the other.
BeforeAll {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $lab = Start-TestLab
}

AfterAll {
    Stop-TestLab
}

Describe 'Beside other versions of the same packages' {
    It 'asks a real PostgreSQL while another <_> is loaded' -ForEach 'Npgsql', 'AWSSDK.Core' {
        $script = @"
`$other = [Reflection.Assembly]::LoadFrom('$root/artifacts/other-versions/$_.dll')
Import-Module '$root/CivicQ.Ops.psd1'
(Get-CivicQHealth Database -Environment lab | Where-Object Check -eq Connection).Status
`$all = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq '$_' }
[Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$other).Name + ' ' + `$other.GetName().Version
(`$all | ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object -Unique) -join ','
"@
        $answer = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
        $answer[0] | Should -Be 'Healthy'
        $answer[1] | Should -Match '^Default (9|3)\.'
        if ($_ -eq 'Npgsql') {
            $answer[2] | Should -Be 'CivicQ.Ops,Default'
        }
    }

    It 'shows other modules none of its packages: a second Npgsql still loads by name' {
        $script = @"
Import-Module '$root/CivicQ.Ops.psd1'
`$null = Get-CivicQHealth Database -Environment lab
try { [Reflection.Assembly]::Load('Npgsql').FullName } catch { 'not found' }
"@
        & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script | Should -Be 'not found'
    }
}
