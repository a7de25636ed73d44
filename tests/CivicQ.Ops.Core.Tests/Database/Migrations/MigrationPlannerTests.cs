using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database.Migrations;

public class MigrationPlannerTests
{
    // aaaa1 - bbbb2 - cccc3 - ffff6 (merge) - gggg7
    //              \- dddd4 -/        eeee5 comes after bbbb2 too, and is a head of its own where 'forked'
    private static MigrationGraph Graph(bool forked = false) => new(
    [
        Script("gggg7", "ffff6"), Script("aaaa1"), Script("bbbb2", "aaaa1"), Script("cccc3", "bbbb2"), Script("dddd4", "bbbb2"), Script("ffff6", "cccc3", "dddd4"),
        .. forked ? new[] { Script("eeee5", "bbbb2") } : [],
    ]);

    private static MigrationScript Script(string revision, params string[] down) => new(revision, down, revision + ".py");

    private static string Up(string revision, string current, bool forked = false) => Text(MigrationPlanner.Plan(Graph(forked), List(current), new MigrationTarget(MigrationDirection.Upgrade, revision)));

    private static string Down(string? revision, string current, int steps = 1) => Text(MigrationPlanner.Plan(Graph(), List(current), new MigrationTarget(MigrationDirection.Downgrade, revision, steps)));

    private static string Text(MigrationPlan plan) => $"{string.Join(',', plan.Revisions)} -> {MigrationPlan.Named([.. plan.To])} ({plan.Argument})";

    private static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static ErrorDefinition Refused(Func<string> plan) => Assert.Throws<OperationException>(plan).Definition;

    [Theory]
    [InlineData("head", "", "aaaa1,bbbb2,cccc3,dddd4,ffff6,gggg7 -> gggg7 (gggg7)")]
    [InlineData("head", "gggg7", " -> gggg7 (gggg7)")]
    [InlineData("heads", "ffff6", "gggg7 -> gggg7 (heads)")]
    [InlineData("head", "cccc3", "dddd4,ffff6,gggg7 -> gggg7 (gggg7)")]
    [InlineData("head", "cccc3,dddd4", "ffff6,gggg7 -> gggg7 (gggg7)")]
    [InlineData("dddd4", "cccc3", "dddd4 -> cccc3, dddd4 (dddd4)")]
    [InlineData("dddd", "bbbb2", "dddd4 -> dddd4 (dddd4)")]
    [InlineData("+1", "", "aaaa1 -> aaaa1 (aaaa1)")]
    [InlineData("+2", "", "aaaa1,bbbb2 -> bbbb2 (bbbb2)")]
    [InlineData("+1", "ffff6", "gggg7 -> gggg7 (gggg7)")]
    public void The_way_up(string revision, string current, string expected) => Assert.Equal(expected, Up(revision, current));

    [Theory]
    [InlineData(null, "gggg7", 1, "gggg7 -> ffff6 (ffff6)")]
    [InlineData(null, "bbbb2", 2, "bbbb2,aaaa1 -> base (base)")]
    [InlineData("bbbb2", "gggg7", 1, "gggg7,ffff6,dddd4,cccc3 -> bbbb2 (bbbb2)")]
    [InlineData("cccc3", "gggg7", 1, "gggg7,ffff6 -> cccc3, dddd4 (cccc3)")]
    [InlineData("base", "cccc3", 1, "cccc3,bbbb2,aaaa1 -> base (base)")]
    [InlineData("cccc3", "cccc3", 1, " -> cccc3 (cccc3)")]
    [InlineData("base", "", 1, " -> base (base)")]
    public void The_way_down(string? revision, string current, int steps, string expected) => Assert.Equal(expected, Down(revision, current, steps));

    [Fact]
    public void Ways_that_are_not_clear_are_refused()
    {
        Assert.Same(MigrationErrors.Ambiguous, Refused(() => Up("head", "", forked: true)));
        Assert.Same(MigrationErrors.Ambiguous, Refused(() => Up("+1", "bbbb2")));
        Assert.Same(MigrationErrors.Ambiguous, Refused(() => Up("+1", "cccc3,dddd4")));
        Assert.Same(MigrationErrors.Ambiguous, Refused(() => Down(null, "ffff6")));
        Assert.Same(MigrationErrors.Ambiguous, Refused(() => Down(null, "cccc3,dddd4")));
        Assert.Equal("cccc3,dddd4,eeee5,ffff6,gggg7 -> eeee5, gggg7 (heads)", Up("heads", "bbbb2", forked: true));
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Same(MigrationErrors.RevisionNotFound, Refused(() => Up("zzzz", "")));
        Assert.Same(MigrationErrors.RevisionNotFound, Refused(() => Up("aaa", "")));
        Assert.Same(MigrationErrors.RevisionNotFound, Refused(() => Up("+9", "ffff6")));
        Assert.Same(MigrationErrors.WrongDirection, Refused(() => Up("base", "")));
        Assert.Same(MigrationErrors.WrongDirection, Refused(() => Up("aaaa1", "cccc3")));
        Assert.Same(MigrationErrors.WrongDirection, Refused(() => Down("gggg7", "cccc3")));
        Assert.Same(MigrationErrors.WrongDirection, Refused(() => Down("head", "cccc3")));
        Assert.Same(MigrationErrors.NothingToUndo, Refused(() => Down(null, "")));
        Assert.Same(MigrationErrors.NothingToUndo, Refused(() => Down(null, "aaaa1", 2)));
        Assert.Same(MigrationErrors.DatabaseUnknown, Refused(() => Up("head", "strange")));
        Assert.Same(MigrationErrors.DatabaseUnknown, Refused(() => Down(null, "strange")));
    }

    [Fact]
    public void Scripts_that_do_not_fit_are_refused()
    {
        ErrorDefinition Bad(params MigrationScript[] scripts) => Assert.Throws<OperationException>(() => new MigrationGraph(scripts)).Definition;
        Assert.Same(MigrationErrors.ScriptsInvalid, Bad(Script("a"), Script("a")));
        Assert.Same(MigrationErrors.ScriptsInvalid, Bad(Script("b", "a")));
        Assert.Same(MigrationErrors.ScriptsInvalid, Bad(Script("a", "b"), Script("b", "a")));
        Assert.Same(MigrationErrors.Ambiguous, Assert.Throws<OperationException>(() => new MigrationGraph([Script("abcd1"), Script("abcd2")]).Resolve("abcd")).Definition);
    }
}
