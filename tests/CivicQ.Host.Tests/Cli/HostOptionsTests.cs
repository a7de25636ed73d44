using CivicQ.Host.Cli;
using CivicQ.Host.Presentation.Formats;

namespace CivicQ.Host.Tests.Cli;

public sealed class HostOptionsTests
{
    [Theory]
    [InlineData("--output", "json")]
    [InlineData("--output=JSON", "Get-X")]
    [InlineData("-o", "json")]
    public void The_format_of_results(params string[] args) => Assert.Equal(OutputFormat.Json, HostOptions.Read(args).Output);

    [Fact]
    public void Options_may_stand_anywhere_and_the_rest_is_the_command_line()
    {
        var options = HostOptions.Read(["Get-X", "--no-color", "-Name", "a", "--output", "csv", "|", "Sort-Object"]);
        Assert.Equal(["Get-X", "-Name", "a", "|", "Sort-Object"], options.Words);
        Assert.Equal(OutputFormat.Csv, options.Output);
        Assert.False(options.Colour);
        Assert.Null(options.Problem);
    }

    [Fact]
    public void After_two_dashes_nothing_is_an_option()
    {
        var options = HostOptions.Read(["Get-X", "--", "--output", "json"]);
        Assert.Equal(["Get-X", "--", "--output", "json"], options.Words);
        Assert.Null(options.Output);
    }

    [Theory]
    [InlineData("--output", "yaml")]
    [InlineData("--output", "")]
    [InlineData("--output=", "Get-X")]
    [InlineData("Get-X", "--nonsense")]
    [InlineData("Get-X", "--output")]
    public void What_is_wrong_is_said(params string[] args) => Assert.NotNull(HostOptions.Read(args).Problem);

    [Fact]
    public void Version_and_help()
    {
        Assert.True(HostOptions.Read(["--version"]).Version);
        Assert.True(HostOptions.Read(["-h"]).Help);
        Assert.True(HostOptions.Read(["--help"]).Help);
        Assert.Empty(HostOptions.Read([]).Words);
    }
}
