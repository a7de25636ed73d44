# The runbook's Redis Recovery, in real pwsh: backed up, damaged, brought back.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
    $script:folder = Join-Path $env:CIVICQ_STATE "cache-backups-$PID"
    $server = (Get-Content -Raw (Join-Path $env:CIVICQ_STATE 'lab/state.json') | ConvertFrom-Json).servers | Where-Object kind -eq 'Redis'

    # An application's connection to Redis. The password is no argument.
    function Send-Redis([string[]] $Arguments) {
        $env:REDISCLI_AUTH = (Get-Content -Raw (Join-Path $env:CIVICQ_STATE 'lab/secrets/redis')).Trim()
        try { redis-cli -h 127.0.0.1 -p $server.port @Arguments } finally { Remove-Item Env:/REDISCLI_AUTH }
    }
}

AfterAll {
    # What a restore looked for and did not find counts as misses, and other tests of this lab judge its hit rate.
    $null = Send-Redis -Arguments '-n', '7', 'SET', 'warm', '1'
    $null = Send-Redis -Arguments '-n', '7', '-r', '2000', 'GET', 'warm'
    $null = Send-Redis -Arguments '-n', '7', 'FLUSHDB'
    Remove-Item -LiteralPath $script:folder -Recurse -ErrorAction Ignore
    Stop-TestLab
}

Describe 'A cache that was damaged' {
    It 'is brought back from its backup by one command' {
        $null = Send-Redis -Arguments '-n', '7', 'SET', 'cache:questions:1', 'good'
        $null = Send-Redis -Arguments '-n', '7', 'SET', 'cache:questions:2', 'good', 'EX', '3600'
        $backup = Backup-CivicQCache -Environment lab -Folder $script:folder
        $backup.Verified | Should -BeTrue
        ($backup.Databases | Where-Object Database -eq 7).Keys | Should -Be 2

        $null = Send-Redis -Arguments '-n', '7', 'SET', 'cache:questions:1', 'damaged'
        $null = Send-Redis -Arguments '-n', '7', 'SET', 'cache:broken', 'damaged'
        $restored = $backup | Restore-CivicQCache -Database 7 -Replace -BackupFolder $script:folder -Confirm:$false
        $restored.Verified | Should -BeTrue
        $restored.Environment | Should -Be 'lab'
        Send-Redis -Arguments '-n', '7', 'GET', 'cache:questions:1' | Should -Be 'good'
        Send-Redis -Arguments '-n', '7', 'EXISTS', 'cache:broken' | Should -Be 0
        [int](Send-Redis -Arguments '-n', '7', 'TTL', 'cache:questions:2') | Should -BeGreaterThan 0
        $restored.SafetyCopy | Should -Exist
    }

    It 'says what it would do, and does not' {
        $backup = Backup-CivicQCache -Environment lab -Folder $script:folder
        $null = Send-Redis -Arguments '-n', '7', 'SET', 'cache:new', 'x'
        Restore-CivicQCache $backup.Path -Environment lab -Database 7 -Replace -WhatIf | Should -BeNullOrEmpty
        Send-Redis -Arguments '-n', '7', 'GET', 'cache:new' | Should -Be 'x'
    }

    It 'is left alone by a backup with a byte that differs' {
        $backup = Backup-CivicQCache -Environment lab -Folder $script:folder
        $file = Join-Path $backup.Path "$($backup.Name).rdb"
        $bytes = [IO.File]::ReadAllBytes($file)
        $bytes[$bytes.Length - 20] = $bytes[$bytes.Length - 20] -bxor 1
        [IO.File]::WriteAllBytes($file, $bytes)
        $null = Send-Redis -Arguments '-n', '7', 'SET', 'cache:new', 'y'
        $backup | Restore-CivicQCache -Database 7 -Replace -Confirm:$false -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -Be 'BackupDamaged,CivicQ.Ops.Commands.Cache.RestoreCivicQCacheCommand'
        Send-Redis -Arguments '-n', '7', 'GET', 'cache:new' | Should -Be 'y'
    }

    It 'keeps Celery''s queues' {
        $null = Send-Redis -Arguments '-n', '7', 'SADD', '_kombu.binding.civicq', 'x'
        $backup = Backup-CivicQCache -Environment lab -Folder $script:folder
        { $backup | Restore-CivicQCache -Database 7 -Merge -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'CacheQueueProtected,*'
    }

    It 'asks before it overwrites anything' {
        (Get-Command Restore-CivicQCache).ImplementingType.GetCustomAttributes([Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
    }
}
