using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Web;

/// <summary>One GET.</summary>
/// <param name="Address">The address, without secrets.</param>
internal sealed record WebQuestion(Uri Address)
{
    /// <summary>The bearer token; sent to the address's own origin alone.</summary>
    public SecretReference? Token { get; init; }

    /// <summary>How many redirects to follow; 0 gives the redirect itself.</summary>
    public int MaxRedirects { get; init; }

    /// <summary>The largest body that is read, unpacked.</summary>
    public long MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>What is wanted, as in the Accept header.</summary>
    public string? Accept { get; init; }
}
