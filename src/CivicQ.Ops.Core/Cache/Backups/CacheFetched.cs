namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>How a snapshot was had from a server.</summary>
/// <param name="Method">The way.</param>
/// <param name="RedisVersion">The server's version, where it says so.</param>
/// <param name="IsFetched">False where it lies on the server alone.</param>
/// <param name="ServerPath">Where the server has its own file, where it made one and says so.</param>
/// <param name="Begun">When the server began, by its own clock, where it saved by itself.</param>
internal sealed record CacheFetched(CacheBackupMethod Method, string? RedisVersion, bool IsFetched, string? ServerPath, DateTimeOffset? Begun);
