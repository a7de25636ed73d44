using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Environments;

/// <summary>Reads secrets from variables and files, and from a vault through the given reader.</summary>
/// <param name="vault">Reads <c>VAULT/NAME</c>; <see langword="null"/> where there are no vaults.</param>
public sealed class SecretResolver(Func<string, CancellationToken, ValueTask<string?>>? vault = null) : ISecretResolver
{
    // A key with its whole chain fits; a log file named by mistake does not.
    private const int LargestSecret = 64 * 1024;

    /// <inheritdoc/>
    public async ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken)
    {
        switch (reference.Scheme)
        {
            case SecretScheme.Variable:
                var value = Environment.GetEnvironmentVariable(reference.Location);
                return string.IsNullOrEmpty(value)
                    ? throw new OperationException(EnvironmentErrors.VariableNotSet, $"The variable {reference.Location} is not set{Place(reference)}.", reference.ToString())
                    : value;
            case SecretScheme.File:
                try
                {
                    var path = Path.GetFullPath(reference.Location, CurrentFolder.Path);
                    var text = await SmallFile.ReadTextAsync(path, LargestSecret, cancellationToken).ConfigureAwait(false);
                    return text.TrimEnd('\r', '\n');
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    throw new OperationException(EnvironmentErrors.SecretNotFound, $"{reference} cannot be read{Place(reference)}: {error.Message}", reference.ToString(), error);
                }

            default:
                if (vault is null)
                {
                    throw new OperationException(
                        EnvironmentErrors.SecretUnavailable, $"{reference}{Place(reference)}: vaults can be read in PowerShell only, where Microsoft.PowerShell.SecretManagement is.", reference.ToString());
                }

                return await vault(reference.Location, cancellationToken).ConfigureAwait(false)
                    ?? throw new OperationException(EnvironmentErrors.SecretNotFound, $"{reference} is not in its vault{Place(reference)}.", reference.ToString());
        }
    }

    private static string Place(SecretReference reference) => reference.WrittenAt.Length > 0 ? $" ({reference.WrittenAt})" : "";
}
