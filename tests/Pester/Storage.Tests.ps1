# Storage in real pwsh: an S3 server (tests/Lab/storage) on the engine that build.sh started; without that engine the tests are skipped, and say so.
Describe 'Storage' -Skip:(-not $env:CIVICQ_LAB_DOCKER_HOST) {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Lab.ps1')
        Import-Module (Join-Path $PSScriptRoot '../../CivicQ.Ops.psd1')
        $folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "civicq-storage-$PID")).FullName
        $before = @{}
        foreach ($name in 'CIVICQ_STATE', 'CIVICQ_CONFIG', 'CIVICQ_JOURNAL') { $before[$name] = [Environment]::GetEnvironmentVariable($name) }
        $env:CIVICQ_STATE = Join-Path $folder 'state'
        $env:CIVICQ_CONFIG = Join-Path $folder 'config'
        $env:CIVICQ_JOURNAL = Join-Path $folder 'journal.jsonl'
        $env:STORAGE_ACCESS = 'civicq:key'
        $env:STORAGE_SECRET = 'civicqsecret'

        function Invoke-Docker([string[]] $Arguments) {
            $output = & docker -H $env:CIVICQ_LAB_DOCKER_HOST @Arguments 2>&1
            if ($LASTEXITCODE) { throw "docker $Arguments`: $output" }
            $output
        }

        $container = "pester-s3-$PID"
        $null = Invoke-Docker run, -d, --init, --name, $container, -p, '127.0.0.1::8080', 'lab/storage:latest'
        $endpoint = "http://$(@(Invoke-Docker port, $container, '8080/tcp')[0])/"
        # The server takes some seconds: a lab that cannot make its buckets is no lab, and is tried again.
        $deadline = [DateTime]::UtcNow.AddMinutes(3)
        do {
            $failed = $null
            try {
                $null = Start-CivicQLab -Exclude Postgres, Redis, Api, Celery, PgBouncer -StorageEndpoint $endpoint -StorageAccessKey env:STORAGE_ACCESS -StorageSecretKey env:STORAGE_SECRET -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue
            }
            catch {
                $failed = $_
            }
        } until (-not $failed -or [DateTime]::UtcNow -gt $deadline)
        if ($failed) { throw $failed }
        $media = (Get-CivicQStorage -Environment lab).Bucket | Where-Object { $_ -like 'civicq-media-*' }
    }

    AfterAll {
        Stop-CivicQLab -Confirm:$false
        $null = Invoke-Docker rm, -fv, $container
        foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
        Remove-Item Env:/STORAGE_ACCESS, Env:/STORAGE_SECRET
        Remove-Item -LiteralPath $folder -Recurse
    }

    It 'adds up buckets' {
        $rows = Get-CivicQStorage -Environment lab -Depth 1
        $rows | Where-Object Bucket -EQ $media | ForEach-Object Objects | Should -Be 12
        ($rows | Out-String -Width 80).Split("`n") | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 80 }
    }

    It 'brings back what was deleted, from the pipeline' {
        $null = Start-CivicQDrill DeletedObject -Confirm:$false
        $deleted = Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab
        $deleted | Should -HaveCount 3
        $deleted | Restore-CivicQObject -WhatIf | ForEach-Object Outcome | Should -Be Planned, Planned, Planned
        $deleted | Restore-CivicQObject -Confirm:$false | ForEach-Object Outcome | Should -Be Undeleted, Undeleted, Undeleted
        (Get-CivicQDrill DeletedObject).ResolvedBy | Should -Be 'Restore-CivicQObject'
        $null = Stop-CivicQDrill -Confirm:$false
    }

    It 'sets a prefix back to a time given as a date' {
        Start-Sleep -Milliseconds 1500
        $then = Get-Date
        Start-Sleep -Milliseconds 1500
        $null = Start-CivicQDrill OverwrittenObject -Confirm:$false
        $result = Restore-CivicQObject -Prefix videos/ -AsOf $then -Bucket $media -Environment lab -Confirm:$false
        $result | ForEach-Object { "$($_.Key) $($_.Outcome) $($_.IsVerified)" } | Should -Be 'videos/2.mp4 Restored True'
        (Get-CivicQDrill OverwrittenObject).Resolved | Should -BeTrue
        $null = Stop-CivicQDrill -Confirm:$false
    }

    It 'completes buckets and prefixes that the session has seen' {
        $null = Get-CivicQStorage -Environment lab -Depth 1
        (TabExpansion2 'Get-CivicQStorage civicq-m' -cursorColumn 26).CompletionMatches.ListItemText | Should -Contain $media
        (TabExpansion2 'Restore-CivicQObject -Prefix vid' -cursorColumn 32).CompletionMatches.ListItemText | Should -Contain 'videos/'
    }
}
