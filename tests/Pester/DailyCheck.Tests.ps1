# What an operator types in the morning, against a lab of real servers.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $lab = Start-TestLab

    # Runs a line in a PowerShell of its own, on a terminal-less console, and gives exit code and text.
    function Invoke-Fresh([string] $Line) {
        $text = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$script:labRoot/CivicQ.Ops.psd1'; $Line" 2>&1 | Out-String
        [pscustomobject]@{ ExitCode = $LASTEXITCODE; Text = $text }
    }
}

AfterAll {
    Stop-TestLab
}

Describe 'Invoke-CivicQDailyCheck' {
    BeforeAll {
        $results = Invoke-CivicQDailyCheck -Environment lab
    }

    It 'gives the nine steps of the manual, in its order' {
        $results.Step -join ',' | Should -Be '1,2,3,4,5,6,7,8,9'
        $results.Environment | Select-Object -Unique | Should -Be 'lab'
    }

    It 'asks the database, the cache, the API and the site' {
        foreach ($step in 3, 4, 5, 6) {
            $result = $results | Where-Object Step -eq $step
            "$($result.Status)" | Should -Be 'Healthy' -Because $result.Detail
        }
    }

    It 'does not call green what the lab does not have' {
        "$(($results | Where-Object Step -eq 1).Status)" | Should -Be 'NotConfigured'
    }

    It 'fits a screen of 120 columns' {
        ($results | Format-Table | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length } | Measure-Object -Maximum |
            ForEach-Object Maximum | Should -BeLessOrEqual 120
    }

    It 'goes through ConvertTo-Json and back' {
        $copy = $results | ConvertTo-Json -Depth 6 -EnumsAsStrings | ConvertFrom-Json
        $copy.Count | Should -Be 9
        $copy[2].Status | Should -Be 'Healthy'
    }

    It 'ends with exit code 1 under -FailOn when a step is that bad, after all output' {
        $run = Invoke-Fresh "`$env:DATABASE_URL = 'postgresql://nobody@127.0.0.1:1/none'; Invoke-CivicQDailyCheck -Environment default -FailOn Unhealthy | ForEach-Object { 'step ' + `$_.Step }"
        $run.ExitCode | Should -Be 1
        $run.Text | Should -Match 'step 9'
    }
}

Describe 'Get-CivicQHealth' {
    It 'filters and formats as the manual of this module says' {
        # The machine itself may well be busy while tests run, and is right to say so.
        Get-CivicQHealth -Environment lab | Where-Object Component -ne Host | Where-Object Status -ne Healthy | Format-Table | Out-String |
            Should -Not -Match 'Unhealthy'
    }

    It 'runs in parallel runspaces' {
        $results = 1..8 | ForEach-Object -Parallel {
            Import-Module "$using:labRoot/CivicQ.Ops.psd1"
            Get-CivicQHealth -Component Database, Cache -Environment lab
        } -ThrottleLimit 8
        ($results | Where-Object Check -eq Connection).Count | Should -Be 16
        ($results | Where-Object Status -eq Unhealthy) | Should -BeNullOrEmpty
    }

    It 'keeps the connected environment to its own runspace' {
        Connect-CivicQ -Environment lab
        (Get-CivicQHealth Database).Environment | Select-Object -Unique | Should -Be 'lab'
        $other = 1 | ForEach-Object -Parallel { Import-Module "$using:labRoot/CivicQ.Ops.psd1"; (Get-CivicQHealth Database).Environment | Select-Object -Unique }
        $other | Should -Be 'default'
        Disconnect-CivicQ
        (Get-CivicQHealth Database).Environment | Select-Object -Unique | Should -Be 'default'
    }
}

Describe 'Wait-CivicQHealth' {
    It 'returns at once on Ctrl+C' {
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$script:labRoot/CivicQ.Ops.psd1'; Wait-CivicQHealth -Environment lab -For 00:10:00 -Interval 00:00:05")
        $running = $shell.BeginInvoke()
        Start-Sleep -Seconds 2
        $running.IsCompleted | Should -BeFalse
        $stopping = $shell.BeginStop($null, $null)
        # Less than the interval and than any time-out, more than a busy machine needs.
        $stopping.AsyncWaitHandle.WaitOne(4000) | Should -BeTrue
        "$($shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        $shell.Dispose()
    }
}

Describe 'Secrets' {
    It 'are in no output, error, message, journal or process list' {
        $mark = "PLANTED-$([guid]::NewGuid().ToString('N'))"
        $env:DATABASE_URL = "postgresql://civicq:$mark@127.0.0.1:1/civicq"
        $env:REDIS_URL = "redis://:$mark@127.0.0.1:1/0"
        $env:CIVICQ_ADMIN_TOKEN = $mark
        $env:CIVICQ_API_URL = 'http://127.0.0.1:1'
        try {
            $everything = & {
                Get-CivicQEnvironment -Verbose -Debug
                Get-CivicQHealth -Environment default -Verbose -Debug
                Invoke-CivicQDailyCheck -Environment default -Verbose -Debug
                Test-CivicQEnvironment -Name default -Verbose -Debug
                Register-CivicQEnvironment -Name planted -DatabaseUrl 'env:DATABASE_URL' -Verbose -Debug -Confirm:$false
                Unregister-CivicQEnvironment -Name planted -Confirm:$false
                Get-CivicQJournal
            } *>&1
            $texts = @(
                $everything | Out-String -Width 4096
                $everything | ConvertTo-Json -Depth 6 -WarningAction Ignore
                $everything | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } | ForEach-Object { $_ | Format-List * -Force | Out-String; $_.Exception.ToString() }
                Get-ChildItem -LiteralPath $env:CIVICQ_TEST_STATE -Recurse -File -Include '*.json', '*.jsonl', '*.log' | Get-Content -Raw
                if ($IsLinux) { Get-ChildItem /proc/[0-9]*/cmdline -ErrorAction Ignore | ForEach-Object { Get-Content -Raw -LiteralPath $_ -ErrorAction Ignore } }
            )
            $texts.Count | Should -BeGreaterThan 3
            "$($texts | Where-Object { $_ -like "*$mark*" })" | Should -BeNullOrEmpty
        }
        finally {
            Remove-Item Env:/DATABASE_URL, Env:/REDIS_URL, Env:/CIVICQ_ADMIN_TOKEN, Env:/CIVICQ_API_URL
        }
    }
}
