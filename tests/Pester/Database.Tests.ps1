# The database's cmdlets in real PowerShell, against a lab of real servers.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $lab = Start-TestLab
    Connect-CivicQ lab
}

AfterAll {
    Disconnect-CivicQ
    Stop-TestLab
}

Describe 'Invoke-CivicQQuery' {
    It 'gives rows as objects that PowerShell sorts and groups' {
        $rows = Invoke-CivicQQuery 'SELECT role, count(*) AS users FROM users GROUP BY role'
        ($rows | Sort-Object users -Descending)[0].role | Should -Be 'voter'
        ($rows | Measure-Object users -Sum).Sum | Should -Be 2000
    }

    It 'takes parameters as values' {
        (Invoke-CivicQQuery 'SELECT @a AS a, @b::int AS b' @{ a = "'; DROP TABLE users; --"; b = '3' }).a | Should -Be "'; DROP TABLE users; --"
        (Invoke-CivicQQuery 'SELECT count(*) AS n FROM users WHERE id = ANY (@ids)' @{ ids = 1..5 }).n | Should -Be 5
    }

    It 'does not write unless it is told to' {
        Invoke-CivicQQuery 'DELETE FROM votes' -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -Be 'DatabaseReadOnly,CivicQ.Ops.Commands.Database.InvokeCivicQQueryCommand'
        $failed[0].ErrorDetails.RecommendedAction | Should -Match '-AllowWrite'
    }

    It 'streams, and ends the statement when the pipeline has enough' {
        Invoke-CivicQQuery 'SELECT generate_series(1, 1000000000000) AS n' | Select-Object -First 3 -ExpandProperty n | Should -Be 1, 2, 3
    }

    It 'keeps memory flat over many rows' {
        $before = [GC]::GetTotalMemory($true)
        $most = 0
        $count = 0
        Invoke-CivicQQuery 'SELECT g, md5(g::text) AS text FROM generate_series(1, 100000) g' | ForEach-Object {
            if (++$count % 25000 -eq 0) { $most = [Math]::Max($most, [GC]::GetTotalMemory($true) - $before) }
        }

        $count | Should -Be 100000
        $most | Should -BeLessThan 64MB
    }
}

Describe 'Get-CivicQDatabaseLock' {
    It 'shows who blocks and the command that frees the others' {
        # Each in a PowerShell of its own, for as long as it is let.
        $program = (Get-Process -Id $PID).Path
        $hold = { param($sql) @('-NoProfile', '-NonInteractive', '-Command', "Import-Module '$script:labRoot/CivicQ.Ops.psd1'; Invoke-CivicQQuery '$sql' -AllowWrite -Confirm:`$false -Environment lab -TimeoutSeconds 120 | Out-Null") }
        $holder = Start-Process $program -ArgumentList (& $hold 'BEGIN; UPDATE users SET city = city WHERE id = 7; SELECT pg_sleep(111)') -PassThru
        try {
            $limit = (Get-Date).AddMinutes(2)
            while (-not (Invoke-CivicQQuery "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(111)'")) { (Get-Date) | Should -BeLessThan $limit }
            $waiter = Start-Process $program -ArgumentList (& $hold 'UPDATE users SET city = city WHERE id = 7') -PassThru
            while (-not ($tree = @(Get-CivicQDatabaseLock))) { (Get-Date) | Should -BeLessThan $limit }
            $tree.Depth | Should -Be 0, 1
            $tree[0].Remedy | Should -Be "Stop-CivicQDatabaseSession -ProcessId $($tree[0].ProcessId) -Environment lab"
            $tree[1].Relation | Should -Be 'public.users'
            ($tree | Format-Table | Out-String -Width 120) | Should -Match '└ \d+'
        }
        finally {
            $holder, $waiter | Where-Object { $_ -and -not $_.HasExited } | Stop-Process -Force
            foreach ($process in (Get-CivicQDatabaseSession -Application CivicQ.Ops | Where-Object State -ne Idle).ProcessId) {
                Invoke-CivicQQuery 'SELECT pg_terminate_backend(@pid)' @{ pid = $process } -AllowWrite -Confirm:$false | Out-Null
            }
        }
    }
}

Describe 'Completion' {
    It 'knows the names that were seen, and asks no server' {
        Get-CivicQTableSize | Out-Null
        $text = 'Get-CivicQTableBloat -Table vo'
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Contain 'votes'
        $text = 'Get-CivicQTableBloat -Database civ'
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Contain 'civicq'
    }

    It 'knows the revisions of the migrations'' scripts, newest first: <_>' -ForEach 'Update', 'Undo', 'Get' {
        $text = "$_-CivicQMigration -Environment lab -Revision "
        $found = (TabExpansion2 $text $text.Length).CompletionMatches
        $found[0].CompletionText | Should -Be 'd18b3c6e4f72'
        $found.Count | Should -Be 6
        $found.ToolTip | Should -Contain 'preferred language of users'
        $text = "$_-CivicQMigration -Environment nowhere -Revision d1"
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Not -Contain 'd18b3c6e4f72'
    }
}

Describe 'The views' {
    It 'fit a screen of 120 columns: <_>' -ForEach 'Get-CivicQDatabaseSession -IncludeBackground', 'Get-CivicQDatabaseStatistic -SampleSeconds 0', 'Get-CivicQDatabaseStatistic -Index -IncludeHealthy', 'Get-CivicQTableSize', 'Get-CivicQTableBloat', 'Get-CivicQSlowQuery' {
        (Invoke-Expression $_ | Out-String -Width 120) -split "`n" | ForEach-Object { ($_ -replace "`e\[[0-9;]*m").TrimEnd().Length } | Measure-Object -Maximum |
            ForEach-Object Maximum | Should -BeLessOrEqual 120
    }
}
