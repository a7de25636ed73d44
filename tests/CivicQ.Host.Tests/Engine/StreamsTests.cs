using CivicQ.Host.Engine;
using CivicQ.Host.Tests.Commands;

namespace CivicQ.Host.Tests.Engine;

public sealed class StreamsTests : IDisposable
{
    private readonly HostSession session = SampleSession.Open();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Objects_are_enumerated_only_when_asked_to()
    {
        var output = session.Invoke("Write-Stream").Output;
        Assert.Equal(6, output.Count);
        Assert.Equal(["object", 1, 2], output.Take(3));
        Assert.Equal([3, 4], Assert.IsType<int[]>(output[3]));
        Assert.Null(output[4]);
        Assert.Equal("text", output[5]);
    }

    [Theory]
    [InlineData("", "", "", "warning", "", "half")]
    [InlineData("-Verbose", "verbose", "", "warning", "", "half")]
    [InlineData("-Verbose:$false -Debug", "", "debug", "warning", "", "half")]
    [InlineData("-WarningAction SilentlyContinue -ProgressAction Ignore", "", "", "", "", "")]
    [InlineData("-WarningAction Ignore -InformationAction Continue", "", "", "", "information", "half")]
    [InlineData("-vb -db -wa 0 -infa Continue -proga SilentlyContinue", "verbose", "debug", "", "information", "")]
    public void Common_parameters_open_and_close_streams(string arguments, string verbose, string debug, string warning, string information, string progress)
    {
        var result = session.Invoke($"Write-Stream {arguments}");
        Assert.Empty(result.Errors);
        Assert.Equal(verbose, string.Join('|', result.Verbose));
        Assert.Equal(debug, string.Join('|', result.Debug));
        Assert.Equal(warning, string.Join('|', result.Warnings));
        Assert.Equal(information, string.Join('|', result.Information));
        Assert.Equal(progress, string.Join('|', result.Progress.Select(record => record.StatusDescription)));
    }

    [Fact]
    public void A_warning_may_stop()
    {
        var result = session.Invoke("Write-Failure Warning -WarningAction Stop");
        Assert.Equal(["before"], result.Output);
        Assert.Equal("ActionPreferenceStop,CivicQ.Host.Tests.Commands.WriteFailureCommand", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.True(result.Terminated);
    }

    [Theory]
    [InlineData("Error", "before,after", 1, false, ExitCodes.Error)]
    [InlineData("Error -ErrorAction Continue", "before,after", 1, false, ExitCodes.Error)]
    [InlineData("Error -ErrorAction SilentlyContinue", "before,after", 0, false, ExitCodes.Success)]
    [InlineData("Error -ErrorAction Ignore", "before,after", 0, false, ExitCodes.Success)]
    [InlineData("Error -ErrorAction Stop", "before", 1, true, ExitCodes.Error)]
    [InlineData("Terminating", "before", 1, true, ExitCodes.Error)]
    [InlineData("Terminating -ErrorAction Ignore", "before", 1, true, ExitCodes.Error)]
    [InlineData("Throw", "before", 1, true, ExitCodes.Error)]
    [InlineData("Warning", "before,after", 0, false, ExitCodes.Success)]
    public void Errors_end_what_they_must(string arguments, string output, int errors, bool terminated, int exitCode)
    {
        var result = session.Invoke($"Write-Failure {arguments}");
        Assert.Equal(output, string.Join(',', result.Output));
        Assert.Equal(errors, result.Errors.Count);
        Assert.Equal(terminated, result.Terminated);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.False(result.Stopped);
    }

    [Fact]
    public void An_error_names_the_command_that_wrote_it()
    {
        var error = Assert.Single(session.Invoke("Write-Failure Error").Errors);
        Assert.Equal("Broken,CivicQ.Host.Tests.Commands.WriteFailureCommand", error.FullyQualifiedErrorId);
        Assert.Equal("Write-Failure", error.InvocationInfo!.MyCommand!.Name);
        Assert.Equal("Write-Failure", error.CategoryInfo.Activity);
        Assert.Equal("target", error.TargetObject);
    }

    [Fact]
    public void An_exception_becomes_an_error_of_its_type()
    {
        var error = Assert.Single(session.Invoke("Write-Failure Throw").Errors);
        Assert.Equal("System.ArgumentException,CivicQ.Host.Tests.Commands.WriteFailureCommand", error.FullyQualifiedErrorId);
        Assert.Equal("It broke.", error.Exception.Message);
    }

    [Theory]
    [InlineData(ConfirmationAnswer.Yes, "before,after", false)]
    [InlineData(ConfirmationAnswer.No, "before", true)]
    public void Inquire_asks(ConfirmationAnswer answer, string output, bool terminated)
    {
        var sink = new ScriptedSink(answer);
        var result = session.Invoke("Write-Failure Error -ErrorAction Inquire", sink: sink);
        Assert.Equal(output, string.Join(',', result.Output));
        Assert.Equal(terminated, result.Terminated);
        Assert.Single(sink.Questions);
    }
}
