namespace CivicQ.Host.Builtins;

/// <summary>Takes a command of the host's own.</summary>
/// <param name="name">Verb-Noun.</param>
/// <param name="cmdlet">Its class.</param>
/// <param name="aliases">Its other names.</param>
public delegate void RegisterCommand(string name, Type cmdlet, params string[] aliases);
