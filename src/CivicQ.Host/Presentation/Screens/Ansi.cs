using System.Text.RegularExpressions;

namespace CivicQ.Host.Presentation.Screens;

/// <summary>Escape sequences: PowerShell's default colours, and how to take sequences out.</summary>
public static partial class Ansi
{
    /// <summary>Ends all colours.</summary>
    public const string Reset = "\u001b[0m";

    /// <summary>Headings of tables and names in lists: bold green, as in PowerShell.</summary>
    public const string Heading = "\u001b[32;1m";

    /// <summary>Errors: bold red.</summary>
    public const string Error = "\u001b[31;1m";

    /// <summary>Warnings, verbose and debug messages: bold yellow.</summary>
    public const string Warning = "\u001b[33;1m";

    /// <summary>Goes to the start of the line and empties it.</summary>
    public const string EraseLine = "\r\u001b[2K";

    /// <summary>Takes all escape sequences out of a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>What is left.</returns>
    public static string Strip(string text) => text.Contains('\u001b', StringComparison.Ordinal) ? Sequence().Replace(text, string.Empty) : text;

    /// <summary>The escape sequences of a text.</summary>
    /// <returns>Matches CSI and OSC sequences.</returns>
    [GeneratedRegex(@"\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])")]
    public static partial Regex Sequence();
}
