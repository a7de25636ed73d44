using CivicQ.Ops.Core.Backups.Stores;

namespace CivicQ.Ops.Core.Backups.Logical;

/// <summary>Sees that decompressed data begins as one of <c>pg_dump</c>'s custom archives.</summary>
internal sealed class ArchiveCheck : IBackupCheck
{
    private static readonly byte[] Magic = "PGDMP"u8.ToArray();
    private readonly byte[] head = new byte[Magic.Length];
    private int have;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        var take = Math.Min(bytes.Length, head.Length - have);
        bytes[..take].CopyTo(head.AsSpan(have));
        have += take;
    }

    /// <inheritdoc/>
    public string? End() => head.AsSpan(0, have).SequenceEqual(Magic) ? null : "It is no archive of pg_dump's.";
}
