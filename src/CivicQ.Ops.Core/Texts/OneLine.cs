using System.Text;

namespace CivicQ.Ops.Core.Texts;

/// <summary>Takes out of a text what would act on a terminal or pretend to be another line: servers' own words may hold anything.</summary>
public static class OneLine
{
    private const char Replacement = '\uFFFD';

    /// <summary>Cleans a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text on one line: line ends and tabs are spaces, other control and direction characters U+FFFD.</returns>
    public static string Of(string text)
    {
        var first = 0;
        while (first < text.Length && !IsHarmful(text[first]))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var result = new StringBuilder(text.Length).Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                continue;
            }

            result.Append(!IsHarmful(letter) ? letter : letter is '\n' or '\r' or '\t' or '\u2028' or '\u2029' ? ' ' : Replacement);
        }

        return result.ToString();
    }

    /// <summary>Cleans a text that may be missing.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The clean text; <see langword="null"/> for none.</returns>
    public static string? OfAny(string? text) => text is null ? null : Of(text);

    // The last two ranges turn the direction of writing.
    private static bool IsHarmful(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
