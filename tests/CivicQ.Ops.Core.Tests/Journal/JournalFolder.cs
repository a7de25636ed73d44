using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Core.Tests.Journal;

/// <summary>A folder with a journal of a test's own.</summary>
public abstract class JournalFolder : IDisposable
{
    private protected readonly TemporaryFolder folder = new();

    private protected string Path => folder.File("journal.jsonl");

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

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected List<JournalEntry> Write(int count, long maximumBytes = long.MaxValue) =>
        [.. Enumerable.Range(1, count).Select(number => Append($"thing {number}", maximumBytes))];

    private protected JournalEntry Append(string target, long maximumBytes = long.MaxValue) =>
        new JournalWriter(Path) { MaximumBytes = maximumBytes, Patience = TimeSpan.FromMinutes(2) }.Append(Record(target));

    private protected async Task<List<JournalItem>> ReadAsync(JournalQuery? query = null)
    {
        var items = new List<JournalItem>();
        await foreach (var item in JournalReader.ReadAsync(Path, query ?? new JournalQuery(), CancellationToken.None))
        {
            items.Add(item);
        }

        return items;
    }

    private protected async Task<List<JournalFileResult>> TestAsync(string? path = null)
    {
        var results = new List<JournalFileResult>();
        await foreach (var result in JournalVerifier.TestAsync(path ?? Path, CancellationToken.None))
        {
            results.Add(result);
        }

        return results;
    }

    private protected async Task<bool> PassedAsync() => (await TestAsync()).TrueForAll(result => result.Passed);
}
