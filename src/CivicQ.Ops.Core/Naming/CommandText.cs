using System.Text;

namespace CivicQ.Ops.Core.Naming;

/// <summary>Writes command lines for PowerShell that an operator can copy, whatever letters the names in them have.</summary>
public static class CommandText
{
    /// <summary>A name as an argument.</summary>
    /// <param name="value">The name.</param>
    /// <returns>The name, between single quotes where it needs them.</returns>
    public static string Argument(string value)
    {
        if (value.Length > 0 && value[0] is not ('-' or '.') && value.All(character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.'))
        {
            return value;
        }

        // PowerShell takes the typographic quotes for its own.
        var result = new StringBuilder("'");
        foreach (var character in value)
        {
            result.Append(character is '\'' or '\u2018' or '\u2019' or '\u201a' or '\u201b' ? new string(character, 2) : character);
        }

        return result.Append('\'').ToString();
    }

    /// <summary>A name as an argument of a parameter that takes wildcards: its own are guarded.</summary>
    /// <param name="value">The name.</param>
    /// <returns>The argument, which fits this name alone.</returns>
    public static string Wildcard(string value) =>
        Argument(string.Concat(value.Select(character => character is '`' or '*' or '?' or '[' or ']' ? $"`{character}" : character.ToString())));
}
