using CivicQ.Host.Engine;
using CivicQ.Host.Tests.Commands;

namespace CivicQ.Host.Tests.Engine;

public sealed class StageConfirmationTests : IDisposable
{
    private readonly HostSession session = SampleSession.Open();

    public void Dispose() => session.Dispose();

    [Fact]
    public void What_if_says_what_would_be_done_and_does_nothing()
    {
        var result = session.Invoke("Set-Sample a, b -WhatIf");
        Assert.Equal(
            ["What if: Performing the operation \"Set\" on target \"a\".", "What if: Performing the operation \"Set\" on target \"b\"."], result.WhatIf);
        Assert.Empty(result.Output);
        Assert.Equal(ExitCodes.Success, result.ExitCode);
    }

    [Fact]
    public void Without_an_action_the_command_is_the_action() =>
        Assert.Equal(["What if: Performing the operation \"Remove-Sample\" on target \"one\"."], session.Invoke("Remove-Sample -wi").WhatIf);

    [Theory]
    [InlineData("Set-Sample", 0)]
    [InlineData("Set-Sample -Confirm", 1)]
    [InlineData("Set-Sample -Confirm:$false", 0)]
    [InlineData("Remove-Sample", 1)]
    [InlineData("Remove-Sample -Confirm", 1)]
    [InlineData("Remove-Sample -Confirm:$false", 0)]
    [InlineData("Remove-Sample -Confirm:$false -Ask", 1)]
    [InlineData("Remove-Sample -Ask", 2)]
    public void Impact_and_Confirm_decide_whether_it_asks(string line, int questions)
    {
        var sink = new ScriptedSink(ConfirmationAnswer.Yes, ConfirmationAnswer.Yes);
        Assert.Equal(["one"], session.Invoke(line, sink: sink).Output);
        Assert.Equal(questions, sink.Questions.Count);
    }

    [Theory]
    [InlineData("Remove-Sample")]
    [InlineData("Set-Sample -Confirm")]
    [InlineData("Remove-Sample -Confirm:$false -Ask")]
    public void Where_nobody_can_answer_nothing_is_done_and_that_is_an_error(string line)
    {
        var result = session.Invoke(line);
        Assert.Empty(result.Output);
        Assert.Contains("NonInteractive", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Error, result.ExitCode);
    }

    [Theory]
    [InlineData(new[] { ConfirmationAnswer.No, ConfirmationAnswer.Yes, ConfirmationAnswer.No }, "b", 3)]
    [InlineData(new[] { ConfirmationAnswer.No, ConfirmationAnswer.YesToAll }, "b,c", 2)]
    [InlineData(new[] { ConfirmationAnswer.Yes, ConfirmationAnswer.NoToAll }, "a", 2)]
    public void An_answer_may_hold_for_all(ConfirmationAnswer[] answers, string output, int questions)
    {
        var sink = new ScriptedSink(answers);
        Assert.Equal(output, string.Join(',', session.Invoke("Remove-Sample a, b, c", sink: sink).Output));
        Assert.Equal(questions, sink.Questions.Count);
        Assert.Equal($"Confirm|Are you sure you want to perform this action?{Environment.NewLine}Performing the operation \"Remove-Sample\" on target \"a\".|True", sink.Questions[0]);
    }

    [Fact]
    public void A_change_that_is_not_asked_about_says_so_when_it_is_verbose() =>
        Assert.Equal(["Performing the operation \"Set\" on target \"one\"."], session.Invoke("Set-Sample -Verbose").Verbose);
}
