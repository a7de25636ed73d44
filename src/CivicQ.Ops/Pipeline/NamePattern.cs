using System.Management.Automation;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Pipeline;

/// <summary>Reads names with wildcards, regardless of case.</summary>
internal static class NamePattern
{
    /// <summary>Reads one.</summary>
    /// <exception cref="OperationException"><c>NamePatternInvalid</c>: a bracket that is never closed, for example.</exception>
    public static WildcardPattern Parse(string name)
    {
        // Names are no text of a language: in Turkish LIVE would not be live.
        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        try
        {
            // PowerShell reads the pattern at its first use.
            pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException error)
        {
            throw new OperationException(GeneralErrors.NamePatternInvalid, error.Message, name, error);
        }
    }
}
