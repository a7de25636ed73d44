using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Journal;

[Collection(LabCollection.Name)]
public sealed class TestCivicQJournalTests : IDisposable
{
    private readonly Workspace work = new();

    public TestCivicQJournalTests()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            work.Run($"Register-CivicQEnvironment {name} -SiteUrl https://{name}.example -Confirm:$false");
        }
    }

    [Fact]
    public void A_journal_as_it_was_written_passes()
    {
        var result = work.Run("Test-CivicQJournal").Output.Single()!;
        Assert.Equal("True 4 1 4", $"{result.Text("Passed")} {result.Text("Entries")} {result.Text("FirstSequence")} {result.Text("LastSequence")}");
        Assert.Equal(work.JournalFile, result.Text("Path"));
        Assert.Equal(["True"], Quiet());
    }

    [Theory]
    [InlineData("Damaged")]
    [InlineData("Altered")]
    [InlineData("Missing")]
    [InlineData("Reordered")]
    [InlineData("Truncated")]
    [InlineData("HeadMissing")]
    public void What_was_done_to_it_is_found(string kind)
    {
        var lines = File.ReadAllLines(work.JournalFile).ToList();
        switch (kind)
        {
            case "Damaged":
                lines[1] = lines[1][..30];
                break;
            case "Altered":
                lines[1] = lines[1].Replace("Succeeded", "Failed", StringComparison.Ordinal);
                break;
            case "Missing":
                lines.RemoveAt(1);
                break;
            case "Reordered":
                (lines[1], lines[2]) = (lines[2], lines[1]);
                break;
            case "Truncated":
                lines.RemoveAt(3);
                break;
            default:
                File.Delete(work.JournalFile + ".head");
                break;
        }

        File.WriteAllLines(work.JournalFile, lines);
        var before = work.Snapshot();
        var result = work.Run("Test-CivicQJournal").Output.Single()!;
        Assert.Equal("False", result.Text("Passed"));
        Assert.Contains(kind, ((IEnumerable<object>)result.Get("Problems")!).Select(problem => problem.Text("Kind")));
        Assert.Equal(["False"], Quiet());
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void A_copy_is_tested_by_its_path()
    {
        var copy = Path.Combine(work.Folder, "copy.jsonl");
        File.Copy(work.JournalFile, copy);
        File.Copy(work.JournalFile + ".head", copy + ".head");
        Assert.Equal([copy], work.Run($"Test-CivicQJournal {copy}").Texts("Path"));
        Assert.Equal(["True"], work.Run($"Test-CivicQJournal -Path {copy} | Test-CivicQJournal").Texts("Passed"));
    }

    [Fact]
    public void One_that_was_named_must_be_there_and_one_that_was_not_need_not()
    {
        var path = Path.Combine(work.Folder, "none.jsonl");
        var named = work.Invoke($"Test-CivicQJournal {path} -Quiet");
        named.Failed("JournalNotFound");
        Assert.Equal(["False"], named.Output.Select(item => item!.ToString()));
        work.Set("CIVICQ_JOURNAL", path);
        Assert.Equal(["True"], Quiet());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void It_takes_no_WhatIf() => Assert.Equal(ExitCodes.Usage, work.Invoke("Test-CivicQJournal -WhatIf").ExitCode);

    [Fact]
    public void It_can_be_stopped() => Assert.True(work.Invoke("Test-CivicQJournal", new CancellationToken(canceled: true)).Stopped);

    public void Dispose() => work.Dispose();

    private IEnumerable<string?> Quiet() => work.Run("Test-CivicQJournal -Quiet").Output.Select(item => item!.ToString());
}
