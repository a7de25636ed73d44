using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Cache;

/// <summary>One Redis for the tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public LabRedis Redis { get; private set; } = null!;

    public async Task InitializeAsync() => Redis = await LabRedis.StartAsync();

    public async Task DisposeAsync() => await Redis.DisposeAsync();
}
