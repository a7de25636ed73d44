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
    It 'asks a real PostgreSQL while another Npgsql is loaded' {
        $script = @"
`$other = [Reflection.Assembly]::LoadFrom('$root/artifacts/other-versions/Npgsql.dll')
Import-Module '$root/CivicQ.Ops.psd1'
(Get-CivicQHealth Database -Environment lab | Where-Object Check -eq Connection).Status
[Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$other).Name + ' ' + `$other.GetName().Version
([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'Npgsql' } |
    ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object -Unique) -join ','
"@
        $answer = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
        $answer[0] | Should -Be 'Healthy'
        $answer[1] | Should -Match '^Default 9\.'
        $answer[2] | Should -Be 'CivicQ.Ops,Default'
    }

    It 'asks S3 while another AWSSDK.Core is loaded' {
        # Nobody answers on that port: that the answer is "unreachable", and not a missing type, shows that its own SDK asked.
        $script = @"
`$other = [Reflection.Assembly]::LoadFrom('$root/artifacts/other-versions/AWSSDK.Core.dll')
Import-Module '$root/CivicQ.Ops.psd1'
`$env:CIVICQ_BUCKETS = 'media'; `$env:AWS_ENDPOINT_URL = 'http://127.0.0.1:1'; `$env:AWS_REGION = 'us-east-1'
`$env:AWS_ACCESS_KEY_ID = 'test'; `$env:AWS_SECRET_ACCESS_KEY = 'test'
(Get-CivicQHealth Storage -Environment default).ErrorId
[Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$other).Name + ' ' + `$other.GetName().Version
([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { `$_.GetName().Name -eq 'AWSSDK.Core' } |
    ForEach-Object { [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name } | Sort-Object -Unique) -join ','
"@
        $answer = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $script
        $answer[0] | Should -Be 'StorageUnreachable'
        $answer[1] | Should -Match '^Default 3\.'
        $answer[2] | Should -Be 'CivicQ.Ops,Default'
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
