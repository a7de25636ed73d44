# The module as PowerShell sees it: manifest, exports, help, completion, what import costs.
BeforeDiscovery {
    $manifest = Join-Path $PSScriptRoot '../../CivicQ.Ops.psd1'
    $commands = (Import-PowerShellDataFile -LiteralPath $manifest).CmdletsToExport | ForEach-Object { @{ Name = $_ } }
}

BeforeAll {
    $manifest = (Resolve-Path (Join-Path $PSScriptRoot '../../CivicQ.Ops.psd1')).Path
    Import-Module $manifest -Force

    # A PowerShell of its own, for what must not be touched by this one's past.
    function Invoke-Fresh([string] $Script) {
        $answer = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $Script 2>&1
        , @($answer | ForEach-Object { "$_" })
    }
}

Describe 'The manifest' {
    It 'is valid' {
        (Test-ModuleManifest -Path $manifest).Name | Should -Be 'CivicQ.Ops'
    }

    It 'exports what the assembly defines, and nothing by wildcard' {
        $data = Import-PowerShellDataFile -LiteralPath $manifest
        $data.CmdletsToExport | Should -Not -Contain '*'
        $data.FunctionsToExport.Count + $data.AliasesToExport.Count + $data.VariablesToExport.Count | Should -Be 0
        $defined = (Import-Module (Join-Path (Split-Path $manifest) 'bin/CivicQ.Ops.dll') -PassThru -Force).ExportedCmdlets.Keys | Sort-Object
        ($data.CmdletsToExport | Sort-Object) -join ' ' | Should -Be ($defined -join ' ')
        Import-Module $manifest -Force
    }

    It 'uses approved verbs' {
        $approved = (Get-Verb).Verb
        Get-Command -Module CivicQ.Ops | Where-Object Verb -notin $approved | Should -BeNullOrEmpty
    }
}

Describe 'Import' {
    It 'loads no assembly of a third party' {
        $loaded = Invoke-Fresh "Import-Module '$manifest'; [AppDomain]::CurrentDomain.GetAssemblies().Location -like '*dependencies*' | Split-Path -Leaf"
        $loaded | Where-Object { $_ -ne 'CivicQ.Ops.Core.dll' } | Should -BeNullOrEmpty
    }

    It 'leaves the session as it was: no variable, no alias, no function, no file' {
        $changed = Invoke-Fresh @"
`$before = (Get-Variable).Name + (Get-Alias).Name + (Get-Command -CommandType Function).Name
Import-Module '$manifest'
(Get-Variable).Name + (Get-Alias).Name + (Get-Command -CommandType Function).Name | Where-Object { `$_ -notin `$before -and `$_ -notin 'before', '_', 'PSItem' }
"@
        $changed | Should -BeNullOrEmpty
    }

    It 'may be removed and imported again' {
        Invoke-Fresh "Import-Module '$manifest'; Remove-Module CivicQ.Ops; Import-Module '$manifest'; (Get-CivicQEnvironment -Name default).Name" | Should -Be 'default'
    }
}

Describe '<Name>' -ForEach $commands {
    It 'has help: a synopsis, a description, examples, every parameter' {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match ([regex]::Escape("$Name ["))
        $help.description | Out-String | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($parameter in (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common }) {
            $page = $help.parameters.parameter | Where-Object name -eq $parameter
            $page | Should -Not -BeNullOrEmpty -Because "-$parameter is a parameter"
            ($page.description | Out-String).Trim() | Should -Not -BeNullOrEmpty -Because "-$parameter is described"
        }
    }

    It 'has a link for Get-Help -Online' {
        (Get-Help $Name).relatedLinks.navigationLink.uri | Where-Object { $_ -like 'https://*' } | Should -Not -BeNullOrEmpty
    }

    It 'says what it gives' {
        if ($Name -notin 'Disconnect-CivicQ', 'Unregister-CivicQEnvironment', 'Stop-CivicQLab') {
            (Get-Command $Name).OutputType.Count | Should -BeGreaterThan 0
        }
    }

    It 'has examples that parse, with parameters that exist' {
        foreach ($example in (Get-Help $Name -Full).examples.example) {
            $problems = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput("$($example.code)", [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $example.code
            foreach ($call in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $command = Get-Command $call.GetCommandName() -ErrorAction Ignore
                if ($command -and $command.Source -eq 'CivicQ.Ops') {
                    foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                        { $command.ResolveParameter($parameter.ParameterName) } | Should -Not -Throw -Because "$($example.code) uses -$($parameter.ParameterName)"
                    }
                }
            }
        }
    }

    It 'asks before it changes anything, where its verb says that it does' {
        $command = Get-Command $Name
        if ($command.Verb -in 'Start', 'Stop', 'Register', 'Unregister', 'Clear', 'Remove', 'Restart', 'Undo', 'Restore', 'Set', 'Update', 'New', 'Suspend', 'Resume', 'Lock', 'Unlock', 'Publish', 'Backup') {
            $command.Parameters.Keys | Should -Contain 'WhatIf'
        }
        else {
            $Name | Should -Match '^(Get|Test|Wait|Invoke|Connect|Disconnect|Measure|Find|Compare)-'
        }
    }
}

Describe 'About topics' {
    It '<_> is found' -ForEach 'about_CivicQ', 'about_CivicQ_Environments' {
        (Get-Help $_) | Out-String | Should -Match 'CivicQ'
    }
}

Describe 'Completion' {
    It 'completes -Component' {
        $line = 'Get-CivicQHealth -Component '
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText |
            Should -Be @('Services', 'Host', 'Database', 'Cache', 'Api', 'Site', 'Certificate', 'Queue', 'Logs', 'Storage', 'Backups')
    }

    It 'completes references to secrets, and shows no value' {
        $line = 'Register-CivicQEnvironment x -StorageSecretKey '
        (TabExpansion2 $line $line.Length).CompletionMatches.ListItemText | Should -Be @('env:', 'file:', 'secret:')
        $env:CIVICQ_TEST_KEY = 'PLANTED-4711'
        try {
            $line = 'Register-CivicQEnvironment x -StorageSecretKey env:CIVICQ_TEST_'
            $found = (TabExpansion2 $line $line.Length).CompletionMatches
            $found.ListItemText | Should -Contain 'env:CIVICQ_TEST_KEY'
            $found | Format-List * | Out-String | Should -Not -Match 'PLANTED'
        }
        finally {
            Remove-Item Env:CIVICQ_TEST_KEY
        }
    }

    It 'completes -Component from its beginning, regardless of case' {
        $line = 'Get-CivicQHealth -Component da'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'Database'
    }

    It 'completes -Environment' {
        $line = 'Get-CivicQHealth -Environment de'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'default'
    }
}
