namespace CivicQ.Ops.Commands.Database;

/// <summary>Warnings that several cmdlets give.</summary>
internal static class DatabaseWarnings
{
    /// <summary>The role may not see everything.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="what">What it may not see.</param>
    /// <returns>The sentence.</returns>
    public static string Hidden(string environment, string what) =>
        $"{environment}: this role may not see {what}: GRANT pg_read_all_stats (or pg_monitor) to it lets it see all.";
}
