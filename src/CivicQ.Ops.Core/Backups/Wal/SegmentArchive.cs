using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>A folder that a server's <c>archive_command</c> copies WAL into, as it is now.</summary>
internal sealed class SegmentArchive
{
    private const long UsualSegment = 16L << 20;
    private static readonly string[] Compressed = [".gz", ".zst"];
    private readonly SortedDictionary<ulong, List<WalFile>> segments = [];

    private SegmentArchive(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The size of a segment.</summary>
    public long SegmentBytes { get; private set; } = UsualSegment;

    /// <summary>How many segments there are.</summary>
    public int Count { get; private set; }

    /// <summary>The size of all files.</summary>
    public long TotalBytes { get; private set; }

    /// <summary>The file that came last; <see langword="null"/> where there is none.</summary>
    public WalFile? Newest { get; private set; }

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="segmentBytes">The size of a segment, where it is known.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ArchiveNotReadable"/>.</exception>
    public static SegmentArchive Read(string folder, long? segmentBytes = null)
    {
        var archive = new SegmentArchive(folder);
        try
        {
            var files = new DirectoryInfo(folder).EnumerateFiles().Select(file => (Name: Plain(file.Name), File: file)).ToList();
            var whole = files.Where(one => WalSegment.IsName(one.File.Name)).Select(one => one.File.Length).Where(WalSegment.IsSize).ToList();
            archive.SegmentBytes = segmentBytes ?? (whole.Count > 0 ? whole.GroupBy(size => size).MaxBy(group => group.Count())!.Key : UsualSegment);
            foreach (var (name, file) in files)
            {
                archive.TotalBytes += file.Length;
                // One that is being copied, or was cut short, is none.
                if (WalSegment.Parse(name, archive.SegmentBytes) is { } segment && (name != file.Name || file.Length == archive.SegmentBytes))
                {
                    archive.Add(new WalFile(name, segment.Timeline, segment.Number, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)));
                }
            }

            return archive;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(RecoveryErrors.ArchiveNotReadable, $"The WAL archive {folder} cannot be read: {error.Message}", folder, error);
        }
    }

    /// <summary>Whether a segment is there.</summary>
    public bool Has(string name) => WalSegment.Parse(name, SegmentBytes) is { } segment && segments.TryGetValue(segment.Number, out var files) && files.Exists(file => file.Timeline == segment.Timeline);

    /// <summary>How far it reaches without a gap.</summary>
    /// <param name="timeline">The timeline to begin on; later ones may take over.</param>
    /// <param name="start">Where to begin.</param>
    public WalReach From(int timeline, ulong start)
    {
        var number = start / (ulong)SegmentBytes;
        WalFile? last = null;
        while (segments.TryGetValue(number, out var files) && files.Where(file => file.Timeline >= (last?.Timeline ?? timeline)).MaxBy(file => file.Timeline) is { } next)
        {
            last = next;
            number++;
        }

        return new WalReach(last, new WalSegment(last?.Timeline ?? timeline, number).Name(SegmentBytes), segments.Keys.Any(other => other > number));
    }

    /// <summary>
    /// The <c>restore_command</c> that takes segments out of it: a shell's line, which the server runs. Says false without a complaint where there is none, as it must.
    /// </summary>
    public string RestoreCommand()
    {
        // The server replaces %f and %p, and reads %% as a percent sign.
        var folder = Folder.Replace("%", "%%", StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
        {
            return $"copy \"{folder}\\%f\" \"%p\"";
        }

        var quoted = "'" + folder.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        return $"if [ -f {quoted}/%f ]; then exec cp {quoted}/%f \"%p\"; elif [ -f {quoted}/%f.gz ]; then exec gzip -dc <{quoted}/%f.gz >\"%p\"; "
            + $"elif [ -f {quoted}/%f.zst ]; then exec zstd -dcq <{quoted}/%f.zst >\"%p\"; else exit 1; fi";
    }

    private static string Plain(string name) => Compressed.FirstOrDefault(end => name.EndsWith(end, StringComparison.Ordinal)) is { } end ? name[..^end.Length] : name;

    private void Add(WalFile file)
    {
        if (!segments.TryGetValue(file.Number, out var files))
        {
            segments.Add(file.Number, files = []);
        }

        if (!files.Exists(other => other.Timeline == file.Timeline))
        {
            files.Add(file);
            Count++;
        }

        Newest = Newest is null || file.LastWrite > Newest.LastWrite ? file : Newest;
    }
}
