namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>What programs call their levels.</summary>
internal static class LogLevels
{
    private static readonly (string Name, LogLevel Level)[] Names =
    [
        ("INFO", LogLevel.Information), ("DEBUG", LogLevel.Debug), ("WARNING", LogLevel.Warning), ("ERROR", LogLevel.Error), ("CRITICAL", LogLevel.Critical),
        ("WARN", LogLevel.Warning), ("TRACE", LogLevel.Trace), ("NOTICE", LogLevel.Information), ("FATAL", LogLevel.Critical), ("INFORMATION", LogLevel.Information),
        ("ERR", LogLevel.Error), ("CRIT", LogLevel.Critical), ("ALERT", LogLevel.Critical), ("EMERG", LogLevel.Critical), ("EMERGENCY", LogLevel.Critical),
        ("PANIC", LogLevel.Critical), ("SEVERE", LogLevel.Error), ("EXCEPTION", LogLevel.Error), ("VERBOSE", LogLevel.Debug), ("NOTSET", LogLevel.Trace),
    ];

    /// <summary>The level of a name, regardless of case.</summary>
    /// <param name="name">The whole name.</param>
    /// <returns>Unknown for any other word.</returns>
    public static LogLevel Of(ReadOnlySpan<char> name)
    {
        if (name.Length is < 3 or > 11)
        {
            return LogLevel.Unknown;
        }

        foreach (var (known, level) in Names)
        {
            if (known.Length == name.Length && name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        return LogLevel.Unknown;
    }

    /// <summary>The level of a word in capitals, as Python writes it; also cut to five letters (<c>WARNI</c>), as Alembic's format does.</summary>
    public static LogLevel OfCapitals(ReadOnlySpan<char> word)
    {
        foreach (var letter in word)
        {
            if (letter is < 'A' or > 'Z')
            {
                return LogLevel.Unknown;
            }
        }

        return word switch
        {
            "WARNI" => LogLevel.Warning,
            "CRITI" => LogLevel.Critical,
            _ => Of(word),
        };
    }

    /// <summary>The level of a number: pino's scale, where 30 is an information.</summary>
    public static LogLevel OfPino(double number) => number switch
    {
        < 10 => LogLevel.Unknown,
        < 20 => LogLevel.Trace,
        < 30 => LogLevel.Debug,
        < 40 => LogLevel.Information,
        < 50 => LogLevel.Warning,
        < 60 => LogLevel.Error,
        < 100 => LogLevel.Critical,
        _ => LogLevel.Unknown,
    };

    /// <summary>The level of Python's number, where 30 is a warning.</summary>
    public static LogLevel OfPython(double number) => number is >= 10 and < 60 ? OfPino(number + 10) : LogLevel.Unknown;

    /// <summary>The level of syslog's number, 0 the gravest.</summary>
    public static LogLevel OfSyslog(double number) => number switch
    {
        >= 0 and <= 2 => LogLevel.Critical,
        3 => LogLevel.Error,
        4 => LogLevel.Warning,
        5 or 6 => LogLevel.Information,
        7 => LogLevel.Debug,
        _ => LogLevel.Unknown,
    };

    /// <summary>The level of an answer to a request whose line has none.</summary>
    public static LogLevel OfStatus(int status) => status >= 500 ? LogLevel.Error : status >= 400 ? LogLevel.Warning : LogLevel.Information;
}
