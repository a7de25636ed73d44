using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Core.Tests.Journal;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("journal.jsonl");

    public static JournalRecord Record(string target, string? environment = "lab", JournalOutcome outcome = JournalOutcome.Succeeded) => new()
    {
        Time = new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero),
        Cmdlet = "Stop-CivicQThing",
        Changes = [new JournalChange(target, "Stop", environment)],
        Outcome = outcome,
        Duration = TimeSpan.FromSeconds(1.5),
        Parameters = new Dictionary<string, string> { ["Name"] = "änderung \"x\"\n2" },
        CorrelationId = "s-1",
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_written_is_read_back()
    {
        var written = Write(3)[1];
        var read = (await ReadAsync())[1];
        Assert.Null(read.Damage);
        Assert.Equal(2, read.Entry!.Sequence);
        Assert.Equal(written.Hash, read.Entry.Hash);
        Assert.Equal("thing 2", Assert.Single(read.Entry.Changes).Target);
        Assert.Equal(["lab"], read.Entry.Environment);
        Assert.Equal("änderung \"x\"\n2", read.Entry.Parameters["Name"]);
        Assert.Equal(TimeSpan.FromSeconds(1.5), read.Entry.Duration);
        Assert.Equal(Environment.UserName, read.Entry.User);
        Assert.Equal((Path, 2), (read.Entry.Path, read.Entry.Line));
        Assert.True(await PassedAsync());
    }

    [Fact]
    public void A_path_that_can_be_no_file_is_refused()
    {
        var root = System.IO.Path.GetPathRoot(folder.Path)!;
        Assert.Same(JournalErrors.Unavailable, Assert.Throws<OperationException>(() => new JournalWriter(root).EnsureWritable()).Definition);
    }

    [Fact]
    public async Task A_folder_in_its_place_is_an_error()
    {
        Directory.CreateDirectory(Path);
        Assert.Same(JournalErrors.IsFolder, (await Assert.ThrowsAsync<OperationException>(() => ReadAsync())).Definition);
        Assert.Contains("folder", Assert.Throws<OperationException>(() => new JournalWriter(Path).EnsureWritable()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_any_entry_is_one_error_with_the_count_and_the_first_line()
    {
        await File.WriteAllTextAsync(Path, "first\nsecond\n\nfourth\n");
        var error = await Assert.ThrowsAsync<OperationException>(() => ReadAsync());
        Assert.Same(JournalErrors.NotAJournal, error.Definition);
        Assert.Contains("4 lines", error.Message, StringComparison.Ordinal);
        Assert.Contains("line 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_lines_in_front_of_an_entry_are_told_one_by_one()
    {
        Write(1);
        await File.WriteAllTextAsync(Path, "damaged\ntoo\n" + await File.ReadAllTextAsync(Path));
        var items = await ReadAsync();
        Assert.Equal([1, 2, 0], items.Select(item => item.Damage?.Line ?? 0));
        Assert.NotNull(items[2].Entry);
    }

    [Fact]
    public void A_full_disk_is_found_before_the_change()
    {
        if (!File.Exists("/dev/full"))
        {
            // Linux alone has a disk that is always full.
            Assert.Single(Write(1));
            return;
        }

        File.CreateSymbolicLink(Path + ".lock", "/dev/full");
        var error = Assert.Throws<OperationException>(() => new JournalWriter(Path).EnsureWritable());
        Assert.Same(JournalErrors.Unavailable, error.Definition);
    }

    [Fact]
    public void The_files_are_their_owners_alone()
    {
        File.WriteAllText(Path, "");
        if (OperatingSystem.IsWindows())
        {
            // Rights are the folder's there.
            Assert.Single(Write(1));
            return;
        }

        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Write(1);
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_full_file_is_put_aside_and_the_chain_goes_on()
    {
        Write(20, maximumBytes: 2000);
        Assert.True(Directory.GetFiles(folder.Path, "journal.*.jsonl").Length > 2);
        Assert.Equal(Enumerable.Range(1, 20).Select(number => (long)number), (await ReadAsync()).Select(item => item.Entry!.Sequence));
        Assert.True(await PassedAsync());

        // A full file can be tested alone, from its first entry on.
        var second = Directory.GetFiles(folder.Path, "journal.*.jsonl").Order().ElementAt(1);
        var result = Assert.Single(await TestAsync(second));
        Assert.True(result.Passed, string.Join("; ", result.Problems));
        Assert.True(result.FirstSequence > 1);
    }

    [Theory]
    [InlineData("j4")]
    [InlineData("j.log.old")]
    public async Task Any_name_will_do(string name)
    {
        var path = folder.File(name);
        var writer = new JournalWriter(path) { MaximumBytes = 2000, Patience = TimeSpan.FromMinutes(2) };
        for (var number = 1; number <= 20; number++)
        {
            writer.Append(Record("change " + number));
        }

        var results = await TestAsync(path);
        Assert.True(results.Count > 2);
        Assert.All(results, result => Assert.True(result.Passed, string.Join("; ", result.Problems)));
        Assert.Equal(20, results.Sum(result => result.Entries));
        var alone = Assert.Single(await TestAsync(results[1].Path));
        Assert.True(alone.Passed && alone.FirstSequence > 1);
    }

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

    [Fact]
    public async Task Several_processes_and_many_tasks_write_one_chain()
    {
        const int Processes = 3, Tasks = 8, Each = 25;
        var processes = Enumerable.Range(0, Processes).Select(_ => JournalProcess.Start(Path, Each, 20_000)).ToList();
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() =>
        {
            var writer = new JournalWriter(Path) { MaximumBytes = 20_000, Patience = TimeSpan.FromMinutes(2) };
            for (var i = 0; i < Each; i++)
            {
                writer.Append(Record($"task {task}, entry {i}"));
            }
        })));
        foreach (var process in processes)
        {
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }

        var results = await TestAsync();
        Assert.All(results, result => Assert.True(result.Passed, string.Join("; ", result.Problems)));
        Assert.Equal((Processes + Tasks) * Each, results.Sum(result => result.Entries));
        Assert.Equal((Processes + Tasks) * Each, (await ReadAsync()).Select(item => item.Entry!.Changes[0].Target).Distinct().Count());
    }

    [Fact]
    public async Task Reading_while_others_write_sees_whole_entries_only()
    {
        Write(1);
        using var done = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Append($"entry {i}", maximumBytes: 5000);
            }
        });
        while (!writing.IsCompleted)
        {
            Assert.All(await ReadAsync(), item => Assert.Null(item.Damage));
            Assert.True(await PassedAsync());
        }

        await writing;
        Assert.Equal(101, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task Queries_choose()
    {
        Append("a");
        new JournalWriter(Path).Append(Record("b", "prod", JournalOutcome.Failed) with { Time = DateTimeOffset.UtcNow, Cmdlet = "Start-CivicQThing" });
        Append("c");
        Assert.Equal("b", Target(await ReadAsync(new JournalQuery { Environment = name => name == "prod" })));
        Assert.Equal("b", Target(await ReadAsync(new JournalQuery { Cmdlet = name => name.StartsWith("Start", StringComparison.Ordinal) })));
        Assert.Equal("b", Target(await ReadAsync(new JournalQuery { Outcomes = [JournalOutcome.Failed, JournalOutcome.Stopped] })));
        Assert.Equal("b", Target(await ReadAsync(new JournalQuery { Since = DateTimeOffset.UtcNow.AddMinutes(-5) })));
        Assert.Equal("c", Target(await ReadAsync(new JournalQuery { Last = 1 })));
        Assert.Equal("c", Target(await ReadAsync(new JournalQuery { Last = 1, Until = new DateTimeOffset(2026, 11, 22, 4, 0, 0, TimeSpan.Zero) })));
    }

    [Fact]
    public void A_journal_that_cannot_be_written_is_found_out_beforehand()
    {
        File.WriteAllText(folder.File("file"), "");
        var writer = new JournalWriter(System.IO.Path.Combine(folder.File("file"), "journal.jsonl"));
        Assert.Equal("JournalUnavailable", Assert.Throws<OperationException>(writer.EnsureWritable).Definition.Id);

        using var held = Files.FileLock.Acquire(Path + ".lock", TimeSpan.Zero);
        var waiting = new JournalWriter(Path) { Patience = TimeSpan.FromMilliseconds(50) };
        Assert.Equal("JournalUnavailable", Assert.Throws<OperationException>(waiting.EnsureWritable).Definition.Id);
    }

    [Fact]
    public async Task A_journal_that_is_not_there_is_an_error_and_an_unused_one_is_not()
    {
        var error = await Assert.ThrowsAsync<OperationException>(() => TestAsync());
        Assert.Equal("JournalNotFound", error.Definition.Id);
        new JournalWriter(Path).EnsureWritable();
        Assert.True(await PassedAsync());
    }

    private static string Target(List<JournalItem> items) => Assert.Single(items).Entry!.Changes[0].Target;

    private static List<int> LineStarts(byte[] content) =>
        [0, .. Enumerable.Range(0, content.Length - 1).Where(offset => content[offset] == '\n').Select(offset => offset + 1)];

    private List<JournalEntry> Write(int count, long maximumBytes = long.MaxValue) =>
        [.. Enumerable.Range(1, count).Select(number => Append($"thing {number}", maximumBytes))];

    private JournalEntry Append(string target, long maximumBytes = long.MaxValue) =>
        new JournalWriter(Path) { MaximumBytes = maximumBytes, Patience = TimeSpan.FromMinutes(2) }.Append(Record(target));

    private async Task<List<JournalItem>> ReadAsync(JournalQuery? query = null)
    {
        var items = new List<JournalItem>();
        await foreach (var item in JournalReader.ReadAsync(Path, query ?? new JournalQuery(), CancellationToken.None))
        {
            items.Add(item);
        }

        return items;
    }

    private async Task<List<JournalFileResult>> TestAsync(string? path = null)
    {
        var results = new List<JournalFileResult>();
        await foreach (var result in JournalVerifier.TestAsync(path ?? Path, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }

    private async Task<bool> PassedAsync() => (await TestAsync()).TrueForAll(result => result.Passed);
}
