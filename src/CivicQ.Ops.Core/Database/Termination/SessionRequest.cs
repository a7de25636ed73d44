namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>Which sessions are meant.</summary>
/// <param name="Environment">The environment, for the commands in messages.</param>
/// <param name="Condition">The condition.</param>
/// <param name="Named">Sessions by number, with their start where it is known; <see langword="null"/>: all that fit the condition.</param>
/// <param name="Way">How they came to be chosen.</param>
internal sealed record SessionRequest(string Environment, SessionCondition Condition, IReadOnlyDictionary<int, DateTimeOffset?>? Named, SessionChoice Way);
