namespace CivicQ.Host.Binding;

/// <summary>What a parameter is in one parameter set.</summary>
/// <param name="Position">Its position; null where it has none.</param>
/// <param name="Mandatory">Whether it must be given.</param>
/// <param name="ByValue">Whether a whole object from the pipeline binds to it.</param>
/// <param name="ByPropertyName">Whether a property of that name (or an alias) of an object from the pipeline binds to it.</param>
/// <param name="Remaining">Whether it takes the arguments that are left.</param>
/// <param name="HelpMessage">A short help text, if any.</param>
public sealed record ParameterRole(int? Position, bool Mandatory, bool ByValue, bool ByPropertyName, bool Remaining, string? HelpMessage);
