using System.Buffers.Binary;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Redis' checksum: CRC-64 with the Jones polynomial, reflected, starting at 0. Eight bytes at a time.</summary>
internal static class Crc64
{
    private const ulong Polynomial = 0x95AC9329AC4BC9B5;
    private static readonly ulong[][] Tables = MakeTables();

    /// <summary>Goes on with a checksum.</summary>
    /// <param name="checksum">The checksum so far; 0 at the beginning.</param>
    /// <param name="data">What comes next.</param>
    /// <returns>The checksum with it.</returns>
    public static ulong Append(ulong checksum, ReadOnlySpan<byte> data)
    {
        var (t0, t1, t2, t3, t4, t5, t6, t7) = (Tables[0], Tables[1], Tables[2], Tables[3], Tables[4], Tables[5], Tables[6], Tables[7]);
        while (data.Length >= sizeof(ulong))
        {
            checksum ^= BinaryPrimitives.ReadUInt64LittleEndian(data);
            checksum = t7[(byte)checksum] ^ t6[(byte)(checksum >> 8)] ^ t5[(byte)(checksum >> 16)] ^ t4[(byte)(checksum >> 24)]
                ^ t3[(byte)(checksum >> 32)] ^ t2[(byte)(checksum >> 40)] ^ t1[(byte)(checksum >> 48)] ^ t0[(byte)(checksum >> 56)];
            data = data[sizeof(ulong)..];
        }

        foreach (var value in data)
        {
            checksum = t0[(byte)(checksum ^ value)] ^ (checksum >> 8);
        }

        return checksum;
    }

    private static ulong[][] MakeTables()
    {
        var tables = Enumerable.Range(0, 8).Select(_ => new ulong[256]).ToArray();
        for (var value = 0; value < 256; value++)
        {
            var checksum = (ulong)value;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum = (checksum & 1) != 0 ? (checksum >> 1) ^ Polynomial : checksum >> 1;
            }

            tables[0][value] = checksum;
        }

        for (var value = 0; value < 256; value++)
        {
            for (var table = 1; table < 8; table++)
            {
                var before = tables[table - 1][value];
                tables[table][value] = tables[0][(byte)before] ^ (before >> 8);
            }
        }

        return tables;
    }
}
