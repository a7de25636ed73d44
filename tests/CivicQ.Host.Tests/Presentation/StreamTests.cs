using System.Diagnostics;
using System.Management.Automation;
using CivicQ.Host.Engine;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Streams;
using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Tests.Presentation;

public sealed class StreamTests
{
    private readonly TestScreen output = new();
    private readonly TestScreen error = new();

    [Fact]
    public void Results_alone_go_to_the_output()
    {
        var sink = Sink(OutputFormat.JsonLines);
        sink.OnWarning("careful");
        sink.OnVerbose("talk");
        sink.OnDebug("more talk");
        sink.OnOutput(new { A = 1 });
        sink.OnWhatIf("What if: nothing.");
        sink.Complete();
        Assert.Equal("{\"A\":1}\n", output.Text);
        Assert.Equal("WARNING: careful\nVERBOSE: talk\nDEBUG: more talk\nWhat if: nothing.\n", error.Text);
        Assert.False(sink.HadErrors);
    }

    [Fact]
    public void What_if_is_a_result_where_people_read()
    {
        var sink = Sink(OutputFormat.Auto);
        sink.OnWhatIf("What if: nothing.");
        sink.Complete();
        Assert.Equal("What if: nothing.\n", output.Text);
    }

    [Fact]
    public void An_error_says_what_to_do_next()
    {
        var record = new ErrorRecord(new InvalidOperationException("No."), "Id", ErrorCategory.ConnectionError, "db")
        {
            ErrorDetails = new ErrorDetails("The database does not answer.") { RecommendedAction = "Start it." },
        };
        var sink = Sink(OutputFormat.Auto);
        sink.OnError(record);
        Assert.True(sink.HadErrors);
        Assert.Equal("civicq: The database does not answer.\n  Recommendation: Start it.\n", error.Text);
    }

    [Fact]
    public void Colours_are_written_only_where_there_are_colours()
    {
        var coloured = new TestScreen(colour: true);
        ErrorText.Write(coloured.Screen, "Get-X", "No.");
        ErrorText.Write(error.Screen, "Get-X", "\u001b[2JNo.");
        Assert.Equal("\u001b[31;1mGet-X: No.\u001b[0m\n", coloured.Text);
        Assert.Equal("Get-X: \uFFFD[2JNo.\n", error.Text);
    }

    [Fact]
    public void Progress_is_not_drawn_where_nobody_looks()
    {
        new ProgressLine(error.Screen).Show(new ProgressRecord(1, "Copy", "half") { PercentComplete = 50 });
        Assert.Empty(error.Text);
    }

    [Fact]
    public void Progress_is_drawn_at_most_four_times_a_second_and_taken_away()
    {
        var screen = new TestScreen(interactive: true);
        var now = 0L;
        var line = new ProgressLine(screen.Screen, () => now);
        for (var step = 0; step < 10; step++)
        {
            line.Show(new ProgressRecord(1, "Copy", $"step {step}") { PercentComplete = step * 10 });
            now += Stopwatch.Frequency / 10;
        }

        line.Show(new ProgressRecord(1, "Copy", "done") { RecordType = ProgressRecordType.Completed });
        Assert.Equal(4, screen.Text.Split("Copy:").Length - 1);
        Assert.EndsWith("\r\u001b[2K", screen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", ConfirmationAnswer.Yes)]
    [InlineData("\n", ConfirmationAnswer.Yes)]
    [InlineData("what\nn\n", ConfirmationAnswer.No)]
    [InlineData("a\n", ConfirmationAnswer.YesToAll)]
    [InlineData("L\n", ConfirmationAnswer.NoToAll)]
    [InlineData("", ConfirmationAnswer.No)]
    public void Answers_are_PowerShells(string typed, ConfirmationAnswer answer) =>
        Assert.Equal(answer, new ConfirmPrompt(error.Screen, new StringReader(typed)).Ask("Confirm", "Really?", offerAll: true));

    [Fact]
    public void Without_anybody_there_is_no_answer() =>
        Assert.Equal(ConfirmationAnswer.Unavailable, new ConfirmPrompt(error.Screen, null).Ask("Confirm", "Really?", offerAll: true));

    private TerminalSink Sink(OutputFormat format) =>
        new(ObjectWriters.Create(format, output.Screen, ViewCatalogue.Empty), output.Screen, error.Screen, null);
}
