# What only shows in PowerShell itself: cmdlets whose bodies misbehave, and names that PowerShell's patterns choke on.
BeforeAll {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    Import-Module (Join-Path $root 'CivicQ.Ops.psd1')
    $script:folder = (New-Item -ItemType Directory -Path (Join-Path ([IO.Path]::GetTempPath()) "civicq-robust-$PID")).FullName
    $script:before = $env:CIVICQ_CONFIG, $env:CIVICQ_STATE, $env:CIVICQ_JOURNAL
    $env:CIVICQ_CONFIG = $script:folder
    $env:CIVICQ_STATE = Join-Path $script:folder 'state'
    $env:CIVICQ_JOURNAL = Join-Path $script:folder 'journal.jsonl'
    '{ "environments": { "one": { "site": { "url": "http://127.0.0.1:1" } }, "two": { "site": { "url": "http://127.0.0.1:1" } }, "nothing": { } } }' |
        Set-Content (Join-Path $script:folder 'environments.json')

    $library = Join-Path $script:folder 'Misbehaving.dll'
    $references = (Join-Path $root 'bin/CivicQ.Ops.dll'), (Join-Path $root 'bin/dependencies/CivicQ.Ops.Core.dll'), [psobject].Assembly.Location,
        'System.Runtime', 'System.Threading', 'System.Collections', 'System.Linq'
    Add-Type -OutputAssembly $library -ReferencedAssemblies $references -IgnoreWarnings -CompilerOptions '/nowarn:CS1701' -TypeDefinition @'
using System; using System.Linq; using System.Management.Automation; using System.Threading; using System.Threading.Tasks;
using CivicQ.Ops; using CivicQ.Ops.Core.Environments;
[Cmdlet("Test", "Misbehaving", SupportsShouldProcess = true)]
public class MisbehavingCmdlet : CivicQCmdlet
{
    [Parameter] public string Mode { get; set; }
    public static int Running;
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref Running);
        try
        {
            if (Mode == "Throw") throw new FormatException("not foreseen");
            if (Mode == "Cancel") throw new TaskCanceledException("a time-out of somebody else's");
            if (Mode == "Ask") await WriteAsync((await Task.WhenAll(Enumerable.Range(0, 40).Select(n => ShouldProcessAsync("t" + n, "act")))).Count(yes => yes), cancellationToken);
            for (var i = 0; Mode == "Endless"; i++) await WriteAsync(i, cancellationToken);
        }
        finally { Interlocked.Decrement(ref Running); }
    }
}
[Cmdlet("Test", "MisbehavingEnvironment")]
public class MisbehavingEnvironmentCmdlet : EnvironmentCmdlet
{
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if (context.Name == "one") throw new TaskCanceledException("a time-out of one");
        await Task.Delay(200, cancellationToken);
        await WriteAsync(context.Name, cancellationToken);
    }
}
'@
    Import-Module $library
}

AfterAll {
    $env:CIVICQ_CONFIG, $env:CIVICQ_STATE, $env:CIVICQ_JOURNAL = $script:before
    # The library in it is loaded; Windows would keep it.
    Remove-Item $script:folder -Recurse -Force -ErrorAction Ignore
}

