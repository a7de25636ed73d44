using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Follows the bytes of a snapshot as they pass: SHA-256 of all, Redis' checksum of all but its own eight bytes, magic and version.</summary>
internal sealed class RdbDigest : IDisposable
{
    private const int HeaderLength = 9;

    // Before version 5 there was no checksum.
    private const int FirstWithChecksum = 5;
    private readonly IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] header = new byte[HeaderLength];
    private readonly byte[] tail = new byte[sizeof(ulong)];
    private int tailLength;
    private ulong checksum;

    /// <summary>How many bytes there were.</summary>
    public long Length { get; private set; }

    /// <summary>The version of the format; 0 before the header is there.</summary>
    public int Version { get; private set; }

    /// <summary>Goes on with the next bytes.</summary>
    /// <exception cref="InvalidDataException">It does not begin as a snapshot does.</exception>
    public void Append(ReadOnlySpan<byte> data)
    {
        sha.AppendData(data);
        if (Length < HeaderLength)
        {
            var count = (int)Math.Min(HeaderLength - Length, data.Length);
            data[..count].CopyTo(header.AsSpan((int)Length));
            if (Length + count == HeaderLength)
            {
                ReadHeader();
            }
        }

        Length += data.Length;
        if (data.Length >= tail.Length)
        {
            checksum = Crc64.Append(Crc64.Append(checksum, tail.AsSpan(0, tailLength)), data[..^tail.Length]);
            data[^tail.Length..].CopyTo(tail);
            tailLength = tail.Length;
            return;
        }

        var leaving = Math.Max(0, tailLength + data.Length - tail.Length);
        checksum = Crc64.Append(checksum, tail.AsSpan(0, leaving));
        tail.AsSpan(leaving, tailLength - leaving).CopyTo(tail);
        data.CopyTo(tail.AsSpan(tailLength - leaving));
        tailLength += data.Length - leaving;
    }

    /// <summary>The end: gives what was found.</summary>
    /// <returns>The SHA-256 in hexadecimal, and whether the snapshot had a checksum of its own, which is right then.</returns>
    /// <exception cref="InvalidDataException">It is too short, or its checksum is wrong.</exception>
    public (string Sha256, bool HasChecksum) Complete()
    {
        var hash = Convert.ToHexString(sha.GetHashAndReset()).ToLowerInvariant();
        if (Version == 0 || Length < HeaderLength + 1)
        {
            throw new InvalidDataException($"it is no snapshot of Redis: {Length} bytes alone.");
        }

        if (Version < FirstWithChecksum)
        {
            return (hash, false);
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(tail);
        // A server with rdbchecksum no writes 0.
        return expected == 0 || expected == checksum
            ? (hash, expected != 0)
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"its checksum is {expected:x16}, that of its {Length} bytes {checksum:x16}: it is damaged or incomplete."));
    }

    /// <inheritdoc/>
    public void Dispose() => sha.Dispose();

    private void ReadHeader()
    {
        var magic = header.AsSpan(0, 5);
        // Valkey 9 writes VALKEY and three digits.
        var digits = magic.SequenceEqual("REDIS"u8) ? header.AsSpan(5, 4) : header.AsSpan(0, 6).SequenceEqual("VALKEY"u8) ? header.AsSpan(6, 3) : default;
        Version = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
            ? version : throw new InvalidDataException("it does not begin with REDIS and a version: it is no snapshot of Redis.");
    }
}
