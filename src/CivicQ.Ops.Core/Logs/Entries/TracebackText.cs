namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>Knows the lines of Python's tracebacks that are not indented.</summary>
internal static class TracebackText
{
    /// <summary>Whether a line goes on with a traceback.</summary>
    /// <param name="text">The line.</param>
    /// <param name="afterIndented">Whether the line before it was indented, so that the exception itself may come.</param>
    /// <returns>True for the exception, the sentences between chained exceptions, the blank lines around those, and what is indented.</returns>
    public static bool GoesOn(string text, bool afterIndented) =>
        text.Length == 0 || text[0] is ' ' or '\t'
        || Chains(text) || (afterIndented && IsException(text));

    /// <summary>Whether a line stands between two chained exceptions.</summary>
    /// <param name="text">The line.</param>
    /// <returns>True for Python's two sentences.</returns>
    public static bool Chains(string text) =>
        text.StartsWith("During handling of the above exception", StringComparison.Ordinal)
        || text.StartsWith("The above exception was the direct cause", StringComparison.Ordinal);

    // ValueError: text; sqlalchemy.exc.OperationalError: text; KeyboardInterrupt
    private static bool IsException(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = text.AsSpan(0, colon < 0 ? text.Length : colon);
        if (name.IsEmpty || !(char.IsLetter(name[0]) || name[0] == '_') || (colon >= 0 && colon + 1 < text.Length && text[colon + 1] != ' '))
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (!char.IsLetterOrDigit(letter) && letter is not ('.' or '_' or '<' or '>'))
            {
                return false;
            }
        }

        // INFO: and the like begin another line.
        return LogLevels.OfCapitals(name) == LogEntryLevel.Unknown;
    }
}
