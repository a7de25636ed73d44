using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Services;

/// <summary>What is to be said of revisions, the same on every platform.</summary>
public static class RolloutRevisions
{
    /// <summary>The error for a revision that is not in the history.</summary>
    /// <param name="service">The service.</param>
    /// <param name="revision">The revision that was asked for.</param>
    /// <param name="history">The history.</param>
    /// <returns>The error, which names those that there are.</returns>
    public static OperationException NotFound(ServiceInfo service, long revision, IReadOnlyList<RolloutRevision> history)
    {
        ArgumentNullException.ThrowIfNull(service);
        var known = string.Join(", ", history.Select(one => one.Revision.ToString(CultureInfo.InvariantCulture)));
        return new OperationException(
            ServiceErrors.RevisionNotFound,
            $"{service.Service} in '{service.Environment}' has no revision {revision} in its history. There are: {(known.Length == 0 ? "none" : known)}.", service.Service);
    }
}
