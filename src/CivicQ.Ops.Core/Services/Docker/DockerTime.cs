using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>The engine's times: RFC 3339 with up to nine decimals, of which .NET keeps seven; never rounded up, so that a time read back finds its line.</summary>
internal static class DockerTime
{
    private const int SecondsLength = 19;

    /// <summary>Reads a time at the beginning of bytes.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="time">The time in UTC.</param>
    /// <param name="length">How many bytes it takes.</param>
    /// <returns>False where there is no time.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time, out int length)
    {
        (time, length) = (default, 0);
        if (text.Length < SecondsLength + 1 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !Number(text[..4], out var year) || !Number(text[5..7], out var month) || !Number(text[8..10], out var day)
            || !Number(text[11..13], out var hour) || !Number(text[14..16], out var minute) || !Number(text[17..19], out var second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        var at = SecondsLength;
        var fraction = 0L;
        if (text[at] == '.')
        {
            var scale = TimeSpan.TicksPerSecond / 10;
            for (at++; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, scale /= 10)
            {
                fraction += (text[at] - '0') * scale;
            }
        }

        if (at >= text.Length)
        {
            return false;
        }

        var offset = 0;
        if (text[at] is (byte)'+' or (byte)'-')
        {
            if (text.Length < at + 6 || !Number(text.Slice(at + 1, 2), out var hours) || !Number(text.Slice(at + 4, 2), out var minutes))
            {
                return false;
            }

            offset = (text[at] == '-' ? -1 : 1) * ((hours * 60) + minutes);
            length = at + 6;
        }
        else if (text[at] == 'Z')
        {
            length = at + 1;
        }
        else
        {
            return false;
        }

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - (offset * TimeSpan.TicksPerMinute);
        time = new DateTimeOffset(Math.Max(0, ticks), TimeSpan.Zero);
        return true;
    }

    /// <summary>Reads a time that may be missing: the engine writes the year 1 for that.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        text is not null && TryParse(Encoding.UTF8.GetBytes(text), out var time, out _) && time.Year > 1 ? time : null;

    /// <summary>A time as the engine takes it in queries: seconds, a point, nine decimals.</summary>
    public static string Query(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:000000000}");
    }

    /// <summary>Nanoseconds since 1970.</summary>
    public static DateTimeOffset OfNanoseconds(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);

    private static bool Number(ReadOnlySpan<byte> digits, out int value) => Utf8Parser.TryParse(digits, out value, out var used) && used == digits.Length && value >= 0;
}
