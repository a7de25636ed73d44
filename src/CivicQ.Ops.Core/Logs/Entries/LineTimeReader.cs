namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>Reads the times that logs are written with, without allocating.</summary>
internal static class LineTimeReader
{
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>
    /// Reads <c>2026-02-14 12:00:00</c>, with <c>T</c> or a blank, with or without a fraction after a dot or comma, with or without a zone
    /// (<c>Z</c>, <c>+01:00</c>, <c>+0100</c>, <c>+01</c>, <c>UTC</c>, <c>GMT</c>; with a blank before it or not). Other zones' names are read
    /// over: they mean different things in different places.
    /// </summary>
    /// <param name="text">What begins with the time.</param>
    /// <param name="time">The time.</param>
    /// <param name="length">How many characters it has, with its zone.</param>
    /// <returns>False where no time is there.</returns>
    public static bool TryIso(ReadOnlySpan<char> text, out LineTime time, out int length)
    {
        time = default;
        length = 0;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not (' ' or 'T' or 't')
            || !TryDate(Number(text[..4]), Number(text[5..7]), Number(text[8..10]), out var ticks) || !TryClock(text[11..], out var clock))
        {
            return false;
        }

        ticks += clock;
        length = 19 + Fraction(text[19..], out var fraction);
        length += Zone(text[length..], out var zone);
        time = new LineTime(ticks + fraction, zone);
        return true;
    }

    /// <summary>Reads nginx's <c>2026/02/14 12:00:00</c>, which is the server's local time.</summary>
    public static bool TryNginxError(ReadOnlySpan<char> text, out LineTime time)
    {
        time = default;
        if (text.Length < 19 || text[4] != '/' || text[7] != '/' || text[10] != ' '
            || !TryDate(Number(text[..4]), Number(text[5..7]), Number(text[8..10]), out var ticks) || !TryClock(text[11..], out var clock))
        {
            return false;
        }

        time = new LineTime(ticks + clock, null);
        return true;
    }

    /// <summary>Reads <c>14/Feb/2026:12:00:00 +0000</c>: 26 characters.</summary>
    public static bool TryAccess(ReadOnlySpan<char> text, out LineTime time)
    {
        time = default;
        if (text.Length < 26 || text[2] != '/' || text[6] != '/' || text[11] != ':' || text[20] != ' '
            || !TryDate(Number(text[7..11]), Month(text[3..6]), Number(text[..2]), out var ticks) || !TryClock(text[12..], out var clock)
            || Zone(text[21..26], out var zone) != 5)
        {
            return false;
        }

        time = new LineTime(ticks + clock, zone);
        return true;
    }

    /// <summary>Reads Redis' <c>14 Feb 2026 12:00:00.123</c>: 24 characters, local time.</summary>
    public static bool TryRedis(ReadOnlySpan<char> text, out LineTime time)
    {
        time = default;
        if (text.Length < 24 || text[2] != ' ' || text[6] != ' ' || text[11] != ' '
            || !TryDate(Number(text[7..11]), Month(text[3..6]), Number(text[..2]), out var ticks) || !TryClock(text[12..], out var clock)
            || Fraction(text[20..24], out var fraction) != 4)
        {
            return false;
        }

        time = new LineTime(ticks + clock + fraction, null);
        return true;
    }

    /// <summary>Reads a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.</summary>
    public static LineTime Epoch(double number)
    {
        var ticks = number switch
        {
            < 0 => -1,
            < 1e11 => Math.Round(number * 1e6) * 10,
            < 1e14 => Math.Round(number * 1e4),
            < 1e17 => Math.Round(number * 10),
            _ => Math.Round(number / 100),
        };
        return ticks >= 0 && ticks < DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks ? new LineTime(DateTime.UnixEpoch.Ticks + (long)ticks, TimeSpan.Zero) : default;
    }

    private static bool TryDate(int year, int month, int day, out long ticks)
    {
        ticks = 0;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified).Ticks;
        return true;
    }

    // 12:00:00; a leap second counts as the one before it.
    private static bool TryClock(ReadOnlySpan<char> text, out long ticks)
    {
        var hour = Number(text[..2]);
        var minute = Number(text[3..5]);
        var second = Number(text[6..8]);
        ticks = (((((hour * 60L) + minute) * 60L) + Math.Min(second, 59)) * TimeSpan.TicksPerSecond);
        return text[2] == ':' && text[5] == ':' && hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and <= 60;
    }

    // -1 where it is none.
    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            number = (number * 10) + (digit - '0');
        }

        return number;
    }

    private static int Month(ReadOnlySpan<char> name)
    {
        var at = Months.AsSpan().IndexOf(name, StringComparison.Ordinal);
        return at >= 0 && at % 3 == 0 ? (at / 3) + 1 : -1;
    }

    private static int Fraction(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 2 || text[0] is not ('.' or ',') || !char.IsAsciiDigit(text[1]))
        {
            return 0;
        }

        var unit = TimeSpan.TicksPerSecond / 10;
        var length = 1;
        for (; length < text.Length && char.IsAsciiDigit(text[length]); length++)
        {
            ticks += (text[length] - '0') * unit;
            unit /= 10;
        }

        return length;
    }

    private static int Zone(ReadOnlySpan<char> text, out TimeSpan? zone)
    {
        zone = null;
        var blank = text is [' ', ..] ? 1 : 0;
        text = text[blank..];
        if (text is ['Z' or 'z', ..] && (text.Length == 1 || !char.IsAsciiLetterOrDigit(text[1])))
        {
            zone = TimeSpan.Zero;
            return blank + 1;
        }

        if (text.StartsWith("UTC", StringComparison.Ordinal) || text.StartsWith("GMT", StringComparison.Ordinal))
        {
            zone = TimeSpan.Zero;
            return blank + 3;
        }

        if (text.Length < 3 || text[0] is not ('+' or '-') || Number(text[1..3]) is not (>= 0 and <= 14 and var hours))
        {
            return 0;
        }

        var length = 3;
        var colon = text is [_, _, _, ':', ..] ? 1 : 0;
        var minutes = 0;
        if (text.Length >= 5 + colon && Number(text[(3 + colon)..(5 + colon)]) is >= 0 and < 60 and var read)
        {
            minutes = read;
            length = 5 + colon;
        }
        else if (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            return 0;
        }

        var offset = new TimeSpan(hours, minutes, 0);
        zone = text[0] == '-' ? -offset : offset;
        return blank + length;
    }
}
