using CivicQ.Ops.Core.Database.Migrations;

namespace CivicQ.Ops.Formatting;

/// <content>The columns of migrations.</content>
public static partial class Display
{
    /// <summary>Whether a database has a revision, in its colour.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The text.</returns>
    public static string Migration(MigrationState state) => state switch
    {
        MigrationState.Applied => $"\u001b[32m{state}\u001b[0m",
        MigrationState.Pending => $"\u001b[33m{state}\u001b[0m",
        _ => $"\u001b[31;1m{state}\u001b[0m",
    };

    /// <summary>Where a revision stands.</summary>
    /// <param name="isCurrent">Whether the database is at it.</param>
    /// <param name="isHead">Whether none comes after it; <see langword="null"/> where nobody knows.</param>
    /// <returns>The text; empty for one in between.</returns>
    public static string MigrationPlace(bool isCurrent, bool? isHead) => (isCurrent, isHead) switch
    {
        (true, true) => "current, head",
        (true, _) => "current",
        (false, true) => "head",
        _ => "",
    };

    /// <summary>The revisions that a database is at.</summary>
    /// <param name="revisions">The revisions, or <see langword="null"/>.</param>
    /// <returns>The text; <c>base</c> for none.</returns>
    public static string Revisions(IReadOnlyList<string>? revisions) => revisions is null or [] ? "base" : List(revisions);
}
