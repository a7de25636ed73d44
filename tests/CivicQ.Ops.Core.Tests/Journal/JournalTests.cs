using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Core.Tests.Journal;

public sealed class JournalTests : JournalFolder
{
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
}
