using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Journal;

/// <summary>Follows the chain of hashes through all files of a journal.</summary>
public static class JournalVerifier
{
    /// <summary>Tests a journal.</summary>
    /// <param name="path">Its file, or one of its full ones alone.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <returns>One result a file, oldest first.</returns>
    /// <exception cref="OperationException"><c>JournalNotFound</c>, <c>JournalUnreadable</c>.</exception>
    public static async IAsyncEnumerable<JournalFileResult> TestAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var snapshot = JournalSnapshot.Open(path);
        var present = new HashSet<long>();
        for (var index = 0; index < snapshot.Paths.Count; index++)
        {
            await foreach (var item in snapshot.ReadAsync(index, cancellationToken).ConfigureAwait(false))
            {
                if (item.Entry is { } entry)
                {
                    present.Add(entry.Sequence);
                }
            }
        }

        var chain = new JournalChain(present, anyStart: snapshot.Single);
        if (snapshot.Paths.Count == 0)
        {
            yield return new JournalFileResult { Path = path, Problems = chain.Finish(snapshot.Head, snapshot.HeadDamaged) };
        }

        for (var index = 0; index < snapshot.Paths.Count; index++)
        {
            var (entries, first, last) = (0, (JournalEntry?)null, (JournalEntry?)null);
            var problems = new List<JournalProblem>();
            await foreach (var item in snapshot.ReadAsync(index, cancellationToken).ConfigureAwait(false))
            {
                problems.AddRange(chain.Next(item));
                if (item.Entry is { } entry)
                {
                    first ??= entry;
                    last = entry;
                    entries++;
                }
            }

            if (index == snapshot.Paths.Count - 1 && !snapshot.Single)
            {
                problems.AddRange(chain.Finish(snapshot.Head, snapshot.HeadDamaged));
            }

            yield return new JournalFileResult
            {
                Path = snapshot.Paths[index],
                Entries = entries,
                FirstSequence = first?.Sequence,
                LastSequence = last?.Sequence,
                FirstTime = first?.Time,
                LastTime = last?.Time,
                Problems = problems,
            };
        }
    }
}
