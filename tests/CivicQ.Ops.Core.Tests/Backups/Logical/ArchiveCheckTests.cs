using CivicQ.Ops.Core.Backups.Logical;

namespace CivicQ.Ops.Core.Tests.Backups.Logical;

public sealed class ArchiveCheckTests
{
    private static readonly byte[] Whole = [.. "PGDMP"u8, 1, 15, 0, 7, .. "COPY"u8, 9, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void An_archive_begins_with_its_mark_and_ends_with_a_zero_however_it_comes(int piece)
    {
        Assert.Null(Judge(Whole, piece));
        Assert.Null(Judge([.. Whole, .. new byte[300]], piece));
        Assert.StartsWith("It does not end", Judge(Whole[..^1], piece), StringComparison.Ordinal);
        Assert.StartsWith("It does not end", Judge([.. Whole, 1], piece), StringComparison.Ordinal);
        Assert.StartsWith("It does not end", Judge([.. Whole, 1, 0, 0, 0, 0], piece), StringComparison.Ordinal);
        Assert.StartsWith("It is no archive", Judge(Whole[1..], piece), StringComparison.Ordinal);
        Assert.StartsWith("It is no archive", Judge([], piece), StringComparison.Ordinal);
    }

    private static string? Judge(byte[] bytes, int piece)
    {
        var check = new ArchiveCheck();
        foreach (var one in bytes.Chunk(piece))
        {
            check.Add(one);
        }

        return check.End();
    }
}
