using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Turns the engine's log stream into lines. Holds one line of each output, and never more than the longest line of them.</summary>
internal static class DockerLogReader
{
    // A program that never ends its line would fill the memory: such a line is given in pieces.
    private const int LongestLine = 1024 * 1024;

    /// <summary>Reads the frames of a container without a terminal. The engine cuts lines at 16 KiB and stamps each piece: they are put together again.</summary>
    public static async IAsyncEnumerable<LogLine> FramesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new DockerFrameReader(stream);
        var (output, error) = (new Unfinished(LogStream.Output), new Unfinished(LogStream.Error));
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var unfinished = reader.IsError ? error : output;
            if (unfinished.Add(reader.Payload.Span, out var line))
            {
                yield return line;
            }
        }

        foreach (var rest in (Unfinished[])[output, error])
        {
            if (rest.HasText)
            {
                yield return rest.Take();
            }
        }
    }

    /// <summary>Reads the raw bytes of a container with a terminal, where both outputs are one.</summary>
    public static async IAsyncEnumerable<LogLine> TerminalAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var line = new Unfinished(LogStream.Output);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            for (var at = 0; at < read;)
            {
                var end = buffer.AsSpan(at, read - at).IndexOf((byte)'\n');
                var length = end < 0 ? read - at : end + 1;
                if (line.AddRaw(buffer.AsSpan(at, length), out var whole))
                {
                    yield return whole;
                }

                at += length;
            }
        }

        if (line.HasText)
        {
            yield return line.TakeRaw();
        }
    }

    // A line that is not whole yet: its bytes, for a letter may be cut in two.
    private sealed class Unfinished(LogStream stream)
    {
        private readonly ArrayBufferWriter<byte> bytes = new(256);
        private DateTimeOffset time;
        private bool begun;

        public bool HasText => begun;

        public bool Add(ReadOnlySpan<byte> piece, out LogLine line)
        {
            var stamped = DockerTime.TryParse(piece, out var stamp, out var length);
            var text = stamped ? piece[Math.Min(piece.Length, length + 1)..] : piece;
            var whole = text is [.., (byte)'\n'];
            if (!begun && whole)
            {
                line = new LogLine(stamp, stream, Text(text));
                return true;
            }

            if (!begun)
            {
                (time, begun) = (stamp, true);
            }

            bytes.Write(text);
            line = whole || bytes.WrittenCount >= LongestLine ? Take() : default;
            return whole || !begun;
        }

        public bool AddRaw(ReadOnlySpan<byte> piece, out LogLine line)
        {
            bytes.Write(piece);
            begun = true;
            var whole = piece is [.., (byte)'\n'] || bytes.WrittenCount >= LongestLine;
            line = whole ? TakeRaw() : default;
            return whole;
        }

        public LogLine Take()
        {
            var line = new LogLine(time, stream, Text(bytes.WrittenSpan));
            bytes.ResetWrittenCount();
            begun = false;
            return line;
        }

        public LogLine TakeRaw()
        {
            var stamped = DockerTime.TryParse(bytes.WrittenSpan, out var stamp, out var length);
            time = stamped ? stamp : time;
            var line = new LogLine(time, stream, Text(stamped ? bytes.WrittenSpan[Math.Min(bytes.WrittenCount, length + 1)..] : bytes.WrittenSpan));
            bytes.ResetWrittenCount();
            begun = false;
            return line;
        }

        private static string Text(ReadOnlySpan<byte> text)
        {
            text = text is [.., (byte)'\n'] ? text[..^1] : text;
            return Encoding.UTF8.GetString(text is [.., (byte)'\r'] ? text[..^1] : text);
        }
    }
}
