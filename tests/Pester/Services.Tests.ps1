# The same script on Compose and on Kubernetes, in real pwsh. The engine and the cluster are those that build.sh started (tests/Lab); without
# them the tests are skipped, and say so.
$platforms = @(
    @{ Platform = 'Compose'; Missing = -not $env:CIVICQ_LAB_DOCKER_HOST }
    @{ Platform = 'Kubernetes'; Missing = -not $env:CIVICQ_LAB_KUBECONFIG }
)
foreach ($one in $platforms) {
Describe 'Services on <Platform>' -ForEach $one -Skip:$one.Missing {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Lab.ps1')
        $null = Start-TestLab
        $lab = Join-Path $PSScriptRoot '../Lab'
        $environment = "tour-$($Platform.ToLower())"
        $folder = Join-Path $env:CIVICQ_TEST_STATE $environment

        function Invoke-Native([string] $Program, [string[]] $Arguments) {
            $output = & $Program @Arguments 2>&1
            if ($LASTEXITCODE) { throw "$Program $Arguments`: $output" }
            $output
        }

        if ($Platform -eq 'Compose') {
            Copy-Item (Join-Path $lab 'stack') $folder -Recurse
            $cache = if ($env:CIVICQ_LAB_CACHE) { $env:CIVICQ_LAB_CACHE } else { '/var/cache/civicq-lab' }
            $env:DOCKER_CONFIG = Join-Path $cache 'docker-config'
            $project = "cqtour$PID"
            $file = Join-Path $folder 'docker-compose.production.yml'
            $health = "    healthcheck: {test: [CMD, curl, -fsS, 'http://127.0.0.1:8000/health'], interval: 1s, timeout: 10s, retries: 60}"
            (Get-Content -Raw $file).Replace("  backend:`n    <<: *img`n", "  backend:`n    <<: *img`n    image: ${project}:latest`n$health`n") | Set-Content -NoNewline $file
            $docker = '-H', $env:CIVICQ_LAB_DOCKER_HOST
            function New-Image([int] $Revision) {
                Set-Content (Join-Path $folder 'Dockerfile.tour') "FROM lab/civicq:latest`nLABEL tour=$Revision"
                Invoke-Native docker ($docker + 'build', '-q', '-t', "${project}:latest", '-f', (Join-Path $folder 'Dockerfile.tour'), $folder)
            }

            Register-CivicQEnvironment $environment -ComposeProject $project -ComposeFile $file -DockerHost $env:CIVICQ_LAB_DOCKER_HOST -TimeoutSeconds 60
            $null = New-Image 1
            Publish-CivicQRelease 'first' -NoBuild -Environment $environment -Confirm:$false -ErrorAction Stop
            $null = New-Image 2
            Publish-CivicQRelease 'second' -NoBuild -Environment $environment -Confirm:$false -ErrorAction Stop
        }
        else {
            $kubectl = '--kubeconfig', $env:CIVICQ_LAB_KUBECONFIG, '--namespace', $environment
            $null = Invoke-Native kubectl ($kubectl + 'create', 'namespace', $environment)
            $null = Invoke-Native kubectl ($kubectl + 'apply', '-f', (Join-Path $lab 'kubernetes/civicq.yaml'))
            Register-CivicQEnvironment $environment -KubernetesFile $env:CIVICQ_LAB_KUBECONFIG -KubernetesContext lab -KubernetesNamespace $environment -TimeoutSeconds 60
            $null = Wait-CivicQRollout backend -Environment $environment -ErrorAction Stop
            $null = Invoke-Native kubectl ($kubectl + 'set', 'env', 'deployment/civicq-api', 'RELEASE=2')
            $null = Wait-CivicQRollout backend -Environment $environment -ErrorAction Stop
        }
    }

    AfterAll {
        Disconnect-CivicQ
        if ($Platform -eq 'Compose') {
            $null = Invoke-Native docker ($docker + 'compose', '-p', $project, '-f', $file, 'down', '-v', '-t', '1')
        }
        else {
            $null = Invoke-Native kubectl ($kubectl + 'delete', 'namespace', $environment, '--wait=false')
        }

        Unregister-CivicQEnvironment $environment -Confirm:$false
        Stop-TestLab
    }

    It 'are listed, read, restarted, scaled, rolled back and verified by the same lines' {
        $all = & (Join-Path $PSScriptRoot '../../examples/services/tour.ps1') -Environment $environment
        $changes = @($all | Where-Object { $_.PSObject.TypeNames[0] -like '*ServiceChangeResult' })
        "$($changes | ForEach-Object { "$($_.Action) $($_.Outcome)" } | Join-String -Separator ', ')" | Should -BeIn @(
            'Restart Done, Set Done, Undo Done', 'Restart Done, Set AlreadyThere, Undo Done')
        @($all | Where-Object { $_.PSObject.TypeNames[0] -like '*LogEntry' }).Count | Should -BeGreaterThan 0
        @($all | Where-Object { $_.PSObject.TypeNames[0] -like '*ServiceDifference' }).Count | Should -BeGreaterThan 0
        $all[-1].Status | Should -Be 'Healthy'
    }

    It 'shows a table, a list and JSON' {
        $table = Get-CivicQService -Environment $environment | Out-String -Width 120
        $table | Should -Match 'Service\s+Status\s+Ready\s+Restarts\s+Revision\s+Detail'
        $table | Should -Match 'backend'
        $json = Get-CivicQService backend -Environment $environment | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json
        "$($json.Service) $($json.Platform)" | Should -Be "backend $Platform"
        (Get-CivicQServiceInstance backend -Environment $environment | Format-List | Out-String) | Should -Match 'IsReady\s+: True'
    }

    It 'completes the names that it has seen' {
        $null = Get-CivicQService -Environment $environment
        $line = "Restart-CivicQService -Service back"
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'backend'
        $container = (Get-CivicQServiceInstance backend -Environment $environment)[0].Containers[0]
        foreach ($line in "Get-CivicQLog backend -Container ", "Invoke-CivicQServiceCommand -Service backend -Container ") {
            (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be $container
        }
    }

    It 'asks before it rolls back, and changes nothing under -WhatIf' {
        $before = (Get-CivicQRolloutHistory backend -Environment $environment | Where-Object IsCurrent).Revision
        (Undo-CivicQRollout backend -Environment $environment -WhatIf).Outcome | Should -Be 'Planned'
        (Get-CivicQRolloutHistory backend -Environment $environment | Where-Object IsCurrent).Revision | Should -Be $before
    }
}
}
