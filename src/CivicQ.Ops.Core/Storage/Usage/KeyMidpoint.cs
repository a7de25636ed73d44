namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>Finds keys between two keys, to divide what lies between them among several.</summary>
internal static class KeyMidpoint
{
    private const char First = ' ';
    private const char Last = '~';
    private const int Letters = 6;

    /// <summary>Keys that divide what lies between two others evenly, ascending; fewer, or none, where the two are too near.</summary>
    /// <param name="after">The lower one.</param>
    /// <param name="until">The upper one; <see langword="null"/> where there is no bound.</param>
    /// <param name="count">How many.</param>
    public static List<string> Between(string after, string? until, int count)
    {
        var shared = 0;
        while (until is not null && shared < after.Length && shared < until.Length && after[shared] == until[shared])
        {
            shared++;
        }

        var head = after[..shared];
        // A half of a pair is no letter.
        if (head.Length > 0 && char.IsHighSurrogate(head[^1]))
        {
            return [];
        }

        var low = Number(after.AsSpan(shared), '\0');
        var high = until is null ? Math.Pow(Last - First + 2, Letters) - 1 : Number(until.AsSpan(shared), '\0');
        var found = new List<string>(count);
        for (var i = 1; i <= count; i++)
        {
            var key = head + Text(low + ((high - low) * i / (count + 1)));
            var previous = found.Count > 0 ? found[^1] : after;
            if (KeyOrder.Instance.Compare(previous, key) < 0 && (until is null || KeyOrder.Instance.Compare(key, until) < 0))
            {
                found.Add(key);
            }
        }

        return found;
    }

    // Digits 1.. for printable letters, 0 for "no letter": so that a shorter key comes first.
    private static double Number(ReadOnlySpan<char> text, char none)
    {
        var number = 0.0;
        for (var i = 0; i < Letters; i++)
        {
            var letter = i < text.Length ? text[i] : none;
            number = (number * (Last - First + 2)) + (letter == none ? 0 : Math.Clamp(letter, First, Last) - First + 1);
        }

        return number;
    }

    private static string Text(double number)
    {
        var digits = new char[Letters];
        var rest = (long)number;
        for (var i = Letters - 1; i >= 0; i--)
        {
            var digit = (int)(rest % (Last - First + 2));
            rest /= Last - First + 2;
            digits[i] = digit == 0 ? First : (char)(First + digit - 1);
        }

        return new string(digits);
    }
}
