# What an operator does about a database in trouble, in real pwsh: locks are freed, tables maintained, writes stopped.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
    $settings = (Get-Content -Raw (Join-Path $env:CIVICQ_STATE 'lab/state.json') | ConvertFrom-Json).servers | Where-Object kind -eq 'Postgres'

    # A psql that stays open, as another operator's or the application's session.
    function Open-Psql([string] $Name) {
        $start = [Diagnostics.ProcessStartInfo]::new('psql', "-qAtX -h 127.0.0.1 -p $($settings.port) -U civicq -d civicq")
        $start.Environment['PGPASSWORD'] = (Get-Content -Raw (Join-Path $env:CIVICQ_STATE 'lab/secrets/database')).Trim()
        $start.Environment['PGAPPNAME'] = $Name
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        [Diagnostics.Process]::Start($start)
    }

    function Send-Psql($Process, [string] $Sql) {
        $Process.StandardInput.WriteLine("$Sql;")
        $Process.StandardInput.Flush()
    }

    function Wait-Until([scriptblock] $Condition) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($clock.Elapsed.TotalMinutes -gt 2) { throw "Not in two minutes: $Condition" }
            Start-Sleep -Milliseconds 50
        }
    }
}

AfterAll {
    Stop-TestLab
}

Describe 'A chain of locks' {
    It 'is freed by stopping its root' {
        $root, $middle, $last = 'root', 'middle', 'last' | ForEach-Object { Open-Psql $_ }
        try {
            Send-Psql $root 'BEGIN; UPDATE users SET city = city WHERE id = 1'
            Wait-Until { Get-CivicQDatabaseSession -Environment lab -Application root | Where-Object State -eq IdleInTransaction }
            Send-Psql $middle 'BEGIN; UPDATE users SET city = city WHERE id = 2; UPDATE users SET city = city WHERE id = 1'
            Wait-Until { @(Get-CivicQDatabaseLock -Environment lab).Count -eq 2 }
            Send-Psql $last 'UPDATE users SET city = city WHERE id = 2'
            Wait-Until { @(Get-CivicQDatabaseLock -Environment lab).Count -eq 3 }

            Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession -WhatIf | Should -BeNullOrEmpty
            @(Get-CivicQDatabaseLock -Environment lab).Count | Should -Be 3
            $stopped = Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession
            "$($stopped.Application) $($stopped.Outcome)" | Should -Be 'root Terminated'
            Send-Psql $middle 'ROLLBACK'
            Wait-Until { -not (Get-CivicQDatabaseLock -Environment lab) }
        }
        finally {
            $root, $middle, $last | ForEach-Object { try { $_.StandardInput.Close() } catch { $null = $_ }; $null = $_.WaitForExit(10000) }
        }
    }
}

Describe 'Maintenance' {
    It 'vacuums every table and fits 80 columns' {
        $results = Invoke-CivicQVacuum -Environment lab -Analyze -Parallel 4
        $results.Outcome | Select-Object -Unique | Should -Be 'Done'
        $results.Table | Should -Contain 'votes'
        $results | Format-Table | Out-String -Width 80 | Should -Match '(?m)^votes +Done .* dead rows'
        ($results | Format-Table | Out-String -Width 80) -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum |
            ForEach-Object Maximum | Should -BeLessOrEqual 80
    }

    It 'takes what other cmdlets give' {
        (Get-CivicQTableSize votes -Environment lab | Invoke-CivicQVacuum).Outcome | Should -Be 'Done'
        (Get-CivicQTableBloat votes -Environment lab | Invoke-CivicQReindex).Outcome | Select-Object -Unique | Should -Be 'Done'
    }

    It 'stops at once when the pipeline has enough' {
        $first = Invoke-CivicQVacuum -Environment lab -Parallel 1 | Select-Object -First 1
        "$($first.Outcome)" | Should -Be 'Done'
        Wait-Until { -not (Get-CivicQDatabaseSession -Environment lab -Application CivicQ.Ops | Where-Object { -not $_.IsOwn }) }
    }

    It 'makes an index once' {
        try {
            (New-CivicQDatabaseIndex users city -Environment lab -Name pester_city).Outcome | Should -Be 'Done'
            { New-CivicQDatabaseIndex users city -Environment lab -ErrorAction Stop } | Should -Throw '*pester_city*'
        }
        finally {
            $null = Invoke-CivicQQuery 'DROP INDEX pester_city' -AllowWrite -Confirm:$false -Environment lab
        }
    }
}

Describe 'Suspend-CivicQDatabaseWrite' {
    It 'stops writes, and Resume lets them go on' {
        try {
            (Suspend-CivicQDatabaseWrite -Environment lab).IsSuspended | Should -BeTrue
            { Invoke-CivicQQuery 'UPDATE users SET city = city WHERE id = 1' -AllowWrite -Confirm:$false -Environment lab -ErrorAction Stop } | Should -Throw '*read-only*'
        }
        finally {
            (Resume-CivicQDatabaseWrite -Environment lab).IsSuspended | Should -BeFalse
        }

        $null = Invoke-CivicQQuery 'UPDATE users SET city = city WHERE id = 1' -AllowWrite -Confirm:$false -Environment lab -ErrorAction Stop
    }
}
