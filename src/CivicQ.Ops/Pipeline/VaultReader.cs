using System.Collections.Concurrent;
using System.Management.Automation;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Pipeline;

/// <summary>Reads secrets from the vaults of Microsoft.PowerShell.SecretManagement, each once a run of the cmdlet.</summary>
/// <param name="cmdlet">The cmdlet, whose session has the vaults.</param>
/// <param name="ask">Runs something on the pipeline thread.</param>
internal sealed class VaultReader(PSCmdlet cmdlet, Func<Func<string?>, Task<string?>> ask)
{
    // The secret's name and vault are arguments: they never become a part of the script.
    private const string Script = """
        param($name, $vault)
        Microsoft.PowerShell.SecretManagement\Get-Secret -Name $name -Vault $vault -AsPlainText -ErrorAction Stop
        """;

    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> read = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, OperationException> failures = new(StringComparer.Ordinal);

    /// <summary>Reads a secret.</summary>
    /// <param name="location"><c>VAULT/NAME</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The secret; <see langword="null"/> where the vault does not have it.</returns>
    /// <exception cref="OperationException"><c>SecretUnavailable</c>.</exception>
    public async ValueTask<string?> ReadAsync(string location, CancellationToken cancellationToken)
    {
        var reading = read.GetOrAdd(location, key => new Lazy<Task<string?>>(() => ask(() => Answer(key))));
        var secret = await reading.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return failures.TryGetValue(location, out var failure) ? throw failure : secret;
    }

    private string? Answer(string location)
    {
        try
        {
            return Invoke(cmdlet, location);
        }
        catch (RuntimeException error) when (error is not (PipelineStoppedException or CommandNotFoundException)
            && error.ErrorRecord?.CategoryInfo.Category == ErrorCategory.ObjectNotFound)
        {
            return null;
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            // Not thrown on the pipeline thread: one vault that is locked must not end the whole pipeline.
            failures[location] = Translate(location, error);
            return null;
        }
    }

    private static string? Invoke(PSCmdlet cmdlet, string location)
    {
        var separator = location.IndexOf('/', StringComparison.Ordinal);
        var found = cmdlet.InvokeCommand.InvokeScript(
            false, ScriptBlock.Create(Script), null, location[(separator + 1)..], location[..separator]);
        return found.Count == 0 ? null : found[0]?.BaseObject switch
        {
            string text => text,
            PSCredential credential => credential.GetNetworkCredential().Password,
            null => null,
            _ => throw new InvalidOperationException("The secret is neither a text nor a credential."),
        };
    }

    private static OperationException Translate(string location, Exception error)
    {
        var reason = error is CommandNotFoundException
            ? "Microsoft.PowerShell.SecretManagement is not installed (Install-PSResource Microsoft.PowerShell.SecretManagement)."
            : error is NotImplementedException or NotSupportedException or MissingMemberException or NullReferenceException
                ? "vaults can be read in PowerShell only."
                : (error as RuntimeException)?.ErrorRecord?.Exception.Message ?? error.Message;
        return new OperationException(EnvironmentErrors.SecretUnavailable, $"secret:{location} cannot be read: {reason}", $"secret:{location}", error);
    }
}
