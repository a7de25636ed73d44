using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Finds the way from where a database is to where it is to be, and refuses ways that are not clear.</summary>
internal static class MigrationPlanner
{
    /// <summary>Plans.</summary>
    /// <param name="graph">The scripts.</param>
    /// <param name="current">What <c>alembic_version</c> names.</param>
    /// <param name="target">Where to go.</param>
    /// <returns>The plan, with no revisions where the database is there already.</returns>
    /// <exception cref="OperationException">One of <see cref="MigrationErrors"/>.</exception>
    public static MigrationPlan Plan(MigrationGraph graph, IReadOnlyList<string> current, MigrationTarget target)
    {
        if (current.FirstOrDefault(revision => graph.Find(revision) is null) is { } unknown)
        {
            throw new OperationException(MigrationErrors.DatabaseUnknown, $"The database is at revision {unknown}, which the scripts do not have.", unknown);
        }

        return target.Direction == MigrationDirection.Upgrade ? Up(graph, current, target.Revision ?? "head") : Down(graph, current, target);
    }

    private static MigrationPlan Up(MigrationGraph graph, IReadOnlyList<string> current, string name)
    {
        IReadOnlyList<string> wanted = name switch
        {
            "head" when graph.Heads.Count > 1 => throw new OperationException(
                MigrationErrors.Ambiguous, $"The scripts have {graph.Heads.Count} heads: {string.Join(", ", graph.Heads)}.", name),
            "head" or "heads" => graph.Heads,
            "base" => throw new OperationException(MigrationErrors.WrongDirection, "The base is below every revision.", name),
            ['+', .. var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var steps) && steps > 0 => [Above(graph, current, steps, name)],
            _ => [graph.Resolve(name)],
        };
        var applied = graph.WithAncestors(current);
        var goal = graph.WithAncestors(wanted);
        var revisions = graph.Ordered.Select(script => script.Revision).Where(revision => goal.Contains(revision) && !applied.Contains(revision)).ToList();
        if (revisions.Count == 0 && wanted.Any(revision => !current.Contains(revision, StringComparer.Ordinal)))
        {
            throw new OperationException(
                MigrationErrors.WrongDirection, $"Revision {MigrationPlan.Named([.. wanted])} is applied, and the database is past it, at {MigrationPlan.Named([.. current])}.", name);
        }

        applied.UnionWith(goal);
        return new MigrationPlan(MigrationDirection.Upgrade, current, Tips(graph, applied), revisions, name == "heads" ? name : wanted.Count == 0 ? "head" : wanted[0]);
    }

    private static MigrationPlan Down(MigrationGraph graph, IReadOnlyList<string> current, MigrationTarget target)
    {
        var goal = target.Revision switch
        {
            null => Below(graph, current, target.Steps),
            "base" => null,
            "head" or "heads" => throw new OperationException(MigrationErrors.WrongDirection, "The head is above every revision.", target.Revision),
            var name => graph.Resolve(name),
        };
        var applied = graph.WithAncestors(current);
        if (goal is not null && !applied.Contains(goal))
        {
            throw new OperationException(
                MigrationErrors.WrongDirection, $"Revision {goal} is not applied: the database is at {MigrationPlan.Named([.. current])}.", goal);
        }

        var revisions = graph.Ordered.Select(script => script.Revision).Reverse()
            .Where(revision => applied.Contains(revision) && revision != goal && (goal is null || graph.WithAncestors([revision]).Contains(goal))).ToList();
        applied.ExceptWith(revisions);
        return new MigrationPlan(MigrationDirection.Downgrade, current, Tips(graph, applied), revisions, goal ?? "base");
    }

    private static string Above(MigrationGraph graph, IReadOnlyList<string> current, int steps, string name)
    {
        var at = current.Count > 1 ? throw Several(current, name) : First(current);
        for (; steps > 0; steps--)
        {
            var next = graph.Ordered.Where(script => at is null ? script.DownRevisions.Count == 0 : script.DownRevisions.Contains(at, StringComparer.Ordinal)).ToList();
            at = next.Count switch
            {
                1 => next[0].Revision,
                0 => throw new OperationException(MigrationErrors.RevisionNotFound, $"There are not so many revisions above {MigrationPlan.Named([.. current])}.", name),
                _ => throw Several([.. next.Select(script => script.Revision)], name),
            };
        }

        return at!;
    }

    // Null is the base.
    private static string? Below(MigrationGraph graph, IReadOnlyList<string> current, int steps)
    {
        var name = $"-{steps.ToString(CultureInfo.InvariantCulture)}";
        var at = current.Count > 1 ? throw Several(current, name) : First(current);
        for (; steps > 0; steps--)
        {
            var before = at is null
                ? throw new OperationException(MigrationErrors.NothingToUndo, $"There are not so many revisions below {MigrationPlan.Named([.. current])}.", name)
                : graph.Find(at)!.DownRevisions;
            at = before.Count > 1 ? throw Several(before, name) : First(before);
        }

        return at;
    }

    private static string? First(IReadOnlyList<string> revisions) => revisions.Count > 0 ? revisions[0] : null;

    private static OperationException Several(IReadOnlyList<string> revisions, string name) =>
        new(MigrationErrors.Ambiguous, $"'{name}' could mean several ways: {string.Join(", ", revisions)}.", name);

    private static List<string> Tips(MigrationGraph graph, HashSet<string> applied)
    {
        var below = graph.Ordered.Where(script => applied.Contains(script.Revision)).SelectMany(script => script.Before).ToHashSet(StringComparer.Ordinal);
        return [.. graph.Ordered.Select(script => script.Revision).Where(revision => applied.Contains(revision) && !below.Contains(revision))];
    }
}
