namespace CivicQ.Ops.Core.Journal;

/// <summary>One change that was agreed to.</summary>
/// <param name="Target">The real thing that changes.</param>
/// <param name="Action">What is done to it.</param>
/// <param name="Environment">The environment that it belongs to, if any.</param>
public sealed record JournalChange(string Target, string Action, string? Environment)
{
    /// <summary>The change in one line.</summary>
    public override string ToString() => $"{Action}: {Target}";
}
