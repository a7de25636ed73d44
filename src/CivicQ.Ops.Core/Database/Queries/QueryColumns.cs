using System.Globalization;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Names a result's columns so that each can be a property.</summary>
internal static class QueryColumns
{
    // What PostgreSQL calls a column without a name.
    private const string Nameless = "?column?";

    /// <summary>Gives every column a name of its own.</summary>
    /// <param name="names">The names as the server has them.</param>
    /// <returns>The same, but <c>Column3</c> where there is none, and <c>id_2</c> for the second <c>id</c>.</returns>
    public static IReadOnlyList<string> Unique(IReadOnlyList<string> names)
    {
        var taken = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var result = new string[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            var name = string.IsNullOrEmpty(names[i]) || names[i] == Nameless ? string.Create(CultureInfo.InvariantCulture, $"Column{i + 1}") : names[i];
            var candidate = name;
            // The server may have given a later column the very name that a second one would get.
            for (var number = 2; used.Contains(candidate) || (number > 2 && taken.Contains(candidate)); number++)
            {
                candidate = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
            }

            used.Add(candidate);
            result[i] = candidate;
        }

        return result;
    }
}
