namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>What programs call their levels.</summary>
internal static class LogLevels
{
    private static readonly (string Name, LogEntryLevel Level)[] Names =
    [
        ("INFO", LogEntryLevel.Information), ("DEBUG", LogEntryLevel.Debug), ("WARNING", LogEntryLevel.Warning), ("ERROR", LogEntryLevel.Error), ("CRITICAL", LogEntryLevel.Critical),
        ("WARN", LogEntryLevel.Warning), ("TRACE", LogEntryLevel.Trace), ("NOTICE", LogEntryLevel.Information), ("FATAL", LogEntryLevel.Critical), ("INFORMATION", LogEntryLevel.Information),
        ("ERR", LogEntryLevel.Error), ("CRIT", LogEntryLevel.Critical), ("ALERT", LogEntryLevel.Critical), ("EMERG", LogEntryLevel.Critical), ("EMERGENCY", LogEntryLevel.Critical),
        ("PANIC", LogEntryLevel.Critical), ("SEVERE", LogEntryLevel.Error), ("EXCEPTION", LogEntryLevel.Error), ("VERBOSE", LogEntryLevel.Debug), ("NOTSET", LogEntryLevel.Trace),
    ];

    /// <summary>The level of a name, regardless of case.</summary>
    /// <param name="name">The whole name.</param>
    /// <returns>Unknown for any other word.</returns>
    public static LogEntryLevel Of(ReadOnlySpan<char> name)
    {
        if (name.Length is < 3 or > 11)
        {
            return LogEntryLevel.Unknown;
        }

        foreach (var (known, level) in Names)
        {
            if (known.Length == name.Length && name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        return LogEntryLevel.Unknown;
    }

    /// <summary>The level of a word in capitals, as Python writes it; also cut to five letters (<c>WARNI</c>), as Alembic's format does.</summary>
    public static LogEntryLevel OfCapitals(ReadOnlySpan<char> word)
    {
        foreach (var letter in word)
        {
            if (letter is < 'A' or > 'Z')
            {
                return LogEntryLevel.Unknown;
            }
        }

        return word switch
        {
            "WARNI" => LogEntryLevel.Warning,
            "CRITI" => LogEntryLevel.Critical,
            _ => Of(word),
        };
    }

    /// <summary>The level of a number: pino's scale, where 30 is an information.</summary>
    public static LogEntryLevel OfPino(double number) => number switch
    {
        < 10 => LogEntryLevel.Unknown,
        < 20 => LogEntryLevel.Trace,
        < 30 => LogEntryLevel.Debug,
        < 40 => LogEntryLevel.Information,
        < 50 => LogEntryLevel.Warning,
        < 60 => LogEntryLevel.Error,
        < 100 => LogEntryLevel.Critical,
        _ => LogEntryLevel.Unknown,
    };

    /// <summary>The level of Python's number, where 30 is a warning.</summary>
    public static LogEntryLevel OfPython(double number) => number is >= 10 and < 60 ? OfPino(number + 10) : LogEntryLevel.Unknown;

    /// <summary>The level of syslog's number, 0 the gravest.</summary>
    public static LogEntryLevel OfSyslog(double number) => number switch
    {
        >= 0 and <= 2 => LogEntryLevel.Critical,
        3 => LogEntryLevel.Error,
        4 => LogEntryLevel.Warning,
        5 or 6 => LogEntryLevel.Information,
        7 => LogEntryLevel.Debug,
        _ => LogEntryLevel.Unknown,
    };

    /// <summary>The level of an answer to a request whose line has none.</summary>
    public static LogEntryLevel OfStatus(int status) => status >= 500 ? LogEntryLevel.Error : status >= 400 ? LogEntryLevel.Warning : LogEntryLevel.Information;
}
