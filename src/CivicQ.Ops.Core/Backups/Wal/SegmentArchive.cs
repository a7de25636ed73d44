using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>A folder that a server's <c>archive_command</c> copies WAL into, as it is now.</summary>
internal sealed class SegmentArchive
{
    private const long UsualSegment = 16L << 20;
    private static readonly (string End, string Program)[] Compressed = [(".gz", "gzip"), (".zst", "zstd")];
    private readonly SortedDictionary<ulong, List<WalFile>> segments = [];
    private readonly SortedSet<string> needed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> strange = new(StringComparer.Ordinal);

    // What PostgreSQL and usual archive commands leave beside segments.
    private static readonly string[] Known = [".backup", ".partial", ".part", ".tmp", ".ready", ".done"];

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
                archive.Note(name, file.Name);
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

    /// <summary>Refuses where the segments are compressed by a program that is not on this machine, or where <c>restore_command</c> can only copy.</summary>
    /// <param name="find">Gives a program's path, or <see langword="null"/>.</param>
    /// <param name="onWindows">Whether this is Windows; <see langword="null"/> to look.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ArchiveCompressed"/>.</exception>
    public void EnsureReadable(Func<string, string?> find, bool? onWindows = null)
    {
        if (onWindows ?? OperatingSystem.IsWindows())
        {
            // restore_command is a plain copy there.
            if (needed.Count > 0)
            {
                throw new OperationException(
                    RecoveryErrors.ArchiveCompressed, $"{Folder} holds WAL that {string.Join(" and ", needed)} compressed, and on Windows only segments that are not compressed are replayed.", Folder);
            }
        }
        else if (needed.FirstOrDefault(program => find(program) is null) is { } missing)
        {
            throw new OperationException(RecoveryErrors.ArchiveCompressed, $"{Folder} holds WAL that {missing} compressed, and {missing} is not installed on this machine.", Folder);
        }
    }

    /// <summary>The file that a segment is in, in a form that nothing here reads; <see langword="null"/> where there is none.</summary>
    public string? StrangeForm(string segment) => strange.GetValueOrDefault(segment);

    /// <summary>Whether a segment is there.</summary>
    public bool Has(string name) => WalSegment.Parse(name, SegmentBytes) is { } segment && segments.TryGetValue(segment.Number, out var files) && files.Exists(file => file.Timeline == segment.Timeline);

    /// <summary>A segment of a timeline or of one before it; <see langword="null"/> where it is not there.</summary>
    public WalFile? Find(ulong number, int timeline) => segments.GetValueOrDefault(number)?.Where(file => file.Timeline <= timeline).MaxBy(file => file.Timeline);

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

    private static string Plain(string name) => Compressed.Select(one => one.End).FirstOrDefault(end => name.EndsWith(end, StringComparison.Ordinal)) is { } end ? name[..^end.Length] : name;

    private void Note(string name, string file)
    {
        if (name != file && WalSegment.IsName(name))
        {
            needed.Add(Compressed.First(one => file.EndsWith(one.End, StringComparison.Ordinal)).Program);
        }
        else if (name.Length > WalSegment.NameLength && name[WalSegment.NameLength] == '.' && WalSegment.IsName(name[..WalSegment.NameLength]) && !Known.Any(end => name.EndsWith(end, StringComparison.Ordinal)))
        {
            strange[name[..WalSegment.NameLength]] = file;
        }
    }

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
