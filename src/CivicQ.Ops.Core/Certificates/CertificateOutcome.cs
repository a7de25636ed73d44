using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>What looking at one certificate gave: either findings or the reason why there are none.</summary>
/// <param name="Endpoint">The endpoint or file.</param>
/// <param name="Certificate">The findings.</param>
/// <param name="Error">The reason.</param>
public sealed record CertificateOutcome(string Endpoint, CertificateInfo? Certificate, OperationException? Error);
