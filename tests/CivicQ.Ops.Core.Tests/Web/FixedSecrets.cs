using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Tests.Web;

/// <summary>Gives every reference the same secret.</summary>
public sealed class FixedSecrets(string value) : ISecretResolver
{
    public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken) => ValueTask.FromResult(value);
}
