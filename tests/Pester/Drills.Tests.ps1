# An incident from the alarm to its end, in real pwsh: a chain of locks in the lab's PostgreSQL.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
}

AfterAll {
    Stop-CivicQDrill -Confirm:$false
    Stop-TestLab
}

Describe 'The lock chain' {
    BeforeAll {
        $started = Start-CivicQDrill LockChain -TimeoutSeconds 180 -Confirm:$false
    }

    It 'is visible once it is started' {
        $started.Detected | Should -BeTrue
        $started.Resolved | Should -BeFalse
        $started.Environment | Should -Be 'lab'
    }

    It 'is found as a tree, three deep below its root' {
        $tree = Get-CivicQDatabaseLock -Environment lab
        $tree.Depth -join ',' | Should -Be '0,1,2,3'
        ($tree | Where-Object IsRoot).Blocks | Should -Be 3
    }

    It 'is left alone by -WhatIf' {
        Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession -WhatIf
        @(Get-CivicQDatabaseLock -Environment lab).Count | Should -Be 4
        (Get-CivicQDrill LockChain).Resolved | Should -BeFalse
    }

    It 'is freed by ending its root' {
        $stopped = Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession
        "$($stopped.Outcome)" | Should -Be 'Terminated'
        $limit = [datetime]::UtcNow.AddMinutes(2)
        while (-not ($drill = Get-CivicQDrill LockChain).Resolved -and [datetime]::UtcNow -lt $limit) {
            Start-Sleep -Milliseconds 100
        }

        $drill.Resolved | Should -BeTrue -Because $drill.Detail
        $drill.ResolvedBy | Should -Be 'Stop-CivicQDatabaseSession'
        $drill.TimeToResolve | Should -BeGreaterThan $drill.TimeToDetect
        Get-CivicQDatabaseLock -Environment lab | Should -BeNullOrEmpty
    }

    It 'leaves nothing when it is stopped' {
        (Get-CivicQDrill | Stop-CivicQDrill -Confirm:$false).Name | Should -Be 'LockChain'
        Get-CivicQDrill | Should -BeNullOrEmpty
    }
}

Describe 'Drills' {
    It 'are refused outside the lab' {
        { Start-CivicQDrill LockChain -Environment production -Confirm:$false } | Should -Throw -ErrorId 'DrillOutsideLab,*'
    }

    It 'fit a screen of 80 columns' {
        foreach ($width in 80, 120) {
            (Get-CivicQDrill -Available | Out-String -Width $width) -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum |
                ForEach-Object Maximum | Should -BeLessOrEqual $width
        }
    }
}
