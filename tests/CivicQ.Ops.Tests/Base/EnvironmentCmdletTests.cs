using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Base;

/// <summary>Which environments a cmdlet works on, and that one leaves the others alone.</summary>
[Collection(LabCollection.Name)]
public sealed class EnvironmentCmdletTests : IDisposable
{
    private readonly Workspace work = new();

    private static string Database(int port) =>
        $$$"""{"timeoutSeconds": 30, "database": {"host": "127.0.0.1", "port": {{{port}}}, "name": "civicq", "user": "civicq", "sslMode": "disable"}}""";

    [Fact]
    public void Several_are_worked_on_and_a_dead_one_leaves_the_others_alone()
    {
        work.Configure(("dead", Database(1)));
        var result = work.Run("Get-CivicQHealth -Environment lab, dead -Component Database");
        Assert.Equal(["dead Unhealthy", "lab Healthy"], result.Output.GroupBy(item => item!.Text("Environment"))
            .Select(group => $"{group.Key} {(group.All(item => item!.Text("Status") == "Healthy") ? "Healthy" : "Unhealthy")}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void So_many_at_once_as_the_limit_says(int limit)
    {
        using var stop = new CancellationTokenSource();
        var reached = 0;

        // Each environment's own test connects twice (port, then login); with one at a time the second server sees nobody.
        void Accepted(int count)
        {
            if (count == 2 && Interlocked.Increment(ref reached) == limit)
            {
                stop.Cancel();
            }
        }

        using var first = new CountingServer(Accepted);
        using var second = new CountingServer(Accepted);
        work.Configure(("one", Database(first.Port)), ("two", Database(second.Port)));
        Assert.True(work.Invoke($"Test-CivicQEnvironment one, two -ThrottleLimit {limit}", stop.Token).Stopped);
        Assert.Equal(limit, reached);
    }

    [Fact]
    public void The_connected_ones_count_before_the_variable_s_and_these_before_the_default()
    {
        work.Configure(("a", "{}"), ("b", "{}"), ("c", "{}"));
        string Tested(string line = "Test-CivicQEnvironment") => string.Join(',', work.Run(line).Texts("Environment").Order(StringComparer.Ordinal));
        Assert.Equal("default", Tested());
        work.Set("CIVICQ_ENVIRONMENT", "a, b");
        Assert.Equal("a,b", Tested());
        work.Run("Connect-CivicQ c");
        Assert.Equal("c", Tested());
        Assert.Equal("b", Tested("Test-CivicQEnvironment b"));
        work.Run("Disconnect-CivicQ");
        Assert.Equal("a,b", Tested());
    }

    [Fact]
    public void A_wildcard_takes_the_default_only_where_it_has_a_part()
    {
        work.Configure(("one", "{}"));
        Assert.Equal(["lab", "one"], work.Run("Test-CivicQEnvironment *").Texts("Environment").Distinct().Order(StringComparer.Ordinal));
        work.Set("CIVICQ_SITE_URL", "http://127.0.0.1:1");
        Assert.Equal(["default", "one"], work.Run("Test-CivicQEnvironment default, o*").Texts("Environment").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_name_that_fits_nothing_is_an_error_and_leaves_the_others_alone()
    {
        var result = work.Invoke("Get-CivicQHealth -Environment lba, lab -Component Database");
        result.Failed("EnvironmentNotFound");
        Assert.Contains("Did you mean 'lab'?", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.All(result.Texts("Environment"), name => Assert.Equal("lab", name));
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void A_broken_one_is_an_error_only_for_whom_it_concerns()
    {
        work.Configure(("broken", """{"databse": {}}"""));
        Assert.NotEmpty(work.Run("Get-CivicQHealth -Environment lab -Component Database").Output);
        work.Invoke("Get-CivicQHealth -Environment broken").Failed("EnvironmentKeyUnknown");
    }

    [Fact]
    public void An_unknown_key_beside_the_environments_is_a_warning()
    {
        work.Configure();
        File.WriteAllText(work.ConfigFile, """{"enviroments": {}}""");
        var result = work.Run("Get-CivicQHealth -Environment lab -Component Database");
        Assert.Contains("enviroments", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public void A_broken_file_leaves_nothing_to_rely_on()
    {
        work.Configure();
        File.WriteAllText(work.ConfigFile, "{");
        var result = work.Invoke("Get-CivicQHealth -Environment lab -Component Database");
        result.Failed("EnvironmentFileInvalid");
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Unverified_TLS_is_warned_about_at_every_use()
    {
        work.Configure(("risky", """{"tls": {"skipVerification": true}, "cache": {"host": "127.0.0.1", "port": 1}}"""));
        for (var use = 0; use < 2; use++)
        {
            Assert.Contains("tls.skipVerification", Assert.Single(work.Run("Get-CivicQHealth -Environment risky -Component Cache").Warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_change_of_the_file_counts_at_once()
    {
        work.Configure(("a", "{}"));
        Assert.Equal(["a"], work.Run("Get-CivicQEnvironment ?").Texts("Name"));
        work.Configure(("b", "{}"), ("c", "{}"));
        Assert.Equal(["b", "c"], work.Run("Get-CivicQEnvironment ?").Texts("Name"));
    }

    [Theory]
    [InlineData("Get-CivicQHealth -Environment ''")]
    [InlineData("Get-CivicQHealth -ThrottleLimit 1025")]
    public void A_wrong_command_line_runs_nothing(string line) => Assert.Equal(ExitCodes.Usage, work.Invoke(line).ExitCode);

    public void Dispose() => work.Dispose();
}
