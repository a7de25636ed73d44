using System.Buffers.Binary;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

public sealed class DockerStreamTests
{
    private const string Stamp = "2026-01-02T03:04:05.123456789Z";

    [Theory]
    [InlineData("2026-01-02T03:04:05.123456789Z", 1234567, 30)]
    [InlineData("2026-01-02T03:04:05Z", 0, 20)]
    [InlineData("2026-01-02T03:04:05.9999999999Z", 9999999, 31)]
    [InlineData("2026-01-02T05:04:05.5+02:00", 5000000, 27)]
    [InlineData("2026-01-01T22:04:05.5-05:00 text", 5000000, 27)]
    public void Times_are_cut_to_ticks(string text, int ticks, int length)
    {
        Assert.True(DockerTime.TryParse(Encoding.UTF8.GetBytes(text), out var time, out var used));

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(ticks), time);
        Assert.Equal(length, used);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-13-02T03:04:05Z")]
    [InlineData("2026-01-02 03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.1")]
    [InlineData("2026-01-02T03:04:05x")]
    [InlineData("Traceback (most recent call last):")]
    public void What_is_no_time_is_none(string text) => Assert.False(DockerTime.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void The_year_one_is_no_time_and_queries_have_nine_decimals()
    {
        Assert.Null(DockerTime.Parse("0001-01-01T00:00:00Z"));
        Assert.Equal("1767323045.123456700", DockerTime.Query(DockerTime.Parse(Stamp)!.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100000)]
    public async Task Frames_become_lines_however_the_bytes_arrive(int piece)
    {
        // The engine cuts a long line in pieces, each with a time of its own, here within a letter of two bytes; another output comes in between.
        var umlaut = Encoding.UTF8.GetBytes("ä");
        byte[] bytes =
        [
            .. Frame(1, $"{Stamp} one\n"), .. Frame(2, $"{Stamp} two\r\n"), .. Frame(1, [.. Encoding.UTF8.GetBytes($"{Stamp} begin "), umlaut[0]]),
            .. Frame(2, $"{Stamp} between\n"), .. Frame(1, [.. Encoding.UTF8.GetBytes($"2026-01-02T03:04:06Z "), umlaut[1], .. " end\n"u8]), .. Frame(1, $"{Stamp} \n"), .. Frame(0, $"{Stamp} unended"),
        ];

        var lines = await LinesAsync(DockerLogReader.FramesAsync(new Trickle(bytes, piece), default));

        Assert.Equal(["one", "two", "between", "begin ä end", "", "unended"], lines.Select(line => line.Text));
        Assert.Equal([LogStream.Output, LogStream.Error, LogStream.Error, LogStream.Output, LogStream.Output, LogStream.Output], lines.Select(line => line.Stream));
        Assert.All(lines, line => Assert.Equal(DockerTime.Parse(Stamp), line.Time));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100000)]
    public async Task A_terminals_bytes_become_lines(int piece)
    {
        var lines = await LinesAsync(DockerLogReader.TerminalAsync(new Trickle(Encoding.UTF8.GetBytes($"{Stamp} one\r\n{Stamp} zwölf\n{Stamp} rest"), piece), default));

        Assert.Equal(["one", "zwölf", "rest"], lines.Select(line => line.Text));
        Assert.All(lines, line => Assert.Equal(DockerTime.Parse(Stamp), line.Time));
    }

    [Fact]
    public async Task The_engines_own_word_ends_the_stream_with_an_error()
    {
        var reader = new DockerFrameReader(new MemoryStream([.. Frame(1, "a\n"), .. Frame(3, "error from daemon in stream: Error grabbing logs: EOF")]));
        Assert.True(await reader.ReadAsync(default));

        var error = await Assert.ThrowsAsync<OperationException>(() => reader.ReadAsync(default).AsTask());

        Assert.Equal(DockerErrors.LogUnreadable, error.Definition);
        Assert.Contains("Error grabbing logs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_frame_is_said_and_a_cut_one_is_not_an_end()
    {
        var garbage = new DockerFrameReader(new MemoryStream("HTTP/1.1 400 Bad Request"u8.ToArray()));
        Assert.Equal(DockerErrors.AnswerInvalid, (await Assert.ThrowsAsync<OperationException>(() => garbage.ReadAsync(default).AsTask())).Definition);

        await Assert.ThrowsAsync<EndOfStreamException>(() => new DockerFrameReader(new MemoryStream(Frame(1, "cut")[..^1])).ReadAsync(default).AsTask());
        await Assert.ThrowsAsync<EndOfStreamException>(() => new DockerFrameReader(new MemoryStream([1, 0, 0])).ReadAsync(default).AsTask());
    }

    [Fact]
    public async Task A_line_without_end_comes_in_pieces()
    {
        var frames = Enumerable.Repeat(Frame(1, $"{Stamp} {new string('x', 16384)}"), 100).SelectMany(frame => frame).ToArray();

        var lines = await LinesAsync(DockerLogReader.FramesAsync(new MemoryStream(frames), default));

        Assert.Equal(2, lines.Count);
        Assert.Equal(100 * 16384, lines.Sum(line => line.Text.Length));
    }

    private static byte[] Frame(byte stream, string text) => Frame(stream, Encoding.UTF8.GetBytes(text));

    private static byte[] Frame(byte stream, byte[] payload)
    {
        var frame = new byte[8 + payload.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }

    private static async Task<List<LogLine>> LinesAsync(IAsyncEnumerable<LogLine> lines)
    {
        var result = new List<LogLine>();
        await foreach (var line in lines)
        {
            result.Add(line);
        }

        return result;
    }

    // Gives so many bytes at a time, whatever is asked for.
    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
