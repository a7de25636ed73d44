using System.Management.Automation;
using CivicQ.Host.Presentation.Screens;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Streams;

/// <summary>Errors in the style of PowerShell's ConciseView: the command, what happened, and what to do next.</summary>
public static class ErrorText
{
    /// <summary>Who speaks where no command does.</summary>
    public const string Host = "civicq";

    /// <summary>Writes an error.</summary>
    /// <param name="screen">Where it goes.</param>
    /// <param name="error">The error.</param>
    public static void Write(Screen screen, ErrorRecord error)
    {
        var command = error.InvocationInfo?.MyCommand?.Name is { Length: > 0 } name ? name : Host;
        Write(screen, command, error.ToString() ?? error.Exception.Message, error.ErrorDetails?.RecommendedAction);
    }

    /// <summary>Writes an error that no command raised.</summary>
    /// <param name="screen">Where it goes.</param>
    /// <param name="source">Who raised it.</param>
    /// <param name="message">What happened.</param>
    /// <param name="recommendation">What to do next; nothing for none.</param>
    public static void Write(Screen screen, string source, string message, string? recommendation = null)
    {
        screen.WriteLine(screen.Paint(Ansi.Error, $"{source}: {DisplayValue.Clean(message)}"));
        if (!string.IsNullOrEmpty(recommendation))
        {
            screen.WriteLine(screen.Paint(Ansi.Error, $"  Recommendation: {DisplayValue.Clean(recommendation)}"));
        }
    }
}
