using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class ConnectCivicQTests : IDisposable
{
    private readonly Workspace work = new();

    public ConnectCivicQTests() => work.Configure(
        ("prod", """{"site": {"url": "https://civicq.example"}}"""),
        ("prod-eu", """{"site": {"url": "https://eu.civicq.example"}}"""),
        ("broken", """{"database": {"host": "db", "password": "hunter2"}}"""));

    [Fact]
    public void The_choice_is_the_session_s_default_and_nobody_else_s()
    {
        Assert.Empty(work.Run("Connect-CivicQ prod").Output);
        Assert.Equal(["prod"], work.Invoke("Get-CivicQEnvironment prod* | Where-Object IsDefault -eq $true").Texts("Name"));
        using var other = Suite.Open();
        Assert.Equal(["False", "False"], other.Invoke("Get-CivicQEnvironment prod*").Texts("Connected"));
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void A_wildcard_chooses_all_that_it_fits_and_PassThru_returns_them()
    {
        var result = work.Run("Connect-CivicQ -Name prod* -PassThru");
        Assert.Equal(["prod", "prod-eu"], result.Texts("Name"));
        Assert.Equal(["True", "True"], result.Texts("Connected"));
    }

    [Fact]
    public void What_is_piped_in_is_chosen_together()
    {
        Assert.Equal(["prod", "prod-eu"], work.Run("Get-CivicQEnvironment prod* | Connect-CivicQ -PassThru").Texts("Name"));
        Assert.Equal(["prod", "prod-eu"], work.Session.Invoke("Connect-CivicQ -PassThru", ["prod", "prod-eu"]).Texts("Name"));
    }

    [Theory]
    [InlineData("Connect-CivicQ prod, prdo", "EnvironmentNotFound")]
    [InlineData("Connect-CivicQ nothing*", "EnvironmentNotFound")]
    [InlineData("Connect-CivicQ prod, broken", "SecretInTheClear")]
    public void Half_a_choice_is_none_and_the_former_one_stays(string line, string id)
    {
        work.Run("Connect-CivicQ prod-eu");
        var result = work.Invoke(line);
        result.Failed(id);
        Assert.DoesNotContain("hunter2", result.Everything(), StringComparison.Ordinal);
        Assert.Equal(["prod-eu"], work.Invoke("Get-CivicQEnvironment prod* | Where-Object Connected -eq $true").Texts("Name"));
    }

    [Theory]
    [InlineData("Connect-CivicQ ''")]
    [InlineData("Connect-CivicQ prod -NoSuchParameter")]
    public void A_wrong_command_line_runs_nothing(string line) => Assert.Equal(ExitCodes.Usage, work.Invoke(line).ExitCode);

    [Fact]
    public void A_broken_file_is_an_error_and_the_former_choice_stays()
    {
        work.Run("Connect-CivicQ prod");
        var good = File.ReadAllText(work.ConfigFile);
        File.WriteAllText(work.ConfigFile, "{\"environments\": ");
        work.Invoke("Connect-CivicQ prod-eu").Failed("EnvironmentFileInvalid");
        File.WriteAllText(work.ConfigFile, good);
        Assert.Equal(["prod"], work.Invoke("Get-CivicQEnvironment prod* | Where-Object Connected -eq $true").Texts("Name"));
    }

    [Fact]
    public void Test_lets_only_an_environment_through_that_answers()
    {
        Assert.Equal(["lab"], work.Run("Connect-CivicQ lab -Test -PassThru").Texts("Name"));
        work.Configure(("gone", """{"database": {"host": "127.0.0.1", "port": 1, "name": "civicq", "user": "civicq"}}"""));
        var result = work.Invoke("Connect-CivicQ gone -Test -PassThru");
        result.Failed("EnvironmentTestFailed");
        Assert.Empty(result.Output);
        Assert.Equal(["True"], work.Run("Get-CivicQEnvironment lab").Texts("Connected"));
    }

    [Fact]
    public void Stopped_while_testing_it_chooses_nothing()
    {
        using var stop = new CancellationTokenSource();
        using var server = new CountingServer(count => { if (count == 2) stop.Cancel(); });
        work.Configure(("silent", $$$"""{"timeoutSeconds": 600, "database": {"host": "127.0.0.1", "port": {{{server.Port}}}, "name": "civicq", "user": "civicq", "sslMode": "disable"}}"""));
        var result = work.Invoke("Connect-CivicQ silent -Test", stop.Token);
        Assert.True(result.Stopped);
        Assert.Empty(result.Errors);
        Assert.Equal(["False"], work.Run("Get-CivicQEnvironment silent").Texts("Connected"));
    }

    public void Dispose() => work.Dispose();
}
