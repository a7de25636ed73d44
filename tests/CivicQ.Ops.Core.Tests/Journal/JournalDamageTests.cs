using System.Text;
using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Core.Tests.Journal;

/// <summary>Whatever was done to a journal is found and named, and hides nothing else.</summary>
public sealed class JournalDamageTests : JournalFolder
{
    [Fact]
    public async Task A_full_file_that_is_removed_is_missed()
    {
        Write(20, maximumBytes: 2000);
        File.Delete(Directory.GetFiles(folder.Path, "journal.*.jsonl").Order().ElementAt(1));
        var problem = Assert.Single((await TestAsync()).SelectMany(result => result.Problems));
        Assert.Equal(JournalProblemKind.Missing, problem.Kind);
    }

    [Fact]
    public async Task Cut_off_at_any_byte_of_the_last_two_entries_it_is_found_and_the_rest_is_read()
    {
        Write(4);
        var whole = File.ReadAllBytes(Path);
        var head = File.ReadAllBytes(Path + ".head");
        var starts = LineStarts(whole);
        for (var length = starts[2]; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            File.WriteAllBytes(Path + ".head", head);
            // Without its end of line the last entry still is whole.
            var complete = whole.Take(length + 1).Count(one => one == '\n');
            var kinds = (await TestAsync()).SelectMany(result => result.Problems).Select(problem => problem.Kind).ToList();
            var items = await ReadAsync();
            Assert.Equal(complete, items.Count(item => item.Entry is not null));
            if (length == whole.Length - 1)
            {
                Assert.Empty(kinds);
                continue;
            }

            Assert.NotEmpty(kinds);
            var torn = whole[length - 1] != '\n' && whole[length] != '\n';
            Assert.Equal(torn, kinds.Contains(JournalProblemKind.Damaged));
            Assert.Equal(torn ? complete + 1 : 0, items.SingleOrDefault(item => item.Damage is not null)?.Damage!.Line ?? 0);

            // The next writer spoils nothing, and hides nothing.
            Append("after");
            items = await ReadAsync();
            Assert.Equal(complete + 1, items.Count(item => item.Entry is not null));
            Assert.Equal(5, items[^1].Entry!.Sequence);
            Assert.False(await PassedAsync());
        }
    }

    [Fact]
    public async Task A_crash_between_entry_and_head_does_no_harm()
    {
        Write(2);
        var head = File.ReadAllBytes(Path + ".head");
        Append("third");
        File.WriteAllBytes(Path + ".head", head);
        Assert.True(await PassedAsync());
        Assert.Equal(4, Append("fourth").Sequence);
        Assert.True(await PassedAsync());
    }

    [Fact]
    public async Task A_torn_line_from_a_power_failure_is_damage_and_no_entry_is_missing()
    {
        Write(2);
        File.AppendAllText(Path, "{\"sequence\":3,\"ti");
        Append("third");
        var problem = Assert.Single((await TestAsync()).SelectMany(result => result.Problems));
        Assert.Equal((JournalProblemKind.Damaged, 3), (problem.Kind, problem.Line));
        Assert.Equal([1L, 2L, 3L], (await ReadAsync()).Where(item => item.Entry is not null).Select(item => item.Entry!.Sequence));
    }

    [Fact]
    public async Task Every_single_byte_that_is_changed_is_found()
    {
        Write(3);
        var whole = File.ReadAllBytes(Path);
        var starts = LineStarts(whole);
        for (var offset = starts[1]; offset < starts[2]; offset++)
        {
            var altered = (byte[])whole.Clone();
            altered[offset] ^= 1;
            File.WriteAllBytes(Path, altered);
            Assert.False(await PassedAsync(), $"byte {offset} changed unseen");
            Assert.Contains(await ReadAsync(), item => item.Entry?.Sequence == 1);
            if (whole[offset] != '\n')
            {
                Assert.Contains(await ReadAsync(), item => item.Entry?.Sequence == 3);
            }
        }
    }

    [Fact]
    public async Task An_entry_rewritten_with_a_right_hash_does_not_fit_the_next_one()
    {
        Write(3);
        var lines = File.ReadAllLines(Path);
        var forged = (await ReadAsync())[1].Entry! with { User = "somebody else" };
        lines[1] = Encoding.UTF8.GetString(JournalLine.Write(forged, out _));
        File.WriteAllLines(Path, lines);
        var problem = Assert.Single((await TestAsync()).SelectMany(result => result.Problems));
        Assert.Equal((JournalProblemKind.Altered, 3), (problem.Kind, problem.Line));
    }

    [Fact]
    public async Task The_last_entry_rewritten_with_a_right_hash_does_not_fit_the_head()
    {
        Write(3);
        var lines = File.ReadAllLines(Path);
        lines[2] = Encoding.UTF8.GetString(JournalLine.Write((await ReadAsync())[2].Entry! with { User = "somebody else" }, out _));
        File.WriteAllLines(Path, lines);
        Assert.Equal(JournalProblemKind.Altered, Assert.Single((await TestAsync()).SelectMany(result => result.Problems)).Kind);
    }

    [Theory]
    [InlineData("1 3 4 5", "Missing")]
    [InlineData("2 3 4 5", "Missing")]
    [InlineData("1 5", "Missing")]
    [InlineData("1 3 2 4 5", "Reordered")]
    [InlineData("1 2 2 3 4 5", "Reordered")]
    [InlineData("1 2 3 4", "Truncated")]
    [InlineData("1", "Truncated")]
    [InlineData("", "Truncated")]
    public async Task Lines_taken_out_or_moved_are_found(string order, string kind)
    {
        Write(5);
        var lines = File.ReadAllLines(Path);
        File.WriteAllLines(Path, order.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => lines[number[0] - '1']));
        var problem = Assert.Single((await TestAsync()).SelectMany(result => result.Problems));
        Assert.Equal(kind, problem.Kind.ToString());
    }

    [Fact]
    public async Task Entries_cut_off_stay_missed_after_others_were_written()
    {
        Write(5);
        var lines = File.ReadAllLines(Path);
        File.WriteAllLines(Path, lines[..3]);
        Append("later");
        var problem = Assert.Single((await TestAsync()).SelectMany(result => result.Problems));
        Assert.Equal(JournalProblemKind.Missing, problem.Kind);
        Assert.Contains("4 to 5", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_head_a_journal_does_not_pass()
    {
        Write(2);
        File.Delete(Path + ".head");
        Assert.Equal(JournalProblemKind.HeadMissing, Assert.Single((await TestAsync()).SelectMany(result => result.Problems)).Kind);
        File.WriteAllText(Path + ".head", "{\"sequence\":");
        Assert.Equal(JournalProblemKind.HeadMissing, Assert.Single((await TestAsync()).SelectMany(result => result.Problems)).Kind);
        File.Delete(Path);
        File.WriteAllText(Path + ".head", $"{{\"sequence\":2,\"hash\":\"{new string('a', 64)}\"}}");
        Assert.Equal(JournalProblemKind.Truncated, Assert.Single((await TestAsync()).SelectMany(result => result.Problems)).Kind);
    }

    private static List<int> LineStarts(byte[] content) =>
        [0, .. Enumerable.Range(0, content.Length - 1).Where(offset => content[offset] == '\n').Select(offset => offset + 1)];
}
