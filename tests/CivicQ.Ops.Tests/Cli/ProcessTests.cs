using System.Diagnostics;
using System.Text.Json;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Cli;

/// <summary>The command <c>civicq</c> with the module, as an operator without PowerShell runs it.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateDirectory(Path.Combine(Suite.Folder, Guid.NewGuid().ToString("N"))).FullName;

    private string ConfigFile => Path.Combine(folder, "environments.json");

    private CivicQProcess Command => new(new Dictionary<string, string?>
    {
        ["CIVICQ_CONFIG"] = ConfigFile,
        ["CIVICQ_STATE"] = Path.Combine(folder, "state"),
        ["CIVICQ_JOURNAL"] = Path.Combine(folder, "journal.jsonl"),
    });

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Its_version_names_the_modules()
    {
        var run = await Command.RunAsync("--version");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^civicq \d+\.\d+\.\d+, CivicQ\.Ops \d+\.\d+\.\d+ \(.*CivicQ\.Ops\.psd1\)\n$", run.Output);
    }

    [Theory]
    [InlineData(new[] { "help" }, "Get-CivicQHealth")]
    [InlineData(new[] { "help", "get-civicqhealth" }, "SYNTAX")]
    [InlineData(new[] { "help", "Get-CivicQHealth", "-Examples" }, "Get-CivicQHealth")]
    [InlineData(new[] { "help", "Get-CivicQHealth", "-Parameter", "Component" }, "-Component")]
    [InlineData(new[] { "help", "about_CivicQ" }, "CivicQ")]
    [InlineData(new[] { "Get-CivicQHealth", "-?" }, "SYNTAX")]
    public async Task Help_is_the_modules_own(string[] words, string expected)
    {
        var run = await Command.RunAsync(words);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Environments_come_as_objects()
    {
        await File.WriteAllTextAsync(ConfigFile, """{"environments": {"one": {"api": {"url": "http://127.0.0.1:9"}}}}""");
        var run = await Command.RunAsync("Get-CivicQEnvironment", "-o", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var parsed = JsonDocument.Parse(run.Output);
        Assert.Contains("one", parsed.RootElement.EnumerateArray().Select(item => item.GetProperty("Name").GetString()));
    }

    [Fact]
    public async Task A_broken_file_of_environments_is_named_with_its_line()
    {
        await File.WriteAllTextAsync(ConfigFile, "{\n  \"environments\": {\n    \"one\": nonsense\n  }\n}\n");
        var run = await Command.RunAsync("Get-CivicQEnvironment");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(ConfigFile, run.Error, StringComparison.Ordinal);
        Assert.Contains("line 3", run.Error, StringComparison.Ordinal);
        Assert.Contains("Recommendation: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_fails_is_an_exit_code_only_when_asked_for()
    {
        await File.WriteAllTextAsync(ConfigFile, """{"environments": {"down": {"api": {"url": "http://127.0.0.1:9"}}}}""");
        string[] check = ["Get-CivicQHealth", "-Environment", "down", "-Component", "Api", "-o", "csv"];
        Assert.Equal(0, (await Command.RunAsync(check)).ExitCode);
        var failed = await Command.RunAsync([.. check, "-FailOn", "Unhealthy"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Unhealthy", failed.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("civicq Get-CivicQHea", "Get-CivicQHealth")]
    [InlineData("civicq he", "help")]
    [InlineData("civicq help Get-CivicQHea", "Get-CivicQHealth")]
    [InlineData("civicq Get-CivicQHealth -E", "-Environment -ErrorAction")]
    [InlineData("civicq Get-CivicQHealth | Wait-CivicQHealth -Com", "-Component")]
    [InlineData("civicq Get-CivicQHealth -o j", "json jsonl")]
    [InlineData("civicq --ver", "--version")]
    [InlineData("civicq Get-CivicQHealth somethi", "")]
    public async Task Bash_completes_words(string line, string expected)
    {
        var words = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));
        var script = $$"""
            source examples/completion/civicq.bash
            PATH=$PWD/artifacts/civicq:$PATH
            COMP_WORDS=({{words}}); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _civicq; echo "${COMPREPLY[*]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script])
        {
            WorkingDirectory = Suite.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        bash.StandardInput.Close();
        Assert.Equal((0, expected + "\n", ""), await CivicQProcess.EndAsync(bash));
    }
}
