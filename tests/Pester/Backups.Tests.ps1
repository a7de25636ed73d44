# Backups in real pwsh: what an operator types, and what is shown.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
    $folder = Join-Path $env:CIVICQ_TEST_STATE 'backups-of-pester'
    $made = Backup-CivicQDatabase -Environment lab -Folder $folder -Confirm:$false
}

AfterAll {
    Remove-Item -LiteralPath $folder -Recurse -ErrorAction Ignore
    Stop-TestLab
}

Describe 'Backups' {
    It 'are listed and tested by a pipeline' {
        $tested = Get-CivicQBackup -Environment lab -Folder $folder | Test-CivicQBackup
        $tested.Name | Should -Be $made.Name
        $tested.Passed | Should -BeTrue -Because $tested.Reason
    }

    It 'are shown as a table of a line each, and as JSON' {
        $text = Get-CivicQBackup -Environment lab -Folder $folder | Format-Table | Out-String -Width 120
        $text | Should -Match "$($made.Name)\s+Logical\s+Folder\s+.*Complete"
        $json = Get-CivicQBackup -Environment lab -Folder $folder | ConvertTo-Json -Depth 6 -EnumsAsStrings | ConvertFrom-Json
        $json.Manifest.Sha256 | Should -Be $made.Sha256
        $json.Manifest.Tables.Count | Should -Be $made.Tables
    }

    It 'say in a word what matters most: <Expected>' -ForEach @(
        @{ State = 'Complete'; WithinRpo = $true; Latest = $false; Reason = $null; Source = 'lab'; Expected = 'Complete' }
        @{ State = 'Complete'; WithinRpo = $true; Latest = $true; Reason = $null; Source = 'LAB'; Expected = 'Complete *' }
        @{ State = 'Complete'; WithinRpo = $false; Latest = $true; Reason = $null; Source = 'lab'; Expected = "`e[33mComplete, older than the RPO`e[0m" }
        @{ State = 'Complete'; WithinRpo = $true; Latest = $true; Reason = $null; Source = 'staging'; Expected = 'Complete, of staging' }
        @{ State = 'Damaged'; WithinRpo = $true; Latest = $false; Reason = 'Its size is another.'; Source = $null; Expected = "`e[31;1mDamaged`e[0m Its size is another." }
    ) {
        [CivicQ.Ops.Formatting.Display]::BackupState($State, $WithinRpo, $Latest, $Reason, 'lab', $Source) | Should -BeExactly $Expected
    }

    It 'are completed by name' {
        $line = "Restore-CivicQDatabase -Folder '$folder' -Name civicq-"
        (TabExpansion2 $line $line.Length).CompletionMatches.ListItemText | Should -Contain $made.Name
    }

    It 'are restored beside, and the row counts are the same' {
        $restored = Get-CivicQBackup -Environment lab -Folder $folder -Latest | Restore-CivicQDatabase -TargetDatabase pester_beside -Confirm:$false
        $restored.Rows | Should -Be $made.Rows
        $restored.Verified | Should -BeTrue
        (Invoke-CivicQQuery 'SELECT count(*) AS n FROM users' -Environment lab -Database pester_beside).n | Should -Be (Invoke-CivicQQuery 'SELECT count(*) AS n FROM users' -Environment lab).n
    }

    It 'are left alone by -WhatIf' {
        $before = Get-ChildItem -LiteralPath $folder -Recurse | Select-Object -ExpandProperty FullName
        Backup-CivicQDatabase -Environment lab -Folder $folder -WhatIf
        Restore-CivicQDatabase -Environment lab -Folder $folder -Replace -WhatIf
        Remove-CivicQBackup -Environment lab -Folder $folder -KeepDaily 0 -KeepWeekly 0 -KeepMonthly 0 -WhatIf
        Get-ChildItem -LiteralPath $folder -Recurse | Select-Object -ExpandProperty FullName | Should -Be $before
    }

    It 'that are the last good ones cannot be removed' {
        { Remove-CivicQBackup $made.Name -Environment lab -Folder $folder -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'BackupStillNeeded,*'
    }

    It 'say what is wrong when a byte has changed' {
        $file = Get-ChildItem -LiteralPath $folder -Recurse -Filter *.zst
        $bytes = [IO.File]::ReadAllBytes($file.FullName)
        $bytes[100] = $bytes[100] -bxor 1
        [IO.File]::WriteAllBytes($file.FullName, $bytes)
        (Test-CivicQBackup -Environment lab -Folder $folder).Passed | Should -BeFalse
        { Restore-CivicQDatabase -Environment lab -Folder $folder -Replace -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'BackupDamaged,*'
        $bytes[100] = $bytes[100] -bxor 1
        [IO.File]::WriteAllBytes($file.FullName, $bytes)
        Test-CivicQBackup -Environment lab -Folder $folder -Quiet | Should -BeTrue
    }
}
