using CivicQ.Ops.Core.Backups.Stores;

namespace CivicQ.Ops.Core.Backups.Logical;

/// <summary>
/// Sees that decompressed data begins and ends as one of <c>pg_dump</c>'s custom archives: with its mark, and with the zero (a sign and four bytes) that
/// ends the last table's data. One without data ends with the zeros of its table of contents.
/// </summary>
internal sealed class ArchiveCheck : IBackupCheck
{
    private const int EndLength = 5;
    private static readonly byte[] Magic = "PGDMP"u8.ToArray();
    private readonly byte[] head = new byte[Magic.Length];
    private int have;
    private int zeros;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var take = Math.Min(bytes.Length, head.Length - have);
        bytes[..take].CopyTo(head.AsSpan(have));
        have += take;
        var last = bytes.LastIndexOfAnyExcept((byte)0);
        zeros = Math.Min(EndLength, last < 0 ? zeros + bytes.Length : bytes.Length - 1 - last);
    }

    /// <inheritdoc/>
    public string? End() =>
        !head.AsSpan(0, have).SequenceEqual(Magic) ? "It is no archive of pg_dump's."
        : zeros < EndLength ? "It does not end as an archive of pg_dump's does: its end is missing."
        : null;
}
