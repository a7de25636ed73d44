using System.Buffers.Binary;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>
/// Makes what <c>DUMP</c> would give of a key from what stands in a snapshot: type and value are the same bytes, and then come the format's version and a checksum.
/// </summary>
internal static class RestorePayload
{
    private const int FooterLength = sizeof(ushort) + sizeof(ulong);

    // No type has this number: what holds it is refused for that, once version and checksum were found right.
    private const byte NoType = 0xEE;

    /// <summary>Version and checksum, which follow type and value.</summary>
    public static byte[] Footer(ReadOnlySpan<byte> value, int version)
    {
        var footer = new byte[FooterLength];
        BinaryPrimitives.WriteUInt16LittleEndian(footer, (ushort)version);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(sizeof(ushort)), Crc64.Append(Crc64.Append(0, value), footer.AsSpan(0, sizeof(ushort))));
        return footer;
    }

    /// <summary>A payload of a version that no server takes, and that tells whether it would take the version.</summary>
    public static byte[] Probe(int version) => [NoType, .. Footer([NoType], version)];
}
