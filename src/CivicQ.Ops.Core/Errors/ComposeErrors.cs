namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of Docker Compose.</summary>
public static class ComposeErrors
{
    /// <summary>There is no Compose file on this machine.</summary>
    public static readonly ErrorDefinition FileNotFound = new(
        "ComposeFileNotFound", ErrorKind.ObjectNotFound, "Name the project's files in services.compose.files (or COMPOSE_FILE); changing a project needs them on this machine.");

    /// <summary>The Compose file is broken.</summary>
    public static readonly ErrorDefinition FileInvalid = new(
        "ComposeFileInvalid", ErrorKind.InvalidData, "Mend the file at the line that the message names; docker compose config checks it.");

    /// <summary>The file wants a variable that is not set.</summary>
    public static readonly ErrorDefinition VariableMissing = new(
        "ComposeVariableMissing", ErrorKind.InvalidData, "Set the variable in the environment or in the file that services.compose.environmentFile names (.env beside the Compose file).");

    /// <summary>Neither the plugin nor the program is there.</summary>
    public static readonly ErrorDefinition NotInstalled = new(
        "ComposeNotInstalled", ErrorKind.NotInstalled, "Install the plugin docker-compose-plugin, or the program docker-compose, 1.29 or later.");

    /// <summary>Compose did not do what it was told.</summary>
    public static readonly ErrorDefinition Failed = new(
        "ComposeFailed", ErrorKind.InvalidResult, "The message has Compose's own words, -Verbose all of them. Get-CivicQServiceInstance shows what runs.");

    /// <summary>The release ledger is damaged.</summary>
    public static readonly ErrorDefinition LedgerInvalid = new(
        "ReleaseLedgerInvalid", ErrorKind.InvalidData, "Mend or remove the line of the ledger that the message names; without the ledger nothing can be gone back to.");

    /// <summary>An image of a release is gone.</summary>
    public static readonly ErrorDefinition ImageGone = new(
        "ReleaseImageGone", ErrorKind.ObjectNotFound, "Choose another revision (Get-CivicQRolloutHistory), or build the release's commit again and publish it.");
}
