using System.Globalization;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Database.Locks;

/// <summary>Orders who waits for whom into trees: a root, then who waits for it, and so on. A session stands in one place, below the last of those that it waits for.</summary>
internal static class LockTree
{
    /// <summary>Makes the trees.</summary>
    /// <param name="nodes">The sessions, in any order.</param>
    /// <returns>Their records in the order of the trees; the root that blocks most comes first.</returns>
    public static IReadOnlyList<DatabaseLock> Build(IReadOnlyList<LockNode> nodes)
    {
        var known = nodes.ToDictionary(node => node.Key);

        // A session that ended between the server's two looks blocks nobody any more.
        var parents = nodes.ToDictionary(node => node.Key, node => node.BlockedBy.Where(known.ContainsKey).Distinct().ToArray());
        var children = nodes.SelectMany(node => parents[node.Key].Select(parent => (parent, node.Key))).ToLookup(pair => pair.parent, pair => pair.Key);
        var behind = nodes.ToDictionary(node => node.Key, node => Reach(node.Key, key => children[key]));
        var (depths, below) = Order(nodes, parents, children);
        var result = new List<DatabaseLock>(nodes.Count);
        var placed = new HashSet<int>();
        foreach (var root in nodes.Where(node => parents[node.Key].Length == 0 && behind[node.Key].Count > 0).OrderByDescending(node => behind[node.Key].Count).ThenBy(node => node.Key))
        {
            Place(root.Key, key => below[key], (key, _) => depths[key]);
        }

        // Who is left waits in a circle, or behind one.
        foreach (var node in nodes.Where(node => behind[node.Key].Contains(node.Key)).OrderBy(node => node.Key))
        {
            Place(node.Key, key => children[key], (_, depth) => depth);
        }

        return result;

        // With a list of its own in place of recursion: a queue of ten thousand sessions is ten thousand deep.
        void Place(int root, Func<int, IEnumerable<int>> next, Func<int, int, int> depthOf)
        {
            var open = new Stack<(int Key, int Depth)>([(root, 0)]);
            while (open.TryPop(out var entry))
            {
                if (!placed.Add(entry.Key))
                {
                    continue;
                }

                result.Add(Describe(entry.Key, root, depthOf(entry.Key, entry.Depth)));
                foreach (var child in next(entry.Key).OrderBy(child => known[child].Lock.WaitingFor).ThenByDescending(child => child))
                {
                    open.Push((child, entry.Depth + 1));
                }
            }
        }

        DatabaseLock Describe(int key, int root, int depth)
        {
            var node = known[key];
            var first = children[key].Select(child => known[child].Lock).MaxBy(child => child.WaitingFor);
            var isRoot = parents[key].Length == 0;
            var roots = isRoot ? [key] : Reach(key, other => parents[other]).Where(other => parents[other].Length == 0).Order().ToArray();
            return node.Lock with
            {
                IsRoot = isRoot,
                IsDeadlock = behind[key].Contains(key),
                Depth = depth,
                RootProcessId = Math.Max(0, root),
                BlockedBy = [.. parents[key].Select(parent => Math.Max(0, parent)).Distinct()],
                Blocks = behind[key].Count(other => other != key),
                Relation = isRoot ? first?.Relation : node.Lock.Relation,
                LockType = isRoot ? first?.LockType : node.Lock.LockType,
                Mode = isRoot ? first?.Mode : node.Lock.Mode,
                WaitingFor = isRoot ? null : node.Lock.WaitingFor,
                BlockingQuery = parents[key].Select(parent => known[parent].Lock.Query).FirstOrDefault(),
                Remedy = Remedy(node.Lock.Environment, roots.Length == 0 ? [known[root]] : [.. roots.Select(other => known[other])]),
            };
        }
    }

    // Each below the deepest of those that it waits for, so that whoever stands above it goes first. A circle has no order.
    private static (Dictionary<int, int> Depths, ILookup<int, int> Below) Order(
        IReadOnlyList<LockNode> nodes, Dictionary<int, int[]> parents, ILookup<int, int> children)
    {
        var depths = nodes.Where(node => parents[node.Key].Length == 0).ToDictionary(node => node.Key, _ => 0);
        var waiting = nodes.ToDictionary(node => node.Key, node => parents[node.Key].Length);
        var above = new Dictionary<int, int>();
        var open = new Queue<int>(depths.Keys);
        while (open.TryDequeue(out var key))
        {
            foreach (var child in children[key])
            {
                if (--waiting[child] == 0)
                {
                    above[child] = parents[child].MaxBy(parent => depths[parent]);
                    depths[child] = depths[above[child]] + 1;
                    open.Enqueue(child);
                }
            }
        }

        return (depths, above.ToLookup(pair => pair.Value, pair => pair.Key));
    }

    // Everybody that can be reached in one step or more; the start itself only by way of a circle.
    private static HashSet<int> Reach(int start, Func<int, IEnumerable<int>> next)
    {
        var found = new HashSet<int>();
        var open = new Stack<int>([start]);
        while (open.TryPop(out var key))
        {
            foreach (var other in next(key))
            {
                if (found.Add(other))
                {
                    open.Push(other);
                }
            }
        }

        return found;
    }

    private static string Remedy(string environment, IReadOnlyList<LockNode> roots)
    {
        var name = CommandText.Argument(environment);
        var processes = roots.Where(root => root.Key > 0).Select(root => root.Key.ToString(CultureInfo.InvariantCulture)).ToList();
        var parts = new List<string>();
        if (processes.Count > 0)
        {
            parts.Add($"Stop-CivicQDatabaseSession -ProcessId {string.Join(", ", processes)} -Environment {name}");
        }

        foreach (var prepared in roots.Where(root => root.Key <= 0))
        {
            // A prepared transaction belongs to no session: only COMMIT PREPARED or ROLLBACK PREPARED, in its own database, ends it.
            var identifier = (prepared.Lock.PreparedTransaction ?? "").Replace("'", "''", StringComparison.Ordinal);
            parts.Add($"Invoke-CivicQQuery -AllowWrite -Query {CommandText.Argument($"ROLLBACK PREPARED '{identifier}'")} -Database {CommandText.Argument(prepared.Lock.Database ?? "")} -Environment {name}");
        }

        return string.Join("; ", parts);
    }
}
