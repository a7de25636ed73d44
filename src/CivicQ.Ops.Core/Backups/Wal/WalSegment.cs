using System.Globalization;
using System.Numerics;

namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>A file of the WAL, by its name of 24 hexadecimal digits: the timeline, and the number of the segment in two parts.</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="Number">Which segment it is, from the WAL's beginning.</param>
internal sealed record WalSegment(int Timeline, ulong Number)
{
    /// <summary>Where a data directory has them.</summary>
    public const string Folder = "pg_wal/";

    /// <summary>How long a segment's name is.</summary>
    public const int NameLength = 24;

    /// <summary>Whether a file's name is a segment's.</summary>
    public static bool IsName(string name) => name.Length == NameLength && name.All(letter => char.IsAsciiDigit(letter) || letter is >= 'A' and <= 'F');

    /// <summary>Whether segments can be of a size: a power of two from 1 MiB to 1 GiB.</summary>
    public static bool IsSize(long bytes) => bytes is >= 1 << 20 and <= 1 << 30 && BitOperations.IsPow2(bytes);

    /// <summary>Reads a name; <see langword="null"/> where it is none.</summary>
    public static WalSegment? Parse(string name, long segmentBytes) => !IsName(name) ? null : new WalSegment(
        int.Parse(name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
        (ulong.Parse(name.AsSpan(8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) * PerFile(segmentBytes))
            + ulong.Parse(name.AsSpan(16, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>The segment that a position is in.</summary>
    public static WalSegment At(int timeline, ulong position, long segmentBytes) => new(timeline, position / (ulong)segmentBytes);

    /// <summary>The names of the segments from one position to another, which itself need not be there.</summary>
    public static IEnumerable<string> Between(int timeline, ulong start, ulong end, long segmentBytes)
    {
        for (var number = start / (ulong)segmentBytes; number * (ulong)segmentBytes < end; number++)
        {
            yield return new WalSegment(timeline, number).Name(segmentBytes);
        }
    }

    /// <summary>The file's name.</summary>
    public string Name(long segmentBytes) => string.Create(
        CultureInfo.InvariantCulture, $"{Timeline:X8}{Number / PerFile(segmentBytes):X8}{Number % PerFile(segmentBytes):X8}");

    private static ulong PerFile(long segmentBytes) => 0x1_0000_0000UL / (ulong)segmentBytes;
}
