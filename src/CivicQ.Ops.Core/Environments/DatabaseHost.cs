namespace CivicQ.Ops.Core.Environments;

/// <summary>A server.</summary>
/// <param name="Name">Its name or address, or the folder of its socket.</param>
/// <param name="Port">Its port.</param>
internal sealed record DatabaseHost(string Name, int Port);