Describe 'The base class' {
    It 'gives an exception that nobody foresaw an identifier, a category and advice: <mode>' -TestCases @{ mode = 'Throw' }, @{ mode = 'Cancel' } {
        $failure = { Test-Misbehaving -Mode $mode } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'UnexpectedError,*'
        $failure.CategoryInfo.Category | Should -Not -Be 'NotSpecified'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'keeps a cancellation of one environment from ending the others' {
        $result = Test-MisbehavingEnvironment -Environment one, two -ErrorVariable failures -ErrorAction SilentlyContinue
        $result | Should -Be 'two'
        $failures.FullyQualifiedErrorId | Should -BeLike 'UnexpectedError,*'
        $failures.TargetObject | Should -Be 'one'
    }

    It 'asks ShouldProcess for many tasks at once' {
        Test-Misbehaving -Mode Ask -Confirm:$false | Should -Be 40
    }

    It 'ends its body when the pipeline wants no more' {
        Test-Misbehaving -Mode Endless | Select-Object -First 3 | Should -Be 0, 1, 2
        [MisbehavingCmdlet]::Running | Should -Be 0
    }

    It 'journals a change that is done as done, also when the pipeline wants no more' {
        Register-CivicQEnvironment passed -SiteUrl http://127.0.0.1:1 -PassThru -Confirm:$false | Select-Object -First 1 | Should -Not -BeNullOrEmpty
        (Get-CivicQJournal -Cmdlet Register-CivicQEnvironment -Last 1).Outcome | Should -Be Succeeded
        Unregister-CivicQEnvironment passed -Confirm:$false
    }

    It 'takes relative paths in variables from the current location' {
        $before = $env:CIVICQ_CA_FILE
        try {
            $env:CIVICQ_CA_FILE = 'ca.pem'
            Push-Location $script:folder
            (Get-CivicQEnvironment default).Definition.Tls.CertificateAuthority | Should -Be (Join-Path $script:folder 'ca.pem')
        }
        finally { Pop-Location; $env:CIVICQ_CA_FILE = $before }
    }

    It 'ends its body when it is stopped, at whatever moment' {
        foreach ($milliseconds in 0, 5, 20, 60, 120) {
            $shell = [powershell]::Create()
            $null = $shell.AddScript("Import-Module '$root/CivicQ.Ops.psd1', '$library'; Test-Misbehaving -Mode Endless | Out-Null")
            $null = $shell.BeginInvoke()
            Start-Sleep -Milliseconds $milliseconds
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $shell.Dispose()
        }

        [MisbehavingCmdlet]::Running | Should -Be 0
    }
}

Describe 'A name that is no pattern' {
    It 'is an error of its own and leaves the other names alone' {
        $found = Get-CivicQEnvironment '[one', two -ErrorVariable failures -ErrorAction SilentlyContinue
        $found.Name | Should -Be 'two'
        $failures.FullyQualifiedErrorId | Should -BeLike 'NamePatternInvalid,*'
    }

    It 'makes no test pass: Test-CivicQEnvironment -Quiet' {
        Test-CivicQEnvironment '[one' -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'is an error of Get-CivicQJournal' {
        ({ Get-CivicQJournal -Cmdlet '[x' } | Should -Throw -PassThru).FullyQualifiedErrorId | Should -BeLike 'NamePatternInvalid,*'
    }
}

Describe 'A name in capitals' {
    It 'is the same name in Turkish too' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'tr-TR'
            (Get-CivicQEnvironment NOTHING -ErrorAction SilentlyContinue).Name | Should -Be 'nothing'
        }
        finally {
            [cultureinfo]::CurrentCulture = $culture
        }
    }
}

Describe 'A test that looked at nothing' {
    It 'has not passed: <command>' -TestCases @(
        @{ command = "Test-CivicQCertificate -Quiet -Environment one" }
        @{ command = "Test-CivicQCertificate -Quiet -Environment nosuch" }
        @{ command = "Test-CivicQCertificate '::::' -Quiet" }
        @{ command = "Test-CivicQCertificate -Path '$([IO.Path]::GetTempPath())nosuch-*.pem' -Quiet" }
        @{ command = "Test-CivicQEndpoint -Quiet -Environment nosuch" }
        @{ command = "Test-CivicQEndpoint -Quiet -Environment nothing" }
    ) {
        Invoke-Expression "$command -ErrorAction SilentlyContinue" | Should -Not -BeTrue
    }

    It 'says why' {
        $null = Test-CivicQCertificate -Environment one -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.FullyQualifiedErrorId | Should -BeLike 'ComponentNotConfigured,*'
    }
}
