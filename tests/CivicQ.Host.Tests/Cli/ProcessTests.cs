using System.Text.Json;
using System.Text.RegularExpressions;

namespace CivicQ.Host.Tests.Cli;

/// <summary>The executable from outside: exit codes, formats, signals, pipes.</summary>
public sealed class ProcessTests
{
    private const char Escape = '\u001b';

    [Theory]
    [InlineData("Write-FixtureNumber 2", 0, "1\n2\n", "")]
    [InlineData("Write-FixtureNumber 9 | Select-Object -Last 1", 0, "9\n", "")]
    [InlineData("Write-FixtureError", 1, "before\nafter\n", "Write-FixtureError: The server took too long.\n  Recommendation: Look at the server.\n")]
    [InlineData("Write-FixtureError -Throw", 1, "before\n", "Write-FixtureError: It threw.\n")]
    [InlineData("Get-FixtureBuond", 2, "", "Did you mean Get-FixtureBound?")]
    [InlineData("Write-FixtureNumber many", 2, "", "Cannot bind parameter 'Count'.")]
    [InlineData("Write-FixtureNumber -ErrorAction Suspend", 2, "", "reserved for future use")]
    [InlineData("--bogus Write-FixtureNumber", 2, "", "There is no option '--bogus'.")]
    [InlineData("--output yaml Write-FixtureNumber", 2, "", "--output takes one of")]
    [InlineData("", 2, "", "civicq CMDLET")]
    [InlineData("--help", 0, "civicq CMDLET", "")]
    [InlineData("--version", 0, "CivicQ.Host.Fixture 1.2.3", "")]
    [InlineData("help Get-Nothing", 2, "", "Get-Nothing")]
    public async Task The_exit_code_and_the_streams_tell_what_happened(string line, int exitCode, string output, string error)
    {
        var run = await HostProcess.RunAsync(line);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(output, run.Output, StringComparison.Ordinal);
        Assert.Contains(error, run.Error, StringComparison.Ordinal);
        Assert.Equal(output.Length == 0, run.Output.Length == 0);
        Assert.Equal(error.Length == 0, run.Error.Length == 0);
    }

    [Theory]
    [InlineData("table", "Label")]
    [InlineData("list", "Label  : a")]
    [InlineData("csv", "Label,Value,Level,Passed,Span,Tags\r\na,10,Low,True,00:00:00,")]
    public async Task Text_formats(string format, string expected)
    {
        var run = await HostProcess.RunAsync($"New-FixtureItem a -o {format}");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Escape, run.Output);
    }

    [Fact]
    public async Task Json_is_one_text_and_json_lines_are_one_for_each_object()
    {
        var (_, array, _) = await HostProcess.RunAsync("New-FixtureItem a,b --output=json");
        using var parsed = JsonDocument.Parse(array);
        Assert.Equal(["a", "b"], parsed.RootElement.EnumerateArray().Select(item => item.GetProperty("Label").GetString()));
        var (_, lines, _) = await HostProcess.RunAsync("New-FixtureItem a,b --output=jsonl");
        Assert.Equal(["a", "b"], lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Label").GetString()));
        var (_, none, _) = await HostProcess.RunAsync("New-FixtureItem --output=json");
        using var empty = JsonDocument.Parse(none);
        Assert.Equal(0, empty.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1 ", false)]
    [InlineData("TERM=dumb ", false)]
    public async Task Colours_are_for_terminals_that_want_them(string variables, bool coloured)
    {
        var run = await HostProcess.ShellAsync($"{variables}script -qec \"$0 'New-FixtureItem a'\" /dev/null </dev/null");
        Assert.Contains("Label", run.Output, StringComparison.Ordinal);
        // A sequence that ends with m is a colour; others prepare the terminal.
        Assert.Equal(coloured, Regex.IsMatch(run.Output, @"\x1b\[[0-9;]*m"));
    }

    [Theory]
    [InlineData("Write-FixtureError")]
    [InlineData("Write-FixtureStream -Verbose -Debug -InformationAction Continue")]
    [InlineData("help")]
    public async Task Elsewhere_there_are_none(string line)
    {
        var run = await HostProcess.RunAsync(line);
        Assert.DoesNotContain(Escape, run.Output + run.Error);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_stops_the_cmdlet_which_tidies_up(string signal, int exitCode)
    {
        using var process = HostProcess.Start(HostProcess.Program, ["Wait-Fixture", "-Verbose"]);
        process.StandardInput.Close();
        Assert.Equal("VERBOSE: waiting", await process.StandardError.ReadLineAsync());
        await HostProcess.SignalAsync(process, signal);
        var run = await HostProcess.EndAsync(process);
        Assert.Equal((exitCode, "", ""), run);
    }

    [Fact]
    public async Task A_signal_ends_the_waiting_for_a_line_too()
    {
        using var process = HostProcess.Start(HostProcess.Program, ["-"]);
        await process.StandardInput.WriteLineAsync("Write-FixtureNumber 1");
        await process.StandardInput.FlushAsync();
        Assert.Equal("1", await process.StandardOutput.ReadLineAsync());
        // The line is over when the next one has been read, too.
        await process.StandardInput.WriteLineAsync("# nothing");
        await process.StandardInput.FlushAsync();
        await HostProcess.SignalAsync(process, "INT");
        Assert.Equal(130, (await HostProcess.EndAsync(process)).ExitCode);
    }

    [Theory]
    [InlineData("Write-FixtureNumber 2000000000", "1\n")]
    [InlineData("-o jsonl Write-FixtureNumber 2000000000", "1\n")]
    [InlineData("'Write-FixtureNumber 2000000000 | Where-Object -Not Nonsense'", "1\n")]
    public async Task A_reader_that_goes_ends_the_cmdlet(string words, string output)
    {
        var run = await HostProcess.ShellAsync($"\"$0\" {words} | head -n 1; exit ${{PIPESTATUS[0]}}");
        Assert.Equal((141, output, ""), run);
    }

    [Fact]
    public async Task A_full_disk_is_an_error()
    {
        var run = await HostProcess.ShellAsync("\"$0\" Write-FixtureNumber 3 >/dev/full");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No space left on device", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_the_input_run_in_turn_and_the_worst_exit_code_counts()
    {
        var run = await HostProcess.RunAsync("-", "# a comment\nWrite-FixtureNumber 1\n\nWrite-FixtureError\nNew-FixtureItem b | ForEach-Object Label\n");
        Assert.Equal((1, "1\nbefore\nafter\nb\n"), (run.ExitCode, run.Output));
        Assert.Equal(2, (await HostProcess.RunAsync("-", "Write-FixtureNumber 1\nNonsense\n")).ExitCode);
        Assert.Equal(0, (await HostProcess.RunAsync("-", "")).ExitCode);
    }

    [Fact]
    public async Task A_module_that_is_not_there_or_is_none_is_an_error()
    {
        var missing = await HostProcess.RunAsync("Get-Fixture", module: "/nonexistent/CivicQ.Ops.psd1");
        Assert.Equal((1, "civicq: CIVICQ_MODULE names '/nonexistent/CivicQ.Ops.psd1', which is not there.\n"), (missing.ExitCode, missing.Error));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "@{ RootModule = 'gone.dll' }");
            var broken = await HostProcess.RunAsync("Get-Fixture", module: file);
            Assert.Equal(1, broken.ExitCode);
            Assert.StartsWith("civicq: ", broken.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", broken.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
