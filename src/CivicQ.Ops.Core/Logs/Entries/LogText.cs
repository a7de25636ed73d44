using System.Buffers;
using System.Text;

namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>Takes colours and everything else that acts on a terminal out of what programs wrote. Tabs stay.</summary>
internal static class LogText
{
    private const char Escape = '\u001b';
    private const char Replacement = '\uFFFD';
    private static readonly SearchValues<char> InLine = SearchValues.Create(Harmful(lineEnds: true));
    private static readonly SearchValues<char> InText = SearchValues.Create(Harmful(lineEnds: false));

    /// <summary>Cleans a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The same text where there is nothing to clean; else without escape sequences, other control characters as U+FFFD.</returns>
    public static string CleanLine(string line) => Clean(line, InLine);

    /// <summary>Cleans a text that may have several lines: line ends stay, as <c>\n</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The clean text.</returns>
    public static string CleanText(string text) => Clean(text, InText);

    private static string Clean(string text, SearchValues<char> harmful)
    {
        var at = text.AsSpan().IndexOfAny(harmful);
        if (at < 0)
        {
            return text;
        }

        var rest = text.AsSpan();
        var result = new StringBuilder(text.Length);
        for (; at >= 0; at = rest.IndexOfAny(harmful))
        {
            result.Append(rest[..at]);
            rest = rest[at..];
            var sequence = rest[0] == Escape ? Sequence(rest) : rest[0] == '\u009b' ? Parameters(rest, 1) : 0;
            if (sequence == 0)
            {
                // A carriage return at the end of a line is part of its end; within a line it would write over what is there.
                if (rest[0] != '\r' || (rest.Length > 1 && rest[1] != '\n'))
                {
                    result.Append(rest[0] is '\r' ? ' ' : Replacement);
                }

                sequence = 1;
            }

            rest = rest[sequence..];
        }

        return result.Append(rest).ToString();
    }

    // The length of the escape sequence; 0 where it has no end, so that it takes no text along.
    private static int Sequence(ReadOnlySpan<char> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        switch (text[1])
        {
            case '[':
                return Parameters(text, 2);
            case ']' or 'P' or '_' or '^' or 'X':
                // Titles, links: up to BEL or ESC \.
                for (var i = 2; i < text.Length; i++)
                {
                    if (text[i] == '\a')
                    {
                        return i + 1;
                    }

                    if (text[i] == Escape)
                    {
                        return i + 1 < text.Length && text[i + 1] == '\\' ? i + 2 : 0;
                    }
                }

                return 0;
            case '(' or ')' or '#' or '%' when text.Length > 2:
                return 3;
            case '7' or '8' or '=' or '>' or 'c' or 'D' or 'E' or 'H' or 'M':
                return 2;
            default:
                return 0;
        }
    }

    private static int Parameters(ReadOnlySpan<char> text, int start)
    {
        var i = start;
        while (i < text.Length && text[i] is >= ' ' and <= '?')
        {
            i++;
        }

        return i < text.Length && text[i] is >= '@' and <= '~' ? i + 1 : 0;
    }

    // Control characters, line and paragraph separators, and what turns the direction of writing.
    private static string Harmful(bool lineEnds)
    {
        var letters = new StringBuilder();
        for (var letter = '\0'; letter <= '\u2069'; letter++)
        {
            if ((char.IsControl(letter) && letter != '\t' && (lineEnds || letter != '\n'))
                || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
            {
                letters.Append(letter);
            }
        }

        return letters.ToString();
    }
}
