namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Redis' patterns of keys (<c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^a]</c>, <c>\</c>), on bytes as the server matches them.</summary>
internal static class RedisGlob
{
    /// <summary>Whether a key fits a pattern.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> key)
    {
        // The place after the last star, and how much of the key that star has taken: going back there alone keeps this linear enough.
        var (p, k, star, taken) = (0, 0, -1, 0);
        while (k < key.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, taken) = (++p, k);
            }
            else if (p < pattern.Length && Element(pattern, p, key[k], out var next))
            {
                (p, k) = (next, k + 1);
            }
            else if (star >= 0)
            {
                (p, k) = (star, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart((byte)'*').IsEmpty;
    }

    private static bool Element(ReadOnlySpan<byte> pattern, int at, byte value, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case (byte)'?':
                return true;
            case (byte)'\\' when at + 1 < pattern.Length:
                next = at + 2;
                return pattern[at + 1] == value;
            case (byte)'[':
                return Set(pattern, ref next, value);
            default:
                return pattern[at] == value;
        }
    }

    private static bool Set(ReadOnlySpan<byte> pattern, ref int next, byte value)
    {
        var negated = next < pattern.Length && pattern[next] == '^';
        next += negated ? 1 : 0;
        var found = false;
        for (; next < pattern.Length && pattern[next] != ']'; next++)
        {
            if (pattern[next] == '\\' && next + 1 < pattern.Length)
            {
                found |= pattern[++next] == value;
            }
            else if (next + 2 < pattern.Length && pattern[next + 1] == '-')
            {
                var (low, high) = (Math.Min(pattern[next], pattern[next + 2]), Math.Max(pattern[next], pattern[next + 2]));
                found |= value >= low && value <= high;
                next += 2;
            }
            else
            {
                found |= pattern[next] == value;
            }
        }

        next = Math.Min(next + 1, pattern.Length);
        return found != negated;
    }
}
