using System.Collections;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Tests.Parsing;

public sealed class LineParserTests
{
    [Theory]
    [InlineData("x 'a b'", "a b")]
    [InlineData("x 'it''s'", "it's")]
    [InlineData("x \"a `\"b`\" \"\"c\"\"\"", "a \"b\" \"c\"")]
    [InlineData("x \"a`tb`n\"", "a\tb\n")]
    [InlineData("x 'a`tb'", "a`tb")]
    [InlineData("x a` b", "a b")]
    [InlineData("x a\"b c\"d", "ab cd")]
    [InlineData("x a#b", "a#b")]
    [InlineData("x a # a comment", "a")]
    [InlineData("x <# here #> a", "a")]
    [InlineData("x a;", "a")]
    [InlineData("x '$5'", "$5")]
    [InlineData("x \"5$\"", "5$")]
    [InlineData("x 'a|b'", "a|b")]
    [InlineData("x https://h/p?q=1", "https://h/p?q=1")]
    [InlineData("x '5'", "5")]
    [InlineData("x -5", "-5")]
    [InlineData("x ''", "")]
    [InlineData("x 5", 5)]
    [InlineData("x 5000000000", 5000000000L)]
    [InlineData("x 1.5", 1.5)]
    [InlineData("x 1e3", 1000.0)]
    [InlineData("x 0xFF", 255)]
    [InlineData("x 2kb", 2048)]
    [InlineData("x 4GB", 4294967296L)]
    [InlineData("x 1.5kb", 1536.0)]
    [InlineData("x $true", true)]
    [InlineData("x $FALSE", false)]
    [InlineData("x $null", null)]
    public void An_argument_is_read(string line, object? expected) => Assert.Equal(expected, Argument(line).Value);

    [Theory]
    [InlineData("x a,b", new object[] { "a", "b" })]
    [InlineData("x a , b", new object[] { "a", "b" })]
    [InlineData("x 1,'2',c", new object[] { 1, "2", "c" })]
    [InlineData("x 007,1.50", new object[] { 7, 1.5 })]
    [InlineData("x @()", new object[0])]
    [InlineData("x @('a','b')", new object[] { "a", "b" })]
    [InlineData("x @(-5, $true)", new object[] { -5, true })]
    [InlineData("x @('a'; 'b'\n'c')", new object[] { "a", "b", "c" })]
    public void Commas_make_arrays(string line, object[] expected) => Assert.Equal(expected, (object?[])Argument(line).Value!);

    [Fact]
    public void Hashtables_are_read_without_regard_to_case()
    {
        var table = Assert.IsType<Hashtable>(Argument("x @{ a = 1; 'b c' = 'd', 'e'\n nested = @{ x = $null } # why\n }").Value);
        Assert.Equal(3, table.Count);
        Assert.Equal(1, table["A"]);
        Assert.Equal(new object[] { "d", "e" }, table["B C"]);
        Assert.True(Assert.IsType<Hashtable>(table["nested"]).ContainsKey("x"));
    }

    [Fact]
    public void Parameters_may_carry_their_argument()
    {
        var elements = Parse("x -Name:a -Force -Count: 5 - -- -NotOne").Commands[0].Elements;
        Assert.Equal(("Name", (object?)"a"), Pair(elements[0]));
        Assert.Equal(("Force", null), Pair(elements[1]));
        Assert.Equal(("Count", (object?)5), Pair(elements[2]));
        Assert.Equal("-", ((ArgumentElement)elements[3]).Value);
        Assert.Equal("-NotOne", ((ArgumentElement)elements[4]).Value);
    }

    [Fact]
    public void Quoted_text_ends_an_argument()
    {
        var elements = Parse("x \"Data\"base").Commands[0].Elements;
        Assert.Equal(["Data", "base"], elements.Cast<ArgumentElement>().Select(element => element.Value));
    }

    [Fact]
    public void Pipes_part_commands()
    {
        var pipeline = Parse(" one a|two -B |\n three # end");
        Assert.Equal(["one", "two", "three"], pipeline.Commands.Select(command => command.Name));
    }

    [Theory]
    [InlineData("", "EmptyPipeElement")]
    [InlineData("x |", "EmptyPipeElement")]
    [InlineData("| x", "EmptyPipeElement")]
    [InlineData("x || y", "EmptyPipeElement")]
    [InlineData("x 'a", "TerminatorExpectedAtEndOfString")]
    [InlineData("x \"a", "TerminatorExpectedAtEndOfString")]
    [InlineData("x a,", "MissingArgument")]
    [InlineData("x -a:", "ParameterRequiresArgument")]
    [InlineData("x @(1", "MissingEndParenthesisInExpression")]
    [InlineData("x @{a=1", "IncompleteHashLiteral")]
    [InlineData("x @{a}", "MissingEqualsInHashLiteral")]
    [InlineData("x @{a=1;A=2}", "DuplicateKeyInHashLiteral")]
    [InlineData("x )", "UnexpectedToken")]
    [InlineData("x a; y b", "UnexpectedToken")]
    [InlineData("x (y)", "ScriptNotSupported")]
    [InlineData("x { $_ }", "ScriptNotSupported")]
    [InlineData("x && y", "ScriptNotSupported")]
    [InlineData("x $name", "VariablesNotSupported")]
    [InlineData("x \"$name\"", "VariablesNotSupported")]
    [InlineData("x \"$(y)\"", "VariablesNotSupported")]
    [InlineData("x > file", "RedirectionNotSupported")]
    [InlineData("x 2>&1", "RedirectionNotSupported")]
    [InlineData("x *>file", "RedirectionNotSupported")]
    public void What_cannot_be_read_is_refused_by_name(string line, string id) => Assert.Equal(id, Assert.Throws<CommandLineException>(() => Parse(line)).Id);

    [Theory]
    [InlineData("@{ RootModule = 'a.dll' }", "RootModule", "a.dll")]
    [InlineData("# a comment\n@{\n A = -1 <# b #>\n}\n", "A", -1)]
    public void A_data_file_is_one_literal(string text, string key, object value) => Assert.Equal(value, Assert.IsType<Hashtable>(new LineParser(text).ParseLiteral())[key]);

    private static (string Name, object? Value) Pair(CommandElement element) =>
        element is ParameterElement parameter ? (parameter.Name, parameter.Attached?.Value) : throw new InvalidOperationException($"{element} is no parameter.");

    private static ArgumentElement Argument(string line) => Assert.IsType<ArgumentElement>(Assert.Single(Parse(line).Commands[0].Elements));

    private static ParsedPipeline Parse(string line) => new LineParser(line).Parse();
}
