# The dropped table: back to the second before, by one command, in real pwsh.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
}

AfterAll {
    Stop-CivicQDrill -Confirm:$false
    Stop-TestLab
}

Describe 'A table that was dropped' {
    BeforeAll {
        $backup = Backup-CivicQDatabase -Environment lab -Physical -Confirm:$false
        Invoke-CivicQQuery -Environment lab -AllowWrite -Confirm:$false "INSERT INTO users (email, full_name, hashed_password) SELECT 'late' || i || '@example.org', 'Late', '' FROM generate_series(1, 50) i" | Out-Null
        $before = (Invoke-CivicQQuery -Environment lab 'SELECT count(*) AS n FROM users').n
        Start-Sleep -Milliseconds 1500
        $time = [DateTimeOffset]::UtcNow
        Start-Sleep -Milliseconds 1500
        Invoke-CivicQQuery -Environment lab -AllowWrite -Confirm:$false 'DROP TABLE users CASCADE' | Out-Null
    }

    It 'is gone' {
        { Invoke-CivicQQuery -Environment lab 'SELECT count(*) FROM users' -ErrorAction Stop } | Should -Throw
    }

    It 'is left alone by -WhatIf' {
        Restore-CivicQDatabase -Environment lab -PointInTime $time -Replace -WhatIf
        { Invoke-CivicQQuery -Environment lab 'SELECT count(*) FROM users' -ErrorAction Stop } | Should -Throw
    }

    It 'is back with every row after one command' {
        $result = Restore-CivicQDatabase -Environment lab -PointInTime $time -Replace -Confirm:$false -ErrorAction Stop
        $result.Verified | Should -BeTrue
        $result.Name | Should -Be $backup.Name
        $result.LastTransaction | Should -BeLessOrEqual $time
        $result.StoppedBefore | Should -BeGreaterThan $time
        (Invoke-CivicQQuery -Environment lab 'SELECT count(*) AS n FROM users').n | Should -Be $before
    }

    It 'is rehearsed, and nothing is left' {
        $test = Test-CivicQRecovery -Environment lab -Kind Physical -WorkDirectory $env:CIVICQ_TEST_STATE
        $test.Passed | Should -BeTrue -Because $test.Reason
        $test.Rows | Should -BeGreaterThan 0
        Test-CivicQRecovery -Environment lab -Kind Physical -WorkDirectory $env:CIVICQ_TEST_STATE -Quiet | Should -BeTrue
        Get-ChildItem $env:CIVICQ_TEST_STATE -Filter 'civicq-recovery-*' | Should -BeNullOrEmpty
    }

    It 'cannot be sought before the first backup' {
        { Restore-CivicQDatabase -Environment lab -PointInTime $time.AddDays(-1) -Replace -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'RecoveryTimeNotReachable,*'
    }
}
