# The examples: scripts that parse and name what there is, units and documents that their readers accept, and runs of what can run here.
BeforeDiscovery {
    $examples = Join-Path $PSScriptRoot '../../examples'
    $scripts = Get-ChildItem -LiteralPath $examples -Recurse -Filter *.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab
    $examples = (Resolve-Path (Join-Path $PSScriptRoot '../../examples')).Path
    $place = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "civicq-examples-$PID")).FullName
    # The examples import the module by its name, as installed.
    $null = New-Item -ItemType SymbolicLink -Path (Join-Path $place 'modules/CivicQ.Ops') -Target $script:labRoot -Force
    $modulePath = $env:PSModulePath
    $env:PSModulePath = (Join-Path $place 'modules') + [IO.Path]::PathSeparator + $modulePath
    $pwsh = (Get-Process -Id $PID).Path

    # The environment "default", every part of which is down.
    $down = @{ DATABASE_URL = 'postgresql://nobody@127.0.0.1:1/none'; REDIS_URL = 'redis://127.0.0.1:1'; CIVICQ_API_URL = 'http://127.0.0.1:1'; CIVICQ_SITE_URL = 'http://127.0.0.1:1' }

    function Find-ScriptProblem([string] $Text) {
        $tokens = $errors = $null
        $tree = [Management.Automation.Language.Parser]::ParseInput($Text, [ref] $tokens, [ref] $errors)
        $errors.Message
        foreach ($command in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
            $name = $command.GetCommandName()
            if ($name -notlike '*-CivicQ*') { continue }
            $known = Get-Command $name -ErrorAction Ignore
            if (-not $known) { "there is no $name"; continue }
            foreach ($parameter in $command.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                if (-not $known.Parameters.ContainsKey($parameter.ParameterName)) { "$name has no -$($parameter.ParameterName)" }
            }
        }
    }
}

AfterAll {
    $env:PSModulePath = $modulePath
    Stop-TestLab
    (Get-Item -LiteralPath (Join-Path $place 'modules/CivicQ.Ops')).Delete()
    Remove-Item -LiteralPath $place -Recurse -ErrorAction Ignore
}

Describe 'The script <Name>' -ForEach $scripts {
    It 'parses, and names cmdlets and parameters that there are' {
        Find-ScriptProblem (Get-Content -Raw -LiteralPath $Path) | Should -BeNullOrEmpty
    }
}

Describe 'daily-check.ps1' {
    It 'ends with 1 exactly when a step of the lab is Unhealthy' {
        $json = Join-Path $place 'lab.json'
        $text = & $pwsh -NoProfile -NonInteractive -File (Join-Path $examples 'daily-check.ps1') -Environment lab -FailOn Unhealthy -JsonPath $json 2>&1 | Out-String
        $code = $LASTEXITCODE
        $results = Get-Content -Raw -LiteralPath $json | ConvertFrom-Json
        $results.Count | Should -Be 9
        $code | Should -Be ([int]($results.Status -contains 'Unhealthy')) -Because $text
        Test-Path -LiteralPath "$json.partial" | Should -BeFalse
    }

    It 'ends with 1 where the parts are down, and says what to do' {
        foreach ($name in $down.Keys) { Set-Item "Env:$name" $down[$name] }
        try {
            $text = & $pwsh -NoProfile -NonInteractive -File (Join-Path $examples 'daily-check.ps1') -Environment default -FailOn Unhealthy 2>&1 | Out-String -Width 300
            $LASTEXITCODE | Should -Be 1
            $text | Should -Match 'WARNING: default, Database: '
        }
        finally {
            foreach ($name in $down.Keys) { Remove-Item "Env:$name" }
        }
    }
}

Describe 'The Azure Automation runbook' {
    It 'prints the steps and fails where the parts are down' {
        $variables = @{ 'CivicQ-DatabaseUrl' = $down.DATABASE_URL; 'CivicQ-RedisUrl' = $down.REDIS_URL; 'CivicQ-ApiUrl' = $down.CIVICQ_API_URL; 'CivicQ-SiteUrl' = $down.CIVICQ_SITE_URL; 'CivicQ-AdminToken' = 'none' }
        $table = '@{' + (($variables.GetEnumerator() | ForEach-Object { "'$($_.Key)' = '$($_.Value)'" }) -join '; ') + '}'
        $runbook = Join-Path $examples 'azure-automation/CivicQ-DailyCheck.ps1'
        $text = & $pwsh -NoProfile -NonInteractive -Command "function Get-AutomationVariable(`$Name) { ($table)[`$Name] }; & '$runbook'" 2>&1 | Out-String -Width 300
        $LASTEXITCODE | Should -Be 1
        $text | Should -Match '(?m)^3\. Database +Unhealthy'
    }
}

Describe 'The AWS Systems Manager document' -Skip:$IsWindows {
    It 'has a command that the shell hands to pwsh as it is meant' {
        $document = Get-Content -Raw -LiteralPath (Join-Path $examples 'aws-ssm/civicq-daily-check.yaml')
        # A folded block: its lines are joined by blanks.
        $command = ($document -replace '(?s)^.*- >-\r?\n' -replace '\s*\r?\n\s*', ' ').Trim() -replace '\{\{ Environment \}\}', 'lab' -replace '\{\{ FailOn \}\}', 'Unhealthy'
        $command | Should -BeLike 'pwsh -NoProfile*'
        $path = $env:PATH
        $env:PATH = (Split-Path $pwsh) + [IO.Path]::PathSeparator + $path
        try { $text = sh -c $command 2>&1 | Out-String -Width 200 } finally { $env:PATH = $path }
        $text | Should -Match '(?m)^lab +9 +Storage'
    }
}

Describe 'The systemd units' {
    It 'hold sections and settings, and are accepted by systemd where it is found' {
        foreach ($unit in Get-ChildItem -LiteralPath (Join-Path $examples 'systemd')) {
            Get-Content -LiteralPath $unit | Where-Object { $_ -and $_ -notmatch '^(#|\[\w+\]$|[A-Za-z]+=)' } | Should -BeNullOrEmpty
            # The programs that they start are not on this machine.
            (Get-Content -Raw -LiteralPath $unit) -replace '/usr/bin/pwsh', '/bin/true' | Set-Content -NoNewline (Join-Path $place $unit.Name)
        }

        if (Get-Command systemd-analyze -ErrorAction Ignore) {
            $found = systemd-analyze verify --man=no (Join-Path $place 'civicq-daily-check.service') (Join-Path $place 'civicq-daily-check.timer') 2>&1 | Out-String
            $LASTEXITCODE | Should -Be 0 -Because $found
            $found | Should -Not -Match 'civicq-daily-check'
        }
    }
}

Describe 'The cron file' {
    It 'has five fields, a user and a command in each line' {
        $lines = Get-Content -LiteralPath (Join-Path $examples 'cron/civicq-daily-check')
        $jobs = $lines | Where-Object { $_ -match '^(# )?[\d*]+ [\d*]+ ' }
        @($jobs).Count | Should -Be 2
        $jobs | Should -Match '^(# )?(([\d*/,-]+) +){5} *civicq +(pwsh|/opt/civicq/civicq) .*-Environment production -FailOn Unhealthy$'
        $lines | Where-Object { $_ -and $_ -notin $jobs -and $_ -notmatch '^(#|[A-Z_]+=)' } | Should -BeNullOrEmpty
    }
}
