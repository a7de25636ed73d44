using System.Buffers;
using System.Diagnostics;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Metrics;

/// <summary>Reads a scrape from a stream, line by line: only the series wanted are kept.</summary>
internal static class MetricReader
{
    private const int LongestLine = 1024 * 1024;

    /// <summary>Reads.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="format">The format, where the server said.</param>
    /// <param name="wanted">Whether the series of this name, of this family, are wanted; all without it.</param>
    /// <param name="source">The address or file, for messages.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The scrape.</returns>
    /// <exception cref="OperationException"><c>MetricsInvalid</c>: nothing of it could be read.</exception>
    public static async Task<MetricScrape> ReadAsync(
        Stream stream, MetricFormat format, Func<string, string, bool>? wanted, string source, CancellationToken cancellationToken)
    {
        var time = DateTimeOffset.UtcNow;
        var timestamp = Stopwatch.GetTimestamp();
        var parser = new MetricLineParser(format, wanted);
        List<MetricPoint> points = [];
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var filled = 0;
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
                filled += read;
                var consumed = Lines(parser, buffer.AsSpan(0, filled), last: read == 0, points);
                if (read == 0)
                {
                    break;
                }

                buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
                filled -= consumed;
                if (filled == buffer.Length)
                {
                    if (filled >= LongestLine)
                    {
                        throw new OperationException(MetricErrors.Invalid, $"{source}: line {parser.Lines + 1} is longer than 1 MiB.", source);
                    }

                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (parser.Read == 0 && parser.Malformed > 0)
        {
            throw new OperationException(MetricErrors.Invalid, $"{source}: line {parser.FirstMalformed} is no series, and no other line is one.", source);
        }

        return new MetricScrape(points, time, timestamp) { Malformed = parser.Malformed, Read = parser.Read };
    }

    private static int Lines(MetricLineParser parser, ReadOnlySpan<byte> bytes, bool last, List<MetricPoint> points)
    {
        var start = 0;
        while (start < bytes.Length && !parser.Ended)
        {
            var length = bytes[start..].IndexOf((byte)'\n');
            if (length < 0 && !last)
            {
                break;
            }

            length = length < 0 ? bytes.Length - start : length;
            if (parser.Parse(bytes.Slice(start, length)) is { } point)
            {
                points.Add(point);
            }

            start = Math.Min(bytes.Length, start + length + 1);
        }

        return parser.Ended ? bytes.Length : start;
    }
}
