namespace CivicQ.Ops.Tests.Health;

/// <summary>What is not there is never taken for healthy: a task that lost its variables must not stay green for ever.</summary>
[Collection(LabCollection.Name)]
public class NothingConfiguredTests(LabFixture lab)
{
    [Theory]
    [InlineData("Get-CivicQHealth -Environment default -FailOn Degraded")]
    [InlineData("Get-CivicQHealth Database -Environment default -FailOn Unhealthy")]
    [InlineData("Invoke-CivicQDailyCheck -Environment default -FailOn Unhealthy")]
    [InlineData("Invoke-CivicQDailyCheck -Step 3 -Environment default -FailOn Unhealthy")]
    public void FailOn_fails_where_nothing_was_checked(string command)
    {
        var result = lab.Session.Invoke(command);

        Assert.NotEmpty(result.Output);
        Assert.StartsWith("HealthCheckFailed,", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("is not configured", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public void The_machine_alone_may_be_asked_for()
    {
        var result = lab.Session.Invoke("Get-CivicQHealth Host -Environment default");

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void An_empty_environment_is_warned_about()
    {
        var result = lab.Session.Invoke("Get-CivicQHealth -Environment default");

        Assert.Empty(result.Errors);
        Assert.Contains("Connect-CivicQ", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Wait-CivicQHealth Database -Environment default", "ComponentNotConfigured,")]
    [InlineData("Wait-CivicQHealth -Environment default", "EnvironmentEmpty,")]
    public void Wait_does_not_wait_for_what_is_not_there(string command, string error)
    {
        var result = lab.Session.Invoke(command);

        Assert.Empty(result.Output);
        Assert.StartsWith(error, Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }
}
