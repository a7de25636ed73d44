using System.Globalization;
using System.Text;

namespace CivicQ.Host.Presentation.Screens;

/// <summary>Text measured as a terminal does: East Asian characters and emoji take two columns, combining ones and escape sequences none.</summary>
public static class Cells
{
    private const char Ellipsis = '…';

    // The wide and full-width blocks of Unicode's East Asian Width, and the emoji.
    private static readonly (int First, int Last)[] WideBlocks =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x23E9, 0x23EC), (0x2614, 0x2615), (0x26A1, 0x26A1), (0x2705, 0x2705), (0x274C, 0x274C),
        (0x2753, 0x2755), (0x2795, 0x2797), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF),
        (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1B000, 0x1B2FF),
        (0x1F004, 0x1F004), (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F200, 0x1F251), (0x1F300, 0x1F64F),
        (0x1F680, 0x1F6FF), (0x1F7E0, 0x1F7EB), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The columns that a text takes.</summary>
    /// <param name="text">One line.</param>
    /// <returns>The columns.</returns>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in Ansi.Strip(text).EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    /// <summary>Fits a text into columns: cut with an ellipsis where it is too long, at the end or, right-aligned, at the start; padded where short.</summary>
    /// <param name="text">One line; colours survive the cut.</param>
    /// <param name="width">The columns.</param>
    /// <param name="right">Whether it is right-aligned.</param>
    /// <param name="pad">Whether to pad at the end; left-aligned text in the last column is not padded.</param>
    /// <returns>The text.</returns>
    public static string Fit(string text, int width, bool right = false, bool pad = true)
    {
        var taken = Width(text);
        if (taken > width)
        {
            text = right ? Ellipsis + TakeEnd(Ansi.Strip(text), width - 1) : Take(text, width - 1, Ellipsis.ToString());
            taken = Width(text);
        }

        var blanks = new string(' ', Math.Max(0, width - taken));
        return right ? blanks + text : pad ? text + blanks : text;
    }

    /// <summary>Breaks a text into lines of at most some columns, at blanks where there are any.</summary>
    /// <param name="text">The text; its own line ends are kept.</param>
    /// <param name="width">The columns.</param>
    /// <returns>The lines, at least one.</returns>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = new StringBuilder();
            var taken = 0;
            foreach (var word in Words(paragraph, Math.Max(1, width)))
            {
                var needed = Width(word.TrimEnd(' '));
                if (taken > 0 && taken + needed > width)
                {
                    lines.Add(line.ToString().TrimEnd(' '));
                    line.Clear();
                    taken = 0;
                }

                line.Append(word);
                taken += Width(word);
            }

            lines.Add(line.ToString().TrimEnd(' '));
        }

        return lines;
    }

    private static int Width(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.Control => 0,
        _ => Array.Exists(WideBlocks, block => rune.Value >= block.First && rune.Value <= block.Last) ? 2 : 1,
    };

    // The first columns. Sequences take no room and all of them are kept, so a colour that was begun is ended.
    private static string Take(string text, int width, string mark)
    {
        var result = new StringBuilder();
        var taken = 0;
        var cut = false;
        for (var index = 0; index < text.Length;)
        {
            var sequence = Ansi.Sequence().Match(text, index);
            if (sequence.Success && sequence.Index == index)
            {
                result.Append(sequence.Value);
                index += sequence.Length;
                continue;
            }

            var rune = Rune.GetRuneAt(text, index);
            index += rune.Utf16SequenceLength;
            if (!cut && taken + Width(rune) > width)
            {
                cut = true;
                result.Append(mark);
            }

            if (!cut)
            {
                result.Append(rune.ToString());
                taken += Width(rune);
            }
        }

        return result.ToString();
    }

    private static string TakeEnd(string text, int width)
    {
        var taken = 0;
        var start = text.Length;
        foreach (var rune in text.EnumerateRunes().Reverse())
        {
            taken += Width(rune);
            if (taken > width)
            {
                break;
            }

            start -= rune.Utf16SequenceLength;
        }

        return text[start..];
    }

    // Words with the blanks after them; a word wider than the line is cut into pieces.
    private static IEnumerable<string> Words(string text, int width)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = text.IndexOf(' ', start);
            end = end < 0 ? text.Length : end;
            while (end < text.Length && text[end] == ' ')
            {
                end++;
            }

            var word = text[start..end];
            start = end;
            while (Width(word.TrimEnd(' ')) > width)
            {
                var piece = Take(word, width, string.Empty);
                if (piece.Length == 0 || piece.Length >= word.Length || piece.Contains('\u001b', StringComparison.Ordinal))
                {
                    break;
                }

                yield return piece;
                word = word[piece.Length..];
            }

            yield return word;
        }
    }
}
