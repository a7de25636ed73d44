namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of certificates.</summary>
public static class CertificateErrors
{
    /// <summary>The server's certificate is expired, for another name, or not signed by anybody who is trusted.</summary>
    public static readonly ErrorDefinition Invalid = new(
        "CertificateInvalid", ErrorKind.SecurityError,
        "Get-CivicQCertificate shows what is wrong with it; renew it or name its authority in the environment (tls.certificateAuthority); runbook: SSL Certificate Expiring.");

    /// <summary>A certificate file cannot be read.</summary>
    public static readonly ErrorDefinition FileInvalid = new(
        "CertificateFileInvalid", ErrorKind.InvalidData, "Give a PEM file (leaf first, then its intermediates) or a DER file that this user may read.");

    /// <summary>The file of further authorities cannot be read.</summary>
    public static readonly ErrorDefinition AuthorityInvalid = new(
        "CertificateAuthorityInvalid", ErrorKind.InvalidData, "Mend tls.certificateAuthority of the environment (or CIVICQ_CA_FILE): it names a PEM file of authorities.");

    /// <summary>A certificate did not pass its test.</summary>
    public static readonly ErrorDefinition TestFailed = new(
        "CertificateTestFailed", ErrorKind.InvalidResult, "Renew the certificate; runbook: SSL Certificate Expiring.");
}
