using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database;

/// <summary>
/// Turns names with PowerShell's wildcards (<c>*</c>, <c>?</c>, <c>[a-c]</c>, a backtick before what is meant as it stands) into regular
/// expressions for PostgreSQL's <c>~*</c>. They travel as parameters: the server filters, and no value becomes SQL.
/// </summary>
public static class SqlPattern
{
    /// <summary>Turns several.</summary>
    /// <param name="names">The names; <see langword="null"/> for all.</param>
    /// <returns>An expression for each, for <c>~* ANY($1)</c>; <see langword="null"/> for all.</returns>
    /// <exception cref="OperationException"><c>NamePatternInvalid</c>.</exception>
    public static string[]? Of(IReadOnlyList<string>? names) => names is null or { Count: 0 } ? null : [.. names.Select(Of)];

    /// <summary>Turns one.</summary>
    /// <param name="name">A name, with wildcards or without.</param>
    /// <returns>An expression that fits the whole name.</returns>
    /// <exception cref="OperationException"><c>NamePatternInvalid</c>: a bracket that is never closed.</exception>
    public static string Of(string name)
    {
        var result = new StringBuilder("^");
        for (var i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '`' when i + 1 < name.Length:
                    Literal(result, name[++i]);
                    break;
                case '*':
                    result.Append(".*");
                    break;
                case '?':
                    result.Append('.');
                    break;
                case '[':
                    i = Set(result, name, i);
                    break;
                default:
                    Literal(result, name[i]);
                    break;
            }
        }

        return result.Append('$').ToString();
    }

    /// <summary>Whether a name has a wildcard: one without must fit something.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True with <c>*</c>, <c>?</c> or <c>[</c> that no backtick guards.</returns>
    public static bool HasWildcard(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '`')
            {
                i++;
            }
            else if (name[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    private static int Set(StringBuilder result, string name, int start)
    {
        // As in PowerShell, the first character counts as a member, so that []] is a closing bracket.
        var end = name.IndexOf(']', Math.Min(start + 2, name.Length));
        if (end < 0)
        {
            throw new OperationException(GeneralErrors.NamePatternInvalid, $"The wildcard pattern '{name}' has a bracket that is never closed.", name);
        }

        result.Append("(?:");
        for (var i = start + 1; i < end; i++)
        {
            if (i > start + 1)
            {
                result.Append('|');
            }

            if (i + 2 < end && name[i + 1] == '-')
            {
                // Only letters and digits mean the same in a range of PostgreSQL's; others are listed.
                if (char.IsAsciiLetterOrDigit(name[i]) && char.IsAsciiLetterOrDigit(name[i + 2]) && name[i] <= name[i + 2])
                {
                    result.Append('[').Append(name[i]).Append('-').Append(name[i + 2]).Append(']');
                }
                else
                {
                    throw new OperationException(GeneralErrors.NamePatternInvalid, $"The wildcard pattern '{name}' has a range that is not of letters or digits in order.", name);
                }

                i += 2;
            }
            else
            {
                Literal(result, name[i]);
            }
        }

        result.Append(')');
        return end;
    }

    // A backslash before a letter or digit would be a class or a reference; before anything else of ASCII it takes every meaning away.
    private static void Literal(StringBuilder result, char character)
    {
        if (character < 128 && !char.IsAsciiLetterOrDigit(character))
        {
            result.Append('\\');
        }

        result.Append(character);
    }
}
