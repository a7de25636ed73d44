namespace CivicQ.Ops.Core.Journal;

/// <summary>Something wrong with a journal's file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line where it shows, from 1; 0 where it is about the file.</param>
/// <param name="Message">What was found, in a sentence.</param>
public sealed record JournalProblem(JournalProblemKind Kind, int Line, string Message)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString() => Line > 0 ? $"{Kind}, line {Line}: {Message}" : $"{Kind}: {Message}";
}
