namespace CivicQ.Ops.Core.Certificates;

/// <summary>One certificate of a chain.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Issuer">Who signed it.</param>
/// <param name="NotAfter">Its last moment, UTC.</param>
/// <param name="Thumbprint">SHA-256 of the certificate, hexadecimal.</param>
/// <param name="Sent">True where the server sent it (or the file holds it); false where it came from this machine's store.</param>
public sealed record ChainCertificate(string Subject, string Issuer, DateTimeOffset NotAfter, string Thumbprint, bool Sent)
{
    /// <summary>The subject.</summary>
    public override string ToString() => Subject;
}
