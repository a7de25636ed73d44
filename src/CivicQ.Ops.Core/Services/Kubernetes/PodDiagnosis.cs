namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Why a pod is not ready.</summary>
/// <param name="Sentence">Why, in one sentence.</param>
/// <param name="IsFailure">True when something is wrong; false when it is still starting, or stopping.</param>
/// <param name="IsBlocked">True when it has failed so often that it will not come by itself.</param>
internal sealed record PodDiagnosis(string Sentence, bool IsFailure, bool IsBlocked = false);
