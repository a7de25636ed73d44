using CivicQ.Host.Engine;

namespace CivicQ.Host.Tests.Engine;

/// <summary>The streams under the common parameters, and the exit code.</summary>
public sealed class StreamPreferenceTests
{
    [Fact]
    public void Verbose_debug_and_information_are_silent_unless_asked_for()
    {
        using var session = Fixture.Open();
        var quiet = session.Invoke("Write-FixtureStream");
        Assert.Equal(["w"], quiet.Warnings);
        Assert.Empty(quiet.Verbose);
        Assert.Empty(quiet.Debug);
        Assert.Empty(quiet.Information);
        Assert.Equal(50, Assert.Single(quiet.Progress).PercentComplete);
        var loud = session.Invoke("Write-FixtureStream -Verbose -Debug -InformationAction Continue -WarningAction SilentlyContinue -ProgressAction Ignore");
        Assert.Equal(["v"], loud.Verbose);
        Assert.Equal(["d"], loud.Debug);
        Assert.Equal("i", Assert.Single(loud.Information).MessageData);
        Assert.Empty(loud.Warnings);
        Assert.Empty(loud.Progress);
    }

    [Theory]
    [InlineData("Write-FixtureNumber 1", ExitCodes.Success)]
    [InlineData("Write-FixtureError", ExitCodes.Error)]
    [InlineData("Write-FixtureError -Terminating", ExitCodes.Error)]
    [InlineData("Write-FixtureError -ErrorAction Ignore", ExitCodes.Success)]
    [InlineData("Write-FixtureNumber x", ExitCodes.Usage)]
    [InlineData("Get-Nothing", ExitCodes.Usage)]
    [InlineData("Get-FixtureBound 'open", ExitCodes.Usage)]
    [InlineData("Get-FixtureBound $variable", ExitCodes.Usage)]
    [InlineData("Get-FixtureBound -ErrorVariable e", ExitCodes.Usage)]
    [InlineData("Where-Object { $_ }", ExitCodes.Usage)]
    public void The_exit_code_tells_success_from_errors_and_from_a_wrong_line(string line, int expected)
    {
        using var session = Fixture.Open();
        Assert.Equal(expected, session.Invoke(line).ExitCode);
    }

    [Fact]
    public void A_recommended_action_comes_with_the_error()
    {
        using var session = Fixture.Open();
        var error = Assert.Single(session.Invoke("Write-FixtureError").Errors);
        Assert.Equal("Look at the server.", error.ErrorDetails!.RecommendedAction);
        Assert.Equal("Write-FixtureError", error.InvocationInfo!.MyCommand!.Name);
    }

    [Fact]
    public void An_unknown_command_names_the_nearest()
    {
        using var session = Fixture.Open();
        var error = Assert.Single(session.Invoke("Get-FixtureBuond").Errors);
        Assert.Equal("Did you mean Get-FixtureBound?", error.ErrorDetails!.RecommendedAction);
    }
}
