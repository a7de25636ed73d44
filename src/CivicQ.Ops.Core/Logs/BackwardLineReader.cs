using System.Buffers;

namespace CivicQ.Ops.Core.Logs;

/// <summary>Gives a file's lines from the last to the first, and stops reading when told: the last hour of a log of many gigabytes costs only that hour.</summary>
internal static class BackwardLineReader
{
    private const int BlockSize = 256 * 1024;

    // A line longer than this is given in parts; no log line worth reading is.
    private const int LongestLine = 4 * 1024 * 1024;

    /// <summary>Takes one line, without its end.</summary>
    /// <param name="line">The line's bytes, valid during the call.</param>
    /// <returns>False to stop.</returns>
    public delegate bool Visitor(ReadOnlySpan<byte> line);

    /// <summary>Reads from the end.</summary>
    /// <param name="file">The file, opened for reading; what is written to it meanwhile is not seen.</param>
    /// <param name="visit">Takes the lines.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>True when the visitor said stop, false when the file's beginning was reached.</returns>
    public static async Task<bool> ReadAsync(FileStream file, Visitor visit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize * 2);
        try
        {
            var position = file.Length;
            var held = 0; // The beginning of a line whose end was read before, at the buffer's start.
            while (position > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var size = (int)Math.Min(BlockSize, position);
                if (size + held > buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent((size + held) * 2);
                    buffer.AsSpan(0, held).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                buffer.AsSpan(0, held).CopyTo(buffer.AsSpan(size));
                position -= size;
                file.Position = position;
                var read = await file.ReadAtLeastAsync(buffer.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                if (read < size)
                {
                    // Truncated while we read (copytruncate): what was there is gone.
                    return false;
                }

                if (Lines(buffer, size + held, visit, position == 0, out held))
                {
                    return true;
                }

                if (held > LongestLine)
                {
                    held = 0;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Lines(byte[] buffer, int length, Visitor visit, bool atStart, out int held)
    {
        var rest = buffer.AsSpan(0, length);
        held = 0;
        while (rest.LastIndexOf((byte)'\n') is >= 0 and var end)
        {
            if (!Visit(rest[(end + 1)..], visit))
            {
                return true;
            }

            rest = rest[..end];
        }

        if (atStart)
        {
            return !Visit(rest, visit);
        }

        held = rest.Length;
        return false;
    }

    private static bool Visit(ReadOnlySpan<byte> line, Visitor visit)
    {
        line = line is [.., (byte)'\r'] ? line[..^1] : line;
        return line.IsEmpty || visit(line);
    }
}
