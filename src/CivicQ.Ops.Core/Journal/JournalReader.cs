using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Journal;

/// <summary>Reads the journal as it was when the reading began, oldest entry first.</summary>
public static class JournalReader
{
    /// <summary>Reads entries. Damaged lines come too, where they stand: they could have fitted.</summary>
    /// <param name="path">The journal's file, or one of its full ones.</param>
    /// <param name="query">Which entries.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The entries and the damage. An altered line is damage alone: what it says cannot be relied on.</returns>
    /// <exception cref="OperationException"><c>JournalNotFound</c>, <c>JournalUnreadable</c>, <c>JournalIsFolder</c>, <c>JournalInvalid</c>.</exception>
    public static async IAsyncEnumerable<JournalItem> ReadAsync(
        string path, JournalQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var snapshot = JournalSnapshot.Open(path);
        var last = new Queue<JournalItem>();
        // Held back until there is an entry: a file without any is no journal, and a complaint about each of its lines says nothing.
        List<JournalItem>? strange = [];
        for (var index = 0; index < snapshot.Paths.Count; index++)
        {
            await foreach (var item in snapshot.ReadAsync(index, cancellationToken).ConfigureAwait(false))
            {
                if (strange is not null && item.Entry is null)
                {
                    strange.Add(item);
                    continue;
                }

                foreach (var held in strange ?? [])
                {
                    yield return held;
                }

                strange = null;
                if (item.Damage is not null)
                {
                    yield return item with { Entry = null };
                }
                else if (query.Fits(item.Entry!))
                {
                    if (query.Last is not { } count)
                    {
                        yield return item;
                        continue;
                    }

                    last.Enqueue(item);
                    if (last.Count > count)
                    {
                        last.Dequeue();
                    }
                }
            }
        }

        if (strange is { Count: 1 })
        {
            yield return strange[0];
        }
        else if (strange is { Count: > 1 })
        {
            throw new OperationException(
                JournalErrors.NotAJournal, $"{path} is no journal: {strange.Count} lines cannot be read as entries, the first is line {strange[0].Damage!.Line}.", path);
        }

        foreach (var item in last)
        {
            yield return item;
        }
    }

    /// <summary>The error that reports a damaged line.</summary>
    /// <param name="damage">The line.</param>
    /// <returns>The exception.</returns>
    public static OperationException ToException(JournalDamage damage) =>
        new(JournalErrors.EntryDamaged, $"{damage.Path}, line {damage.Line}: {damage.Reason}", $"{damage.Path}:{damage.Line}");
}
