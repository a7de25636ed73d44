using System.Runtime.CompilerServices;
using System.Text;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Takes a pod's log apart into lines with their time.</summary>
internal static class PodLogReader
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>Reads to the stream's end. A line is as long as it is; nothing but the present one is kept.</summary>
    /// <param name="stream">The log, as the API server sends it with timestamps.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The lines in their order. A connection that breaks is an <see cref="IOException"/>.</returns>
    public static async IAsyncEnumerable<LogLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[FirstBytes];
        var (start, end, last) = (0, 0, default(DateTimeOffset));
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Parse(buffer.AsSpan(start, length), ref last);
                start += length + 1;
                yield return line;
                continue;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            end += read;
        }

        if (end > start)
        {
            yield return Parse(buffer.AsSpan(start, end - start), ref last);
        }
    }

    // The kubelet's own words (a log that was rotated away) have no time: they get that of the line before.
    private static LogLine Parse(ReadOnlySpan<byte> bytes, ref DateTimeOffset last)
    {
        var space = bytes.IndexOf((byte)' ');
        var stamp = space < 0 ? bytes : bytes[..space];
        if (stamp.Length is < 20 or > 40 || JsonFields.ParseTime(Encoding.UTF8.GetString(stamp)) is not { } time)
        {
            return new LogLine(last, LogStream.Output, Encoding.UTF8.GetString(bytes));
        }

        last = time;
        return new LogLine(time, LogStream.Output, space < 0 ? "" : Encoding.UTF8.GetString(bytes[(space + 1)..]));
    }
}
