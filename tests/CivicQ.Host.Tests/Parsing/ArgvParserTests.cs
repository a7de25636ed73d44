using System.Collections;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Tests.Parsing;

public sealed class ArgvParserTests
{
    [Fact]
    public void The_shells_words_are_taken_as_they_are()
    {
        var command = Assert.Single(ArgvParser.Parse(["Get-X", "a b", "it's", "$HOME", "-5"]).Commands);
        Assert.Equal(["a b", "it's", "$HOME", "-5"], command.Elements.Cast<ArgumentElement>().Select(element => element.Text));
        Assert.Equal(
            [ArgumentForm.Word, ArgumentForm.Word, ArgumentForm.Word, ArgumentForm.Number], command.Elements.Cast<ArgumentElement>().Select(element => element.Form));
    }

    [Fact]
    public void A_word_that_is_a_pipe_parts_commands()
    {
        var pipeline = ArgvParser.Parse(["Get-X", "|", "Where-Object", "A", "-eq", "b|c"]);
        Assert.Equal(["Get-X", "Where-Object"], pipeline.Commands.Select(command => command.Name));
        Assert.Equal("b|c", ((ArgumentElement)pipeline.Commands[1].Elements[^1]).Value);
    }

    [Fact]
    public void One_word_with_spaces_is_a_line() => Assert.Equal(2, ArgvParser.Parse(["Get-X 'a b' | Select-Object -First 1"]).Commands.Count);

    [Fact]
    public void Parameters_constants_and_hashtables_are_known()
    {
        var elements = ArgvParser.Parse(["Get-X", "-Name:a,b", "-Quiet:$false", "$true", "@{a=1}", "--", "-Name"]).Commands[0].Elements;
        Assert.Equal("a,b", ((ParameterElement)elements[0]).Attached!.Text);
        Assert.Equal(false, ((ParameterElement)elements[1]).Attached!.Value);
        Assert.Equal(true, ((ArgumentElement)elements[2]).Value);
        Assert.Equal(1, Assert.IsType<Hashtable>(((ArgumentElement)elements[3]).Value)["a"]);
        Assert.Equal("-Name", ((ArgumentElement)elements[4]).Value);
    }

    [Fact]
    public void An_empty_word_after_a_colon_is_an_empty_word() =>
        Assert.Equal("", ((ParameterElement)ArgvParser.Parse(["Get-X", "-Name:"]).Commands[0].Elements[0]).Attached!.Text);

    [Theory]
    [InlineData("|", "Get-X")]
    [InlineData("Get-X", "|")]
    public void A_pipe_needs_a_command_on_either_side(params string[] words) =>
        Assert.Equal("EmptyPipeElement", Assert.Throws<CommandLineException>(() => ArgvParser.Parse(words)).Id);
}
