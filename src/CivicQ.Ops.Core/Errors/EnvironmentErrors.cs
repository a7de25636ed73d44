namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of environments, their file and their secrets.</summary>
public static class EnvironmentErrors
{
    /// <summary>No environment has this name.</summary>
    public static readonly ErrorDefinition NotFound = new(
        "EnvironmentNotFound", ErrorKind.ObjectNotFound, "Get-CivicQEnvironment lists the environments; Register-CivicQEnvironment adds one.");

    /// <summary>The environment does not have the part that was asked for.</summary>
    public static readonly ErrorDefinition ComponentNotConfigured = new(
        "ComponentNotConfigured", ErrorKind.ObjectNotFound,
        "Add the part to the environment in environments.json, or set the variables that name it (help about_CivicQ_Environments).");

    /// <summary>The variable or file that should hold a secret is not there.</summary>
    public static readonly ErrorDefinition SecretNotFound = new(
        "SecretNotFound", ErrorKind.ObjectNotFound, "Set the variable, write the file or store the secret in the vault that the message names.");

    /// <summary>The place that should hold a secret cannot be asked.</summary>
    public static readonly ErrorDefinition SecretUnavailable = new(
        "SecretUnavailable", ErrorKind.ResourceUnavailable,
        "Unlock the vault, install Microsoft.PowerShell.SecretManagement, or refer to the secret by env: or file:.");
}
