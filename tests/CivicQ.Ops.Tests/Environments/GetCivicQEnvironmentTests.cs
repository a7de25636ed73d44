using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class GetCivicQEnvironmentTests : IDisposable
{
    private const string Secret = "PLANTED-get-4711";
    private readonly Workspace work = new();

    public GetCivicQEnvironmentTests()
    {
        work.Set("CIVICQ_TEST_SECRET", Secret);
        work.Configure(
            ("prod", """{"description": "The real one", "api": {"url": "https://api.example"}, "database": {"url": "env:CIVICQ_TEST_SECRET"}, "cache": {"host": "cache", "password": "env:CIVICQ_TEST_SECRET"}}"""),
            ("stage", """{"site": {"url": "https://stage.example"}}"""));
    }

    [Fact]
    public void All_are_listed_by_name_with_their_parts_and_references()
    {
        var result = work.Run("Get-CivicQEnvironment");
        Assert.Equal(["default", "lab", "prod", "stage"], result.Texts("Name"));
        var prod = result.Output[2]!;
        Assert.Equal("The real one", prod.Text("Description"));
        Assert.Equal("prod", prod.Text("Environment"));
        Assert.Equal(work.ConfigFile, prod.Text("Source"));
        Assert.Equal(["Api", "Database", "Cache"], (IEnumerable<string>)prod.Get("Parts")!);
        Assert.Equal(["env:CIVICQ_TEST_SECRET"], (IEnumerable<string>)prod.Get("Secrets")!);
        Assert.Equal("True", result.Output[0]!.Text("IsDefault"));
    }

    [Theory]
    [InlineData("Get-CivicQEnvironment PROD", "prod")]
    [InlineData("Get-CivicQEnvironment -Name st*", "stage")]
    [InlineData("Get-CivicQEnvironment -Environment prod, st?ge", "prod,stage")]
    [InlineData("Get-CivicQEnvironment no*", "")]
    [InlineData("Get-CivicQEnvironment prod | Get-CivicQEnvironment", "prod")]
    public void Names_and_wildcards_select(string line, string names) => Assert.Equal(names, string.Join(',', work.Run(line).Texts("Name")));

    [Fact]
    public void Names_may_be_piped_in() => Assert.Equal(["stage", "prod"], work.Session.Invoke("Get-CivicQEnvironment", ["stage", "prod"]).Texts("Name"));

    [Fact]
    public void One_that_is_not_there_is_an_error_of_its_own()
    {
        var result = work.Invoke("Get-CivicQEnvironment prdo, stage");
        result.Failed("EnvironmentNotFound");
        Assert.Contains("Did you mean 'prod'?", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("prdo", result.Errors[0].TargetObject);
        Assert.Equal(["stage"], result.Texts("Name"));
    }

    [Fact]
    public void A_broken_one_is_named_with_its_line_and_hides_no_other()
    {
        work.Configure(("prod", """{"databse": {}}"""), ("stage", """{"site": {"url": "https://stage.example"}}"""));
        var result = work.Invoke("Get-CivicQEnvironment prod, stage");
        result.Failed("EnvironmentKeyUnknown");
        Assert.Contains(work.ConfigFile, result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(["stage"], result.Texts("Name"));
    }

    [Fact]
    public void A_broken_file_ends_it()
    {
        File.WriteAllText(work.ConfigFile, "{\n  \"environments\": {,}\n}");
        var result = work.Invoke("Get-CivicQEnvironment");
        result.Failed("EnvironmentFileInvalid");
        Assert.True(result.Terminated);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("Get-CivicQEnvironment ''")]
    [InlineData("Get-CivicQEnvironment -WhatIf")]
    public void A_wrong_command_line_runs_nothing(string line) => Assert.Equal(ExitCodes.Usage, work.Invoke(line).ExitCode);

    [Fact]
    public void Secrets_stay_references_and_nothing_is_written()
    {
        var before = work.Snapshot();
        var result = work.Run("Get-CivicQEnvironment -Verbose -Debug");
        Assert.Contains("env:CIVICQ_TEST_SECRET", result.Everything(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Everything(), StringComparison.Ordinal);
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void It_can_be_stopped() => Assert.True(work.Invoke("Get-CivicQEnvironment", new CancellationToken(canceled: true)).Stopped);

    public void Dispose() => work.Dispose();
}
