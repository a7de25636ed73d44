using System.Reflection;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Secrets;

namespace CivicQ.Ops.Core.Journal;

/// <summary>
/// Appends entries, one writer at a time over threads and processes. Synchronous: the last chance to write is a cmdlet's Dispose,
/// and an entry must not be lost to a cancellation.
/// </summary>
/// <param name="path">The journal's file; made with its folder when it is not there.</param>
public sealed class JournalWriter(string path)
{
    private const int MostChanges = 10_000;
    private const int LongestText = 4096;

    // An entry of a few changes and the head beside it.
    private const int Room = 64 * 1024;
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();
    private static readonly string Version = typeof(JournalWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>The size from which on a file is full and a new one is begun, in bytes.</summary>
    public long MaximumBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long to wait for other writers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Finds out whether an entry could be written now, before anything is changed.</summary>
    /// <exception cref="OperationException"><c>JournalUnavailable</c>.</exception>
    public void EnsureWritable() => Guarded(JournalErrors.Unavailable, exclusive =>
    {
        exclusive.EnsureRoom(Room);
        using var stream = OpenPresent();
        return 0;
    });

    /// <summary>Appends an entry and flushes it to the disk.</summary>
    /// <param name="record">What happened.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="OperationException"><c>JournalEntryNotWritten</c>.</exception>
    public JournalEntry Append(JournalRecord record) => Guarded(JournalErrors.EntryNotWritten, _ =>
    {
        var last = FindLast();
        var stream = OpenPresent();
        try
        {
            if (stream.Length >= MaximumBytes)
            {
                stream.Dispose();
                File.Move(path, JournalFiles.Full(path, last.Sequence));
                stream = OpenPresent();
            }

            var line = JournalLine.Write(Entry(record, last), out var hash);
            // One write for the whole line. A line that a power failure tore is closed first, so that it spoils itself only.
            stream.Write([.. IsTorn(stream) ? EndOfLine : [], .. line, .. EndOfLine]);
            stream.Flush(flushToDisk: true);
            var entry = JournalLine.Read(line, out bool _)!;
            new JournalHead(entry.Sequence, hash).Write(path);
            return entry;
        }
        finally
        {
            stream.Dispose();
        }
    });

    private T Guarded<T>(ErrorDefinition failure, Func<FileLock, T> work)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new IOException("it is a folder; name a file.");
            }

            UserFolders.CreatePrivate(Path.GetDirectoryName(path) ?? throw new IOException("This is the root of the file system."));
            using var exclusive = FileLock.Acquire(JournalFiles.Lock(path), Patience);
            return work(exclusive);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException or NotSupportedException)
        {
            throw new OperationException(failure, $"The journal {path} cannot be written: {error.Message}", path, error);
        }
    }

    private FileStream OpenPresent()
    {
        var stream = new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
        PrivateFile.Restrict(stream);
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }

    // The head is ahead of the files when entries were cut off: the chain goes on from the head, so that the gap stays to be seen.
    // The files are ahead of the head when a crash came between the two writes.
    private JournalHead FindLast()
    {
        var head = JournalHead.Read(path, out _) ?? JournalHead.None;
        var written = JournalTail.Last(path) ?? JournalHead.None;
        if (written == JournalHead.None && JournalFiles.FullOnes(path) is { Count: > 0 } full)
        {
            written = JournalTail.Last(full[^1]) ?? JournalHead.None;
        }

        return head.Sequence >= written.Sequence ? head : written;
    }

    private static bool IsTorn(FileStream stream)
    {
        if (stream.Length == 0)
        {
            return false;
        }

        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() != '\n';
    }

    private static JournalEntry Entry(JournalRecord record, JournalHead last) => new()
    {
        Sequence = last.Sequence + 1,
        Time = record.Time,
        User = System.Environment.UserName,
        Machine = System.Environment.MachineName,
        ProcessId = System.Environment.ProcessId,
        ModuleVersion = Version,
        Cmdlet = record.Cmdlet,
        Environment = [.. record.Changes.Select(change => change.Environment).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)],
        Changes = [.. record.Changes.Take(MostChanges).Select(change => new JournalChange(Clean(change.Target), Clean(change.Action), change.Environment))],
        ChangesOmitted = Math.Max(0, record.Changes.Count - MostChanges),
        Outcome = record.Outcome,
        ErrorIds = [.. record.ErrorIds.Distinct(StringComparer.Ordinal)],
        Duration = record.Duration,
        Parameters = record.Parameters.ToDictionary(
            pair => pair.Key, pair => SecretMask.IsSecret(pair.Key) ? SecretMask.Mask : Clean(pair.Value), StringComparer.OrdinalIgnoreCase),
        CorrelationId = record.CorrelationId,
        PreviousHash = last.Hash,
        Hash = "",
    };

    private static string Clean(string text)
    {
        // Masked before it is cut: half a secret would not be recognised.
        var clean = SecretMask.Text(text);
        return clean.Length <= LongestText ? clean : string.Concat(clean.AsSpan(0, LongestText), "…");
    }
}
