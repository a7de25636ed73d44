using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Which revision comes after which.</summary>
internal sealed class MigrationGraph
{
    // Alembic's own: shorter beginnings are no names.
    private const int ShortestName = 4;
    private readonly Dictionary<string, MigrationScript> scripts = new(StringComparer.Ordinal);

    /// <summary>Puts scripts in their order.</summary>
    /// <param name="all">The scripts.</param>
    /// <exception cref="OperationException"><c>MigrationScriptsInvalid</c>: a revision is there twice, comes after one that is not there, or after itself.</exception>
    public MigrationGraph(IReadOnlyList<MigrationScript> all)
    {
        foreach (var script in all)
        {
            if (!scripts.TryAdd(script.Revision, script))
            {
                throw new OperationException(MigrationErrors.ScriptsInvalid, $"Revision {script.Revision} is there twice: {scripts[script.Revision].File} and {script.File}.", script.Revision);
            }
        }

        var labels = all.SelectMany(script => script.BranchLabels).ToHashSet(StringComparer.Ordinal);
        foreach (var script in all)
        {
            // depends_on may name a branch; the order within a run is then Alembic's alone to know.
            if (script.Before.FirstOrDefault(before => !scripts.ContainsKey(before) && !labels.Contains(before)) is { } missing)
            {
                throw new OperationException(MigrationErrors.ScriptsInvalid, $"{script.File}: revision {script.Revision} comes after {missing}, whose file is not there.", script.Revision);
            }
        }

        Ordered = Sort(all);
        Heads = [.. Ordered.Select(script => script.Revision).Where(revision => !all.Any(other => other.DownRevisions.Contains(revision, StringComparer.Ordinal)))];
    }

    /// <summary>The scripts, each behind all that it comes after.</summary>
    public IReadOnlyList<MigrationScript> Ordered { get; }

    /// <summary>The revisions that none comes after.</summary>
    public IReadOnlyList<string> Heads { get; }

    /// <summary>The script of a revision, or <see langword="null"/>.</summary>
    public MigrationScript? Find(string revision) => scripts.GetValueOrDefault(revision);

    /// <summary>Revisions with all that they come after. Such as have no script are left out.</summary>
    public HashSet<string> WithAncestors(IEnumerable<string> revisions)
    {
        var result = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(revisions);
        while (open.TryPop(out var revision))
        {
            if (scripts.TryGetValue(revision, out var script) && result.Add(revision))
            {
                foreach (var before in script.Before)
                {
                    open.Push(before);
                }
            }
        }

        return result;
    }

    /// <summary>The revision that a full id or its unique beginning names.</summary>
    /// <exception cref="OperationException"><c>MigrationRevisionNotFound</c>, <c>MigrationAmbiguous</c>.</exception>
    public string Resolve(string name)
    {
        if (scripts.ContainsKey(name))
        {
            return name;
        }

        var fitting = name.Length >= ShortestName ? scripts.Keys.Where(revision => revision.StartsWith(name, StringComparison.Ordinal)).ToList() : [];
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw new OperationException(MigrationErrors.RevisionNotFound, $"There is no revision '{name}'.", name),
            _ => throw new OperationException(MigrationErrors.Ambiguous, $"'{name}' is the beginning of several revisions: {string.Join(", ", fitting)}.", name),
        };
    }

    private static List<MigrationScript> Sort(IReadOnlyList<MigrationScript> all)
    {
        var left = all.OrderBy(script => script.CreatedAt ?? DateTimeOffset.MinValue).ThenBy(script => script.Revision, StringComparer.Ordinal).ToList();
        var known = all.Select(script => script.Revision).ToHashSet(StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<MigrationScript>();
        while (left.Count > 0)
        {
            var next = left.FindIndex(script => script.Before.All(before => done.Contains(before) || !known.Contains(before)));
            if (next < 0)
            {
                throw new OperationException(MigrationErrors.ScriptsInvalid, $"These revisions come after themselves: {string.Join(", ", left.Select(script => script.Revision))}.", left[0].Revision);
            }

            result.Add(left[next]);
            done.Add(left[next].Revision);
            left.RemoveAt(next);
        }

        return result;
    }
}
