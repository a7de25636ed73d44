using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Journal;

/// <summary>The journal as it was at one moment: all its files, opened between two writes, so that a rotation or a write meanwhile changes nothing.</summary>
internal sealed class JournalSnapshot : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly List<(FileStream Stream, long Length)> files = [];

    /// <summary>The files' paths, oldest first.</summary>
    public IReadOnlyList<string> Paths => [.. files.Select(file => file.Stream.Name)];

    /// <summary>The head that was beside the files; <see langword="null"/> where there was none.</summary>
    public JournalHead? Head { get; private set; }

    /// <summary>True where the head is there and says nothing of use.</summary>
    public bool HeadDamaged { get; private set; }

    /// <summary>True where only one full file was asked for, so that its beginning and end prove nothing.</summary>
    public bool Single { get; private set; }

    /// <summary>Opens the journal.</summary>
    /// <param name="path">Its file, or one of the full ones.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="OperationException"><c>JournalNotFound</c>, <c>JournalUnreadable</c>.</exception>
    public static JournalSnapshot Open(string path)
    {
        if (Directory.Exists(path))
        {
            throw new OperationException(JournalErrors.IsFolder, $"{path} is a folder, not a journal's file.", path);
        }

        var result = new JournalSnapshot();
        try
        {
            using var one = Lock(path);
            var full = JournalFiles.FullOnes(path);
            foreach (var file in full.Append(path).Where(File.Exists))
            {
                var stream = new FileStream(file, PrivateFile.Options(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
                result.files.Add((stream, stream.Length));
            }

            result.Head = JournalHead.Read(path, out var damaged);
            result.HeadDamaged = damaged;
            result.Single = full.Count == 0 && result.Head is null && !damaged && JournalFiles.IsFull(path);
            return result.files.Count > 0 || result.Head is not null
                ? result
                : throw new OperationException(JournalErrors.NotFound, $"There is no journal {path}.", path);
        }
        catch (Exception error)
        {
            result.Dispose();
            throw error is IOException or UnauthorizedAccessException
                ? new OperationException(JournalErrors.Unreadable, $"The journal {path} cannot be read: {error.Message}", path, error)
                : error;
        }
    }

    /// <summary>Reads a file line by line.</summary>
    /// <param name="index">The file's index in <see cref="Paths"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Each line as an entry or as damage.</returns>
    public async IAsyncEnumerable<JournalItem> ReadAsync(int index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (stream, length) = files[index];
        stream.Seek(0, SeekOrigin.Begin);
        var buffer = new byte[64 * 1024];
        var (used, line) = (0, 0);
        while (true)
        {
            if (used == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var room = (int)Math.Min(buffer.Length - used, length - stream.Position);
            var got = room == 0 ? 0 : await stream.ReadAsync(buffer.AsMemory(used, room), cancellationToken).ConfigureAwait(false);
            var searched = used;
            used += got;
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', Math.Max(start, searched), used - Math.Max(start, searched))) >= 0; start = end + 1)
            {
                yield return Item(buffer.AsMemory(start, end - start), ++line, stream.Name, torn: false);
            }

            buffer.AsSpan(start, used - start).CopyTo(buffer);
            used -= start;
            if (got == 0)
            {
                break;
            }
        }

        if (used > 0)
        {
            yield return Item(buffer.AsMemory(0, used), ++line, stream.Name, torn: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(file => file.Stream.Dispose());

    private static JournalItem Item(ReadOnlyMemory<byte> bytes, int line, string path, bool torn)
    {
        var entry = JournalLine.Read(bytes, out var intact) is { } read ? read with { Path = path, Line = line } : null;
        var reason = entry is null
            ? torn ? "The line is torn: it breaks off before its end." : "The line is no entry: it is torn or was overwritten."
            : intact ? null : $"Entry {entry.Sequence} is not what was written: its hash is another.";
        return new JournalItem(entry, reason is null ? null : new JournalDamage(path, line, reason));
    }

    private static FileLock? Lock(string path)
    {
        try
        {
            return File.Exists(JournalFiles.Lock(path)) ? FileLock.Acquire(JournalFiles.Lock(path), Patience) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
        {
            // Who may read and not write (a copy, a backup) reads without the lock.
            return null;
        }
    }
}
