using System.Buffers.Binary;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Takes apart the stream in which the engine interleaves both outputs: 8 bytes of header (stream, length), then so many bytes.</summary>
internal sealed class DockerFrameReader(Stream stream)
{
    private const int HeaderLength = 8;
    private const byte ErrorStream = 2;
    private const byte EngineStream = 3;

    // The engine's own pieces have 16 KiB; anything near this is no frame of an engine.
    private const int Longest = 64 * 1024 * 1024;
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>Whether the frame that was read is of the standard error.</summary>
    public bool IsError { get; private set; }

    /// <summary>The bytes of the frame that was read; they hold until the next one is.</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Whether the next frame is here already, so that reading it does not wait.</summary>
    public bool IsBuffered => end - start >= HeaderLength && end - start >= HeaderLength + BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(start + 4));

    /// <summary>Reads one frame.</summary>
    /// <returns>False at the stream's end.</returns>
    /// <exception cref="OperationException">The engine reports an error, or what comes is no frame.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(HeaderLength, cancellationToken).ConfigureAwait(false))
        {
            return end == start ? false : throw new EndOfStreamException("The stream ended within a header.");
        }

        var kind = buffer[start];
        var length = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(start + 4));
        if (kind > EngineStream || length > Longest || buffer.AsSpan(start + 1, 3).IndexOfAnyExcept((byte)0) >= 0)
        {
            throw new OperationException(DockerErrors.AnswerInvalid, "The engine's stream is not made of frames.");
        }

        start += HeaderLength;
        if (!await FillAsync((int)length, cancellationToken).ConfigureAwait(false))
        {
            throw new EndOfStreamException("The stream ended within a frame.");
        }

        Payload = buffer.AsMemory(start, (int)length);
        start += (int)length;
        IsError = kind == ErrorStream;
        return kind != EngineStream ? true : throw new OperationException(DockerErrors.LogUnreadable, $"The Docker engine broke off: {Encoding.UTF8.GetString(Payload.Span).Trim()}");
    }

    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (end - start >= wanted)
        {
            return true;
        }

        if (start + wanted > buffer.Length)
        {
            var target = wanted > buffer.Length ? new byte[Math.Max(wanted, buffer.Length * 2)] : buffer;
            buffer.AsSpan(start, end - start).CopyTo(target);
            (buffer, end, start) = (target, end - start, 0);
        }

        while (end - start < wanted)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            end += read;
        }

        return true;
    }
}
