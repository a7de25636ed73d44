using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class TestCivicQEnvironmentTests : IDisposable
{
    private const string Secret = "PLANTED-test-4711";
    private readonly LabFixture lab;
    private readonly Workspace work = new();

    public TestCivicQEnvironmentTests(LabFixture lab) => this.lab = lab;

    // The lab's PostgreSQL with a password of the test's choice.
    private void ConfigureDatabase(string password)
    {
        var endpoint = lab.Session.Invoke("Get-CivicQLab Postgres").Output[0]!.Text("Endpoint").Split(':');
        work.Configure(("db", $$$"""{"database": {"host": "{{{endpoint[0]}}}", "port": {{{endpoint[1]}}}, "name": "civicq", "user": "civicq", "sslMode": "disable", "password": "file:{{{work.SecretFile(password)}}}"}}"""));
    }

    private string LabPassword()
    {
        var references = (IEnumerable<string>)work.Run("Get-CivicQEnvironment lab").Output[0]!.Get("Secrets")!;
        return File.ReadAllText(references.Single(reference => reference.EndsWith("/database", StringComparison.Ordinal))["file:".Length..]).Trim();
    }

    [Fact]
    public void Everything_of_the_lab_passes()
    {
        var result = work.Run("Test-CivicQEnvironment lab -Verbose -Debug");
        Assert.All(result.Output, item => Assert.True((bool)item!.Get("Passed")!, item!.Text("Detail")));
        Assert.Equal(["Api", "Backups", "Cache", "Database", "Migrations", "Pooler", "Site", "WalArchive"], result.Texts("Component").Distinct().Order(StringComparer.Ordinal));
        Assert.All(result.Texts("Environment"), name => Assert.Equal("lab", name));
        Assert.DoesNotContain(LabPassword(), result.Everything(), StringComparison.Ordinal);
        Assert.Equal(["True"], work.Run("Test-CivicQEnvironment lab -Quiet").Output.Select(item => item!.ToString()));
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void The_pooler_and_the_migrations_are_tested_to_the_end()
    {
        var result = work.Run("Test-CivicQEnvironment lab");
        List<string> Checks(string component) => [.. result.Output.Where(one => one!.Text("Component") == component).Select(one => one!.Text("Check"))];
        Assert.Equal(["Secret", "Name", "Port", "Login"], Checks("Pooler"));
        Assert.Equal(["Scripts", "Program"], Checks("Migrations"));
        Assert.Contains(result.Texts("Detail"), detail => detail.StartsWith("PgBouncer 1.", StringComparison.Ordinal));
        Assert.Contains("6 revisions; the last is d18b3c6e4f72.", result.Texts("Detail"));
    }

    [Fact]
    public void The_database_lets_in_who_has_the_password()
    {
        ConfigureDatabase(LabPassword());
        var result = work.Run("Test-CivicQEnvironment db");
        Assert.Equal(["Secret", "Name", "Port", "Login"], result.Texts("Check"));
        Assert.All(result.Texts("Passed"), passed => Assert.Equal("True", passed));
    }

    [Fact]
    public void The_database_keeps_out_who_has_not()
    {
        ConfigureDatabase(Secret);
        var result = work.Run("Test-CivicQEnvironment db -Verbose -Debug");
        var login = result.Output[^1]!;
        Assert.Equal("Login False DatabaseAuthenticationFailed", $"{login.Text("Check")} {login.Text("Passed")} {login.Text("ErrorId")}");
        Assert.NotEmpty(login.Text("NextStep"));
        Assert.DoesNotContain(Secret, result.Everything(), StringComparison.Ordinal);
        Assert.Equal(["False"], work.Run("Test-CivicQEnvironment db -Quiet").Output.Select(item => item!.ToString()));
    }

    [Theory]
    [InlineData("""{"database": {"host": "127.0.0.1", "port": 1}}""", "Port", "ConnectionRefused")]
    [InlineData("""{"cache": {"host": "no-such-host.invalid"}}""", "Name", "DnsFailed")]
    [InlineData("""{"cache": {"host": "127.0.0.1", "password": "env:CIVICQ_TEST_UNSET"}}""", "Secret", "VariableNotSet")]
    [InlineData("""{"cache": {"host": "127.0.0.1", "password": "file:/nonexistent/secret"}}""", "Secret", "SecretNotFound")]
    [InlineData("""{"cache": {"host": "127.0.0.1", "password": "secret:vault/name"}}""", "Secret", "SecretUnavailable")]
    [InlineData("""{"cache": {"url": "env:CIVICQ_TEST_ADDRESS"}}""", "Definition", "EnvironmentValueInvalid")]
    [InlineData("""{"database": {"url": "env:CIVICQ_TEST_ADDRESS"}}""", "Definition", "DatabaseAddressInvalid")]
    [InlineData("""{"databse": {}}""", "Definition", "EnvironmentKeyUnknown")]
    [InlineData("{}", "Definition", "ComponentNotConfigured")]
    public void What_is_wrong_is_a_result_with_its_id_and_next_step(string json, string check, string id)
    {
        work.Set("CIVICQ_TEST_ADDRESS", Secret);
        work.Configure(("one", json));
        var result = work.Run("Test-CivicQEnvironment one -Verbose -Debug");
        var last = result.Output[^1]!;
        Assert.Equal($"{check} False {id}", $"{last.Text("Check")} {last.Text("Passed")} {last.Text("ErrorId")}");
        Assert.NotEmpty(last.Text("NextStep"));
        Assert.DoesNotContain(Secret, result.Everything(), StringComparison.Ordinal);
        Assert.Equal(["False"], work.Run("Test-CivicQEnvironment one -Quiet").Output.Select(item => item!.ToString()));
    }

    [Theory]
    [InlineData("""{"pooler": {"host": "127.0.0.1", "port": 1, "user": "u"}}""", "Pooler Port False ConnectionRefused")]
    [InlineData("""{"pooler": {"user": "u", "password": "env:CIVICQ_TEST_UNSET"}}""", "Pooler Secret False VariableNotSet")]
    [InlineData("""{"migrations": {"folder": "/nonexistent"}}""", "Migrations Scripts False MigrationProjectNotFound")]
    [InlineData("""{"migrations": {"folder": "PROJECT", "program": "no-such-alembic"}}""", "Migrations Program False MigrationProgramNotInstalled")]
    [InlineData("""{"migrations": {"folder": "PROJECT", "program": "PROJECT/alembic.ini"}}""", "Migrations Program False MigrationProgramNotInstalled")]
    public void What_is_wrong_with_a_pooler_or_with_migrations_is_told_beside_the_database(string json, string expected)
    {
        var database = System.Text.Json.Nodes.JsonNode.Parse(json.Replace("PROJECT", Path.Combine(Suite.Folder, "state", "lab", "alembic"), StringComparison.Ordinal))!;
        (database["host"], database["port"]) = ("127.0.0.1", 1);
        work.Configure(("one", new System.Text.Json.Nodes.JsonObject { ["database"] = database }.ToJsonString()));
        var result = work.Run("Test-CivicQEnvironment one");
        var failed = result.Output.Where(one => one!.Text("Passed") == "False").Select(one => $"{one!.Text("Component")} {one!.Text("Check")} {one!.Text("Passed")} {one!.Text("ErrorId")}");
        Assert.Equal([expected, "Database Port False ConnectionRefused"], failed.OrderByDescending(text => text, StringComparer.Ordinal));
    }

    [Fact]
    public void A_broken_file_is_a_result_too()
    {
        work.Configure();
        File.WriteAllText(work.ConfigFile, "{\n  \"environments\": {,}\n}");
        var result = work.Run("Test-CivicQEnvironment lab");
        Assert.Equal(["EnvironmentFileInvalid"], result.Texts("ErrorId"));
        Assert.Equal([work.ConfigFile + ":2"], result.Texts("Target"));
        Assert.Equal(["False"], work.Run("Test-CivicQEnvironment lab -Quiet").Output.Select(item => item!.ToString()));
    }

    [Fact]
    public void A_name_that_fits_nothing_is_an_error_and_does_not_pass()
    {
        var result = work.Invoke("Test-CivicQEnvironment lba -Quiet");
        result.Failed("EnvironmentNotFound");
        Assert.Equal(["False"], result.Output.Select(item => item!.ToString()));
    }

    [Theory]
    [InlineData("Test-CivicQEnvironment nothing* -Quiet")]
    [InlineData("Get-CivicQEnvironment nothing* | Test-CivicQEnvironment -Quiet")]
    public void Nothing_tested_is_nothing_passed(string line) =>
        Assert.Equal(["False"], work.Run(line).Output.Select(item => item!.ToString()));

    [Theory]
    [InlineData("Get-CivicQEnvironment lab | Test-CivicQEnvironment")]
    [InlineData("Test-CivicQEnvironment -Name lab")]
    [InlineData("Test-CivicQEnvironment -Environment l?b -ThrottleLimit 1")]
    public void Environments_are_piped_and_named(string line) => Assert.Equal(["lab"], work.Run(line).Texts("Environment").Distinct());

    [Fact]
    public void Without_a_name_it_takes_the_connected_one_then_the_variable_s()
    {
        work.Set("CIVICQ_ENVIRONMENT", "lab");
        Assert.Equal(["lab"], work.Run("Test-CivicQEnvironment").Texts("Environment").Distinct());
        work.Configure(("one", "{}"));
        work.Run("Connect-CivicQ one");
        Assert.Equal(["one"], work.Run("Test-CivicQEnvironment").Texts("Environment").Distinct());
    }

    [Fact]
    public void It_can_be_stopped_while_a_server_is_silent()
    {
        using var stop = new CancellationTokenSource();
        using var server = new CountingServer(count => { if (count == 2) stop.Cancel(); });
        work.Configure(("silent", $$$"""{"timeoutSeconds": 600, "database": {"host": "127.0.0.1", "port": {{{server.Port}}}, "name": "civicq", "user": "civicq", "sslMode": "disable"}}"""));
        var result = work.Invoke("Test-CivicQEnvironment silent", stop.Token);
        Assert.True(result.Stopped);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void A_silent_server_costs_its_own_time_out()
    {
        using var server = new CountingServer(_ => { });
        work.Configure(("silent", $$$"""{"timeoutSeconds": 0.5, "database": {"host": "127.0.0.1", "port": {{{server.Port}}}, "name": "civicq", "user": "civicq", "sslMode": "disable"}}"""));
        var last = work.Run("Test-CivicQEnvironment silent").Output[^1]!;
        Assert.Equal("Login False", $"{last.Text("Check")} {last.Text("Passed")}");
        Assert.Contains(last.Text("ErrorId"), new[] { "OperationTimedOut", "DatabaseUnreachable" });
    }

    [Theory]
    [InlineData("Test-CivicQEnvironment -ThrottleLimit 0")]
    [InlineData("Test-CivicQEnvironment ''")]
    public void A_wrong_command_line_runs_nothing(string line) => Assert.Equal(ExitCodes.Usage, work.Invoke(line).ExitCode);

    public void Dispose() => work.Dispose();
}
