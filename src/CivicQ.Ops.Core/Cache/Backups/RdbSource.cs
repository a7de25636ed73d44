using System.Buffers;
using System.Buffers.Binary;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>The bytes of a snapshot, read forward through a buffer; every byte passes the digest, and a part can be kept.</summary>
internal sealed class RdbSource(Stream stream, RdbDigest digest, CancellationToken cancellationToken)
{
    private readonly byte[] buffer = new byte[128 * 1024];
    private int start;
    private int end;
    private ArrayBufferWriter<byte>? kept;
    private int most;

    /// <summary>The place in the file.</summary>
    public long Position => digest.Length - (end - start);

    /// <summary>True where the kept part grew too large and was dropped.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Keeps what is read from here on, up to a size.</summary>
    public void Keep(ArrayBufferWriter<byte> target, int largest)
    {
        target.ResetWrittenCount();
        (kept, most, IsTooLarge) = (target, largest, false);
    }

    /// <summary>Keeps no more.</summary>
    public void KeepNoMore() => kept = null;

    /// <summary>Reads one byte.</summary>
    public byte ReadByte()
    {
        Require(1);
        var value = buffer[start];
        Passed(1);
        return value;
    }

    /// <summary>Reads a number of two to eight bytes.</summary>
    public ulong ReadNumber(int size, bool bigEndian)
    {
        Require(size);
        var bytes = buffer.AsSpan(start, size);
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        whole.Clear();
        bytes.CopyTo(bigEndian ? whole[^size..] : whole);
        Passed(size);
        return bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(whole) : BinaryPrimitives.ReadUInt64LittleEndian(whole);
    }

    /// <summary>Reads so many bytes.</summary>
    public byte[] ReadBytes(int count)
    {
        var result = new byte[count];
        for (var got = 0; got < count;)
        {
            Require(1);
            var piece = Math.Min(count - got, end - start);
            buffer.AsSpan(start, piece).CopyTo(result.AsSpan(got));
            Passed(piece);
            got += piece;
        }

        return result;
    }

    /// <summary>Passes over so many bytes.</summary>
    public void Skip(ulong count)
    {
        while (count > 0)
        {
            Require(1);
            var piece = (int)Math.Min(count, (ulong)(end - start));
            Passed(piece);
            count -= (ulong)piece;
        }
    }

    /// <summary>Passes over all that is left, and says how much that was.</summary>
    public long Drain()
    {
        long count = end - start;
        start = end;
        while (Fill() is > 0 and var more)
        {
            count += more;
            start = end;
        }

        return count;
    }

    private void Passed(int count)
    {
        if (kept is not null)
        {
            if (kept.WrittenCount + (long)count > most)
            {
                IsTooLarge = true;
                kept = null;
            }
            else
            {
                kept.Write(buffer.AsSpan(start, count));
            }
        }

        start += count;
    }

    private void Require(int count)
    {
        while (end - start < count)
        {
            if (Fill() == 0)
            {
                throw new InvalidDataException($"it ends at byte {digest.Length}, in the middle: it is incomplete.");
            }
        }
    }

    private int Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
        var count = stream.Read(buffer, end, buffer.Length - end);
        digest.Append(buffer.AsSpan(end, count));
        end += count;
        return count;
    }
}
