namespace CivicQ.Ops.Core.Database;

/// <summary>A server.</summary>
/// <param name="Name">Its name or address, or the folder of its socket.</param>
/// <param name="Port">Its port.</param>
internal sealed record DatabaseHost(string Name, int Port);
