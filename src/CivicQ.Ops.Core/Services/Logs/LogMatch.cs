using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>
/// A regular expression that entries must match, anywhere in their lines as written. Regardless of case, as PowerShell's <c>-match</c> is;
/// <c>(?-i)</c> at its beginning changes that. It takes time in proportion to the text; an expression that looks around or refers back cannot, and has a second for each entry.
/// </summary>
public sealed class LogMatch
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly Regex regex;

    private LogMatch(Regex regex) => this.regex = regex;

    /// <summary>Reads an expression.</summary>
    /// <param name="pattern">The expression, as .NET has them.</param>
    /// <returns>The match.</returns>
    /// <exception cref="OperationException"><c>LogPatternInvalid</c>.</exception>
    public static LogMatch Parse(string pattern)
    {
        const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        try
        {
            try
            {
                return new LogMatch(new Regex(pattern, Options | RegexOptions.NonBacktracking, Longest));
            }
            catch (NotSupportedException)
            {
                return new LogMatch(new Regex(pattern, Options, Longest));
            }
        }
        catch (ArgumentException error)
        {
            throw new OperationException(LogErrors.PatternInvalid, $"The expression '{pattern}' is none: {error.Message}", pattern, error);
        }
    }

    /// <summary>Whether an entry matches.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>True where the expression is found in its lines.</returns>
    /// <exception cref="OperationException"><c>LogPatternTooSlow</c>.</exception>
    public bool Fits(LogEntry entry)
    {
        try
        {
            return regex.IsMatch(entry.Text);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new OperationException(
                LogErrors.PatternTooSlow, $"The expression '{regex}' took more than a second for one entry of {entry.Text.Length} characters.", regex.ToString(), error);
        }
    }
}
