using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database.Migrations;

public class MigrationScriptParserTests
{
    private static MigrationScript Parse(string text) => MigrationScriptParser.Parse(text.ReplaceLineEndings("\n"), "x.py");

    [Fact]
    public void What_Alembic_writes_is_read()
    {
        var script = Parse("""
            # -*- coding: utf-8 -*-
            '''add votes

            revision = 'not-this'
            Revision ID: abc1
            Create Date: 2024-01-16 09:40:02.118305
            '''
            from typing import Sequence, Union
            revision: str = 'abc1'
            down_revision: Union[str, Sequence[str], None] = "abc0"  # the one before
            branch_labels = ('votes',)
            depends_on = None

            def upgrade():
                revision = compute()
            """);
        Assert.Equal(("abc1", "add votes"), (script.Revision, script.Message));
        Assert.Equal(["abc0"], script.DownRevisions);
        Assert.Equal(["votes"], script.BranchLabels);
        Assert.Empty(script.DependsOn);
        Assert.Equal(new DateTimeOffset(2024, 1, 16, 9, 40, 2, TimeSpan.Zero).AddMicroseconds(118305), script.CreatedAt);
    }

    [Theory]
    [InlineData("None", "")]
    [InlineData("'a'", "a")]
    [InlineData("('a', 'b')", "a,b")]
    [InlineData("['a', \"b\",]", "a,b")]
    [InlineData("'a', 'b'", "a,b")]
    [InlineData("'a',", "a")]
    [InlineData("(\n    'a',  # one\n    'b',\n)", "a,b")]
    [InlineData("()", "")]
    [InlineData("None # first", "")]
    public void A_down_revision_may_be_written_in_many_ways(string value, string expected) =>
        Assert.Equal(expected, string.Join(',', Parse($"revision = 'x'\ndown_revision = {value}\n").DownRevisions));

    [Theory]
    [InlineData("revision = 'x'\n", "no down_revision")]
    [InlineData("down_revision = None\n", "no revision")]
    [InlineData("revision = 'x'\ndown_revision = 'a' + 'b'\n", "without running")]
    [InlineData("revision = 'x'\ndown_revision = last()\n", "without running")]
    [InlineData("revision = 'x'\ndown_revision = Nonesuch\n", "without running")]
    [InlineData("revision = 'x'\ndown_revision = ('a'\n", "without running")]
    [InlineData("revision = f'x{1}'\ndown_revision = None\n", "without running")]
    [InlineData("revision = 'x\\n'\ndown_revision = None\n", "without running")]
    [InlineData("revision = '--sql'\ndown_revision = None\n", "no revision")]
    [InlineData("", "no revision")]
    public void What_only_Python_could_know_is_refused(string text, string why)
    {
        var error = Assert.Throws<OperationException>(() => Parse(text));
        Assert.Same(MigrationErrors.ScriptsInvalid, error.Definition);
        Assert.Contains("x.py", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_Windows_are_read_too() =>
        Assert.Equal(["a"], MigrationScriptParser.Parse("revision = 'x'\r\ndown_revision = 'a'\r\n", "x.py").DownRevisions);
}
