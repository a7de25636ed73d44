namespace CivicQ.Ops.Core.Services;

/// <summary>How a long change goes on, told to whoever waits for it.</summary>
/// <param name="Message">What happens now, in a sentence.</param>
/// <param name="Done">How many steps are done.</param>
/// <param name="Total">How many there are; 0 where nobody knows.</param>
public readonly record struct ServiceProgress(string Message, int Done, int Total);
