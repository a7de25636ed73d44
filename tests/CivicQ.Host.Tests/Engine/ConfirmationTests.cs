using CivicQ.Host.Engine;

namespace CivicQ.Host.Tests.Engine;

/// <summary>-WhatIf and the questions before changes.</summary>
public sealed class ConfirmationTests
{
    [Fact]
    public void What_if_says_what_would_be_done_in_PowerShells_words()
    {
        using var session = Fixture.Open();
        var result = session.Invoke("Remove-FixtureThing a,b -WhatIf");
        Assert.Equal(
            ["What if: Performing the operation \"Destroy\" on target \"thing a\".", "What if: Performing the operation \"Destroy\" on target \"thing b\"."],
            result.WhatIf);
        Assert.Empty(result.Output);
        Assert.Equal(ExitCodes.Success, result.ExitCode);
    }

    [Theory]
    [InlineData("yes,no,yes", "destroyed a,destroyed c", 3)]
    [InlineData("yestoall", "destroyed a,destroyed b,destroyed c", 1)]
    [InlineData("yes,notoall", "destroyed a", 2)]
    public void An_answer_for_all_is_not_asked_for_again(string answers, string expected, int asked)
    {
        using var session = Fixture.Open();
        var waiting = new Queue<string>(answers.Split(','));
        var sink = new TestSink { Answer = _ => Enum.Parse<ConfirmationAnswer>(waiting.Dequeue(), ignoreCase: true) };
        var result = session.Invoke("Remove-FixtureThing a,b,c", sink: sink);
        Assert.Equal(expected, string.Join(',', result.OutputOf<string>()));
        Assert.Equal(asked, sink.Questions.Count);
        Assert.Contains("Performing the operation \"Destroy\" on target \"thing a\".", sink.Questions[0], StringComparison.Ordinal);
    }
}
