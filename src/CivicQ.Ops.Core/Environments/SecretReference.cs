namespace CivicQ.Ops.Core.Environments;

/// <summary>Where a secret is to be found; never the secret itself.</summary>
/// <param name="Scheme">The kind of place.</param>
/// <param name="Location">The variable's name, the file's path, or <c>VAULT/NAME</c>.</param>
public sealed record SecretReference(SecretScheme Scheme, string Location)
{
    /// <summary>Where the reference is written, for messages: file and line, or empty. No part of what makes two references equal.</summary>
    public string WrittenAt { get; init; } = "";

    /// <summary>Reads <c>env:NAME</c>, <c>file:PATH</c> or <c>secret:VAULT/NAME</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">The reference, when the text is one.</param>
    /// <returns>False when the text is something else, for example a secret written in the clear.</returns>
    public static bool TryParse(string? text, out SecretReference? reference)
    {
        reference = null;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon <= 0 || colon == text!.Length - 1)
        {
            return false;
        }

        SecretScheme? scheme = text[..colon] switch
        {
            "env" => SecretScheme.Variable,
            "file" => SecretScheme.File,
            "secret" => SecretScheme.Vault,
            _ => null,
        };
        var location = text[(colon + 1)..];
        // file://… and secret:NAME without a vault are mistakes rather than references.
        if (scheme is null || location.StartsWith("//", StringComparison.Ordinal)
            || (scheme == SecretScheme.Vault && location.IndexOf('/', StringComparison.Ordinal) <= 0))
        {
            return false;
        }

        reference = new SecretReference(scheme.Value, location);
        return true;
    }

    /// <summary>True for the same place, wherever the two references are written.</summary>
    /// <param name="other">The other reference.</param>
    /// <returns>The comparison.</returns>
    public bool Equals(SecretReference? other) =>
        other is not null && Scheme == other.Scheme && string.Equals(Location, other.Location, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scheme, Location);

    /// <summary>The reference as it is written in <c>environments.json</c>.</summary>
    public override string ToString() => Scheme switch
    {
        SecretScheme.Variable => "env:" + Location,
        SecretScheme.File => "file:" + Location,
        _ => "secret:" + Location,
    };
}
