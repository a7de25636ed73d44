namespace CivicQ.Ops.Core.Environments;

/// <summary>The kinds of places that hold secrets.</summary>
public enum SecretScheme
{
    /// <summary>An environment variable, <c>env:NAME</c>.</summary>
    Variable,

    /// <summary>The first line of a file, <c>file:PATH</c>, as Docker and Kubernetes mount them.</summary>
    File,

    /// <summary>A vault of Microsoft.PowerShell.SecretManagement, <c>secret:VAULT/NAME</c>.</summary>
    Vault,
}
