namespace CivicQ.Ops.Core.Journal;

/// <summary>Walks along the chain and says at each line what does not fit.</summary>
/// <param name="present">The numbers of all entries that can be read, so that one that is elsewhere is told from one that is gone.</param>
/// <param name="anyStart">True where the chain may begin anywhere: the files before were not asked for.</param>
internal sealed class JournalChain(IReadOnlySet<long> present, bool anyStart)
{
    private JournalHead last = JournalHead.None;
    private bool started;
    private int damaged;

    /// <summary>The next line.</summary>
    public IEnumerable<JournalProblem> Next(JournalItem item)
    {
        if (item.Entry is not { } entry)
        {
            damaged++;
            return [new JournalProblem(JournalProblemKind.Damaged, item.Damage!.Line, item.Damage.Reason)];
        }

        var problems = new List<JournalProblem>();
        if (item.Damage is { } damage)
        {
            problems.Add(new JournalProblem(JournalProblemKind.Altered, damage.Line, damage.Reason));
        }

        if (!started && anyStart)
        {
            last = new JournalHead(entry.Sequence - 1, entry.PreviousHash);
        }

        started = true;
        if (entry.Sequence <= last.Sequence)
        {
            problems.Add(new JournalProblem(JournalProblemKind.Reordered, entry.Line, $"Entry {entry.Sequence} stands behind entry {last.Sequence}."));
            return problems;
        }

        Gap(entry, problems);
        damaged = 0;
        // The hash that the entry names, even if it was altered: then the chain beyond is judged for itself.
        last = new JournalHead(entry.Sequence, entry.Hash);
        return problems;
    }

    /// <summary>After the last line: whether the end is the end.</summary>
    public IReadOnlyList<JournalProblem> Finish(JournalHead? head, bool headDamaged)
    {
        if (head is null)
        {
            // A journal in which nothing was ever written has no head.
            return !started && damaged == 0 && !headDamaged ? [] : [new JournalProblem(
                JournalProblemKind.HeadMissing, 0, $"The .head file is {(headDamaged ? "damaged" : "gone")}, so nobody can tell whether entries are missing at the end.")];
        }

        var gone = head.Sequence - last.Sequence - damaged;
        return gone > 0
            ? [new JournalProblem(JournalProblemKind.Truncated, 0, $"{Entries(head.Sequence - gone + 1, head.Sequence)} gone from the end.")]
            : head.Sequence == last.Sequence && !string.Equals(head.Hash, last.Hash, StringComparison.Ordinal)
                ? [new JournalProblem(JournalProblemKind.Altered, 0, $"The last entry, {last.Sequence}, is not the one that was written.")]
                : [];
    }

    private void Gap(JournalEntry entry, List<JournalProblem> problems)
    {
        var between = entry.Sequence - last.Sequence - 1;
        if (between == 0)
        {
            if (!string.Equals(entry.PreviousHash, last.Hash, StringComparison.Ordinal))
            {
                problems.Add(new JournalProblem(
                    JournalProblemKind.Altered, entry.Line, last.Sequence == 0
                        ? $"Entry {entry.Sequence} follows another entry, which is gone."
                        : $"Entry {entry.Sequence} follows another entry {last.Sequence} than the one that is here."));
            }

            return;
        }

        // A damaged line stands for the entry that it was; entries that are elsewhere are not gone.
        var elsewhere = present.Count(number => number > last.Sequence && number < entry.Sequence);
        var gone = between - damaged - elsewhere;
        if (gone > 0)
        {
            problems.Add(new JournalProblem(
                JournalProblemKind.Missing, entry.Line,
                gone == between ? $"{Entries(last.Sequence + 1, entry.Sequence - 1)} gone." : $"{gone} of the entries {last.Sequence + 1} to {entry.Sequence - 1} are gone."));
        }
    }

    private static string Entries(long first, long last) => first == last ? $"Entry {first} is" : $"Entries {first} to {last} are";
}
