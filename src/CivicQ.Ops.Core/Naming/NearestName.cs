namespace CivicQ.Ops.Core.Naming;

/// <summary>Finds what somebody probably meant, for error messages.</summary>
public static class NearestName
{
    /// <summary>The candidates that are near to a name, nearest first.</summary>
    /// <param name="name">The name that fits nothing.</param>
    /// <param name="candidates">The names that there are.</param>
    /// <returns>At most three; none when nothing is near.</returns>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> candidates)
    {
        var limit = Math.Max(2, name.Length / 3);
        return
        [
            .. candidates.Select(candidate => (Candidate: candidate, Distance: Distance(name, candidate)))
                .Where(pair => pair.Distance <= limit || IsPart(name, pair.Candidate))
                .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
                .Select(pair => pair.Candidate).Take(3),
        ];
    }

    /// <summary>The sentence <c>Did you mean 'a' or 'b'?</c> with a space before it; empty when nothing is near.</summary>
    /// <param name="name">The name that fits nothing.</param>
    /// <param name="candidates">The names that there are.</param>
    /// <returns>The text to put behind a message.</returns>
    public static string Hint(string name, IEnumerable<string> candidates)
    {
        var near = Of(name, candidates);
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near.Select(candidate => $"'{candidate}'"))}?";
    }

    private static bool IsPart(string name, string candidate) =>
        name.Length >= 3 && candidate.Length >= 3
        && (candidate.Contains(name, StringComparison.OrdinalIgnoreCase) || name.Contains(candidate, StringComparison.OrdinalIgnoreCase));

    // Damerau's distance, regardless of case: insert, remove, replace, or swap two neighbours.
    private static int Distance(string a, string b)
    {
        var (x, y) = (a.ToUpperInvariant(), b.ToUpperInvariant());
        var table = new int[x.Length + 1, y.Length + 1];
        for (var i = 0; i <= x.Length; i++)
        {
            table[i, 0] = i;
        }

        for (var j = 0; j <= y.Length; j++)
        {
            table[0, j] = j;
        }

        for (var i = 1; i <= x.Length; i++)
        {
            for (var j = 1; j <= y.Length; j++)
            {
                var cost = x[i - 1] == y[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                {
                    best = Math.Min(best, table[i - 2, j - 2] + 1);
                }

                table[i, j] = best;
            }
        }

        return table[x.Length, y.Length];
    }
}
