# The same command lines that the host runs (tests/Conformance), in this pwsh.
BeforeDiscovery {
    $files = Get-ChildItem (Join-Path $PSScriptRoot '../Conformance/*.json')
    $cases = foreach ($file in $files) {
        Get-Content -LiteralPath $file -Raw | ConvertFrom-Json | ForEach-Object {
            @{ Case = $_; Name = '{0}: {1}' -f $file.BaseName, $_.name; Has = $_.PSObject.Properties.Name }
        }
    }
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Lab.ps1')
    $null = Start-TestLab

    function Set-Variables($Case) {
        $before = @{}
        foreach ($variable in $Case.PSObject.Properties['variables'].Value.PSObject.Properties) {
            $before[$variable.Name] = [Environment]::GetEnvironmentVariable($variable.Name)
            [Environment]::SetEnvironmentVariable($variable.Name, $variable.Value)
        }

        $before
    }

    function ConvertTo-InvariantText($Value) {
        if ($null -eq $Value) { '' }
        elseif ($Value -is [IFormattable]) { $Value.ToString($null, [cultureinfo]::InvariantCulture) }
        else { "$Value" }
    }

    function Invoke-Case($Case) {
        $result = @{ Output = @(); Errors = @(); Terminated = $false; WhatIf = @() }
        $before = if ("variables" -in $Case.PSObject.Properties.Name) { Set-Variables $Case } else { @{} }
        try {
            # Each case begins as a new session does.
            Disconnect-CivicQ -ErrorAction Ignore
            $block = [scriptblock]::Create($Case.command)
            $ErrorActionPreference = 'Continue'
            $all = & { & $block } 2>&1
            $result.Output = @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] })
            $result.Errors = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        }
        catch {
            $result.Errors += $_
            $result.Terminated = $true
        }
        finally {
            foreach ($variable in $before.Keys) {
                [Environment]::SetEnvironmentVariable($variable, $before[$variable])
            }
        }

        $result
    }
}

AfterAll {
    Stop-TestLab
}

Describe 'Conformance' {
    It '<Name>' -ForEach $cases {
        $result = Invoke-Case $Case
        $expectedErrors = if ('errors' -in $Has) { @($Case.errors) } else { @() }
        @($result.Errors | ForEach-Object FullyQualifiedErrorId) -join "`n" | Should -BeExactly ($expectedErrors -join "`n")
        if ('messages' -in $Has) {
            for ($i = 0; $i -lt $Case.messages.Count; $i++) {
                "$($result.Errors[$i])" | Should -BeLike ('*' + [WildcardPattern]::Escape($Case.messages[$i]) + '*')
            }
        }

        if ('categories' -in $Has) {
            @($result.Errors | ForEach-Object { "$($_.CategoryInfo.Category)" }) -join ',' | Should -BeExactly (@($Case.categories) -join ',')
        }

        $result.Terminated | Should -Be ('terminates' -in $Has -and $Case.terminates)
        if ('whatIf' -in $Has) {
            # PowerShell writes these lines to its host, where only another process can read them.
            $before = if ('variables' -in $Has) { Set-Variables $Case } else { @{} }
            try {
                $printed = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$script:labRoot/CivicQ.Ops.psd1'; $($Case.command)"
            }
            finally {
                foreach ($variable in $before.Keys) { [Environment]::SetEnvironmentVariable($variable, $before[$variable]) }
            }

            @($printed | Where-Object { $_ -like 'What if:*' }) -join "`n" | Should -BeExactly (@($Case.whatIf) -join "`n")
        }

        if ('count' -in $Has) {
            $result.Output.Count | Should -Be $Case.count
        }

        if ('output' -in $Has) {
            $result.Output.Count | Should -Be $Case.output.Count
            for ($i = 0; $i -lt $Case.output.Count; $i++) {
                foreach ($property in $Case.output[$i].PSObject.Properties) {
                    ConvertTo-InvariantText $result.Output[$i].($property.Name) | Should -BeExactly (ConvertTo-InvariantText $property.Value) -Because $property.Name
                }
            }
        }
    }
}
