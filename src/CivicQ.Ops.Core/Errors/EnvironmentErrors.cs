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

    /// <summary>The file of environments is not JSON, or not an object with <c>environments</c>.</summary>
    public static readonly ErrorDefinition FileInvalid = new(
        "EnvironmentFileInvalid", ErrorKind.InvalidData,
        "Mend the file at the line and column that the message names; an editor that knows environments.schema.json shows the place.");

    /// <summary>The file of environments is there and cannot be read.</summary>
    public static readonly ErrorDefinition FileUnreadable = new(
        "EnvironmentFileUnreadable", ErrorKind.ReadError, "Give this account the right to read the file, or name another with CIVICQ_CONFIG.");

    /// <summary>The file of environments cannot be written.</summary>
    public static readonly ErrorDefinition FileNotWritten = new(
        "EnvironmentFileNotWritten", ErrorKind.WriteError, "Free space on the disk, make the folder writable for this account, or name another with CIVICQ_CONFIG.");

    /// <summary>A key that environments do not have.</summary>
    public static readonly ErrorDefinition KeyUnknown = new(
        "EnvironmentKeyUnknown", ErrorKind.InvalidData, "Correct the key's spelling or take it out; help about_CivicQ_Environments lists the keys.");

    /// <summary>A value of the wrong type or outside its range.</summary>
    public static readonly ErrorDefinition ValueInvalid = new(
        "EnvironmentValueInvalid", ErrorKind.InvalidData, "Write the value as the message says; help about_CivicQ_Environments has an example of each.");

    /// <summary>A key that must be there is not.</summary>
    public static readonly ErrorDefinition ValueMissing = new(
        "EnvironmentValueMissing", ErrorKind.InvalidData, "Add the key that the message names, or take the whole part out.");

    /// <summary>Two environments have the same name.</summary>
    public static readonly ErrorDefinition Duplicate = new(
        "EnvironmentDuplicate", ErrorKind.InvalidData, "Rename or remove one of the two; names that differ in case only are the same name.");

    /// <summary>An environment of this name is registered already.</summary>
    public static readonly ErrorDefinition Exists = new(
        "EnvironmentExists", ErrorKind.ResourceExists, "Choose another name, or replace the environment with Register-CivicQEnvironment -Force.");

    /// <summary>The environment comes from variables or from the lab, so it is not in the file.</summary>
    public static readonly ErrorDefinition NotInFile = new(
        "EnvironmentNotInFile", ErrorKind.InvalidOperation, "Unset the variables that make 'default'; Stop-CivicQLab removes 'lab'.");

    /// <summary>A secret stands in the file instead of a reference to it.</summary>
    public static readonly ErrorDefinition SecretInTheClear = new(
        "SecretInTheClear", ErrorKind.SecurityError,
        "Write where the secret is instead: env:NAME, file:PATH or secret:VAULT/NAME. Change the secret if others could read the file.");

    /// <summary>A limit is overridden that does not exist.</summary>
    public static readonly ErrorDefinition ThresholdUnknown = new(
        "ThresholdUnknown", ErrorKind.InvalidData, "Use one of the shipped names, Component.Check, as Get-CivicQHealth shows them.");

    /// <summary>The variable that should hold a secret is not set.</summary>
    public static readonly ErrorDefinition VariableNotSet = new(
        "VariableNotSet", ErrorKind.ObjectNotFound, "Set the variable in the shell, service or runbook that runs the command.");

    /// <summary>The file or the vault's entry that should hold a secret is not there.</summary>
    public static readonly ErrorDefinition SecretNotFound = new(
        "SecretNotFound", ErrorKind.ObjectNotFound, "Write the file, or store the secret in the vault, that the message names.");

    /// <summary>The place that should hold a secret cannot be asked.</summary>
    public static readonly ErrorDefinition SecretUnavailable = new(
        "SecretUnavailable", ErrorKind.ResourceUnavailable,
        "Unlock the vault, install Microsoft.PowerShell.SecretManagement, or refer to the secret by env: or file:.");

    /// <summary>A part of the environment did not pass its test.</summary>
    public static readonly ErrorDefinition TestFailed = new(
        "EnvironmentTestFailed", ErrorKind.InvalidResult, "Test-CivicQEnvironment shows every step with its next step.");

    /// <summary>The environment has no part at all.</summary>
    public static readonly ErrorDefinition Empty = new(
        "EnvironmentEmpty", ErrorKind.ObjectNotFound,
        "Connect-CivicQ chooses another environment (Get-CivicQEnvironment lists them); for 'default' set DATABASE_URL, REDIS_URL, CIVICQ_API_URL and their like.");
}
