namespace CivicQ.Ops.Core.Environments;

/// <summary>Turns references into secrets, at the moment of their use.</summary>
public interface ISecretResolver
{
    /// <summary>Reads the secret.</summary>
    /// <param name="reference">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait for a vault.</param>
    /// <returns>The secret's text.</returns>
    /// <exception cref="Errors.OperationException"><c>SecretNotFound</c> or <c>SecretUnavailable</c>.</exception>
    ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken);
}
