namespace System.Management.Automation;

/// <summary>A pattern with *, ?, [set] and the backtick as escape, as PowerShell matches it.</summary>
public sealed class WildcardPattern
{
    private readonly Regex expression;

    public WildcardPattern(string pattern)
        : this(pattern, WildcardOptions.None)
    {
    }

    public WildcardPattern(string pattern, WildcardOptions options)
    {
        Pattern = pattern ?? throw new PSArgumentNullException(nameof(pattern));
        var flags = RegexOptions.Singleline;
        flags |= options.HasFlag(WildcardOptions.IgnoreCase) ? RegexOptions.IgnoreCase : RegexOptions.None;
        flags |= options.HasFlag(WildcardOptions.CultureInvariant) ? RegexOptions.CultureInvariant : RegexOptions.None;
        expression = new Regex(Translate(pattern), flags);
    }

    internal string Pattern { get; }

    public static WildcardPattern Get(string pattern, WildcardOptions options) => new(pattern, options);

    public static bool ContainsWildcardCharacters(string? pattern)
    {
        for (var i = 0; i < pattern?.Length; i++)
        {
            if (pattern[i] is '*' or '?' or '[' or ']')
            {
                return true;
            }

            if (pattern[i] == '`')
            {
                i++;
            }
        }

        return false;
    }

    public static string Escape(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var text = new StringBuilder(pattern.Length + 4);
        foreach (var c in pattern)
        {
            _ = c is '*' or '?' or '[' or ']' ? text.Append('`').Append(c) : text.Append(c);
        }

        return text.ToString();
    }

    public static string Unescape(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var text = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var escapes = pattern[i] == '`' && i + 1 < pattern.Length && pattern[i + 1] is '*' or '?' or '[' or ']';
            text.Append(pattern[i] == '`' && escapes ? pattern[++i] : pattern[i]);
        }

        return text.ToString();
    }

    public bool IsMatch(string? input) => input is not null && expression.IsMatch(input);

    /// <summary>The pattern for SQL's LIKE as WMI writes it.</summary>
    public string ToWql() => Pattern.Replace("%", "[%]", StringComparison.Ordinal).Replace("_", "[_]", StringComparison.Ordinal).Replace('*', '%').Replace('?', '_');

    private static string Translate(string pattern)
    {
        var text = new StringBuilder("\\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '`' when i + 1 < pattern.Length:
                    text.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                case '*':
                    text.Append(".*");
                    break;
                case '?':
                    text.Append('.');
                    break;
                case '[':
                    i = Set(pattern, i, text);
                    break;
                default:
                    text.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return text.Append("\\z").ToString();
    }

    // A ']' first in the set is a member of it; '-' between two characters is a range.
    private static int Set(string pattern, int open, StringBuilder text)
    {
        var members = new StringBuilder();
        for (var i = open + 1; i < pattern.Length; i++)
        {
            if (pattern[i] == ']' && members.Length > 0)
            {
                text.Append('[').Append(members).Append(']');
                return i;
            }

            var c = pattern[i] == '`' && i + 1 < pattern.Length ? pattern[++i] : pattern[i];
            var range = c == '-' && pattern[i - 1] != '`' && members.Length > 0;
            _ = range || char.IsLetterOrDigit(c) ? members.Append(c) : members.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        throw new WildcardPatternException($"The specified wildcard character pattern is not valid: {pattern}");
    }
}
