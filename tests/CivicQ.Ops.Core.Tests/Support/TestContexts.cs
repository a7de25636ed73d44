using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Tests.Support;

/// <summary>Environments for tests; secrets are looked up in a dictionary.</summary>
internal static class TestContexts
{
    public static EnvironmentContext Create(CivicQEnvironment environment, params (string Name, string Value)[] secrets) =>
        new(environment, new DictionarySecrets(secrets.ToDictionary(secret => secret.Name, secret => secret.Value)), NullReporter.Instance);

    public static EnvironmentContext Redis(LabRedis redis, string? password = null) =>
        Create(new CivicQEnvironment { Name = "test", Cache = RedisSettings(redis), Queue = new QueueSettings(), LocalHost = false }, ("redis", password ?? redis.Password));

    public static RedisSettings RedisSettings(LabRedis redis) =>
        new() { Host = redis.Host, Port = redis.Port, Password = new SecretReference(SecretScheme.Variable, "redis") };

    public static EnvironmentContext Address(string url, double timeoutSeconds = 5) => Create(
        new CivicQEnvironment { Name = "test", Cache = new RedisSettings { Url = new SecretReference(SecretScheme.Variable, "url") }, TimeoutSeconds = timeoutSeconds },
        ("url", url));

    private sealed class DictionarySecrets(Dictionary<string, string> values) : ISecretResolver
    {
        public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken) => ValueTask.FromResult(values[reference.Location]);
    }
}
