namespace CivicQ.Ops.Core.Queue;

/// <summary>What all workers answered to one question.</summary>
/// <param name="Listeners">How many workers the broker handed the question to: those that hold a connection, also when they are frozen.</param>
/// <param name="Replies">The answers that came in time.</param>
/// <param name="Elapsed">How long the last answer took.</param>
public sealed record CeleryAnswer(int Listeners, IReadOnlyList<CeleryReply> Replies, TimeSpan Elapsed);
