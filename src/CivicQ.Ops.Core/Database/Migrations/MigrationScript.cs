namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>What the file of one revision says about itself.</summary>
/// <param name="Revision">The revision's id.</param>
/// <param name="DownRevisions">The revisions that it comes after: none for the first, several for a merge.</param>
/// <param name="File">The file's path.</param>
internal sealed record MigrationScript(string Revision, IReadOnlyList<string> DownRevisions, string File)
{
    /// <summary>The first line of its documentation.</summary>
    public string Message { get; init; } = "";

    /// <summary>The names of the branch that begins with it.</summary>
    public IReadOnlyList<string> BranchLabels { get; init; } = [];

    /// <summary>Revisions of other branches that must come first.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>When it was written, as its documentation says.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>All that must be applied before it.</summary>
    public IEnumerable<string> Before => DownRevisions.Concat(DependsOn);
}
