namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>An image of a release.</summary>
/// <param name="Name">The name under which the Compose file knows it.</param>
/// <param name="Id">Its identifier, <c>sha256:…</c>.</param>
/// <param name="Digest">Its name with a registry's digest; <see langword="null"/> where it was built on the engine.</param>
public sealed record ComposeReleaseImage(string Name, string Id, string? Digest);
