using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Storage.Usage;

namespace CivicQ.Ops.Formatting;

/// <content>Texts of storage.</content>
public static partial class Display
{
    /// <summary>Shares as one line.</summary>
    /// <param name="shares">The shares.</param>
    /// <returns>Each with its size: <c>under 1 day 3 KiB, over 1 year 2 GiB</c>.</returns>
    public static string StorageShares(IReadOnlyList<StorageShare>? shares) => string.Join(", ", (shares ?? []).Select(share => $"{share.Name} {Measure.Bytes(share.TotalBytes)}"));

    /// <summary>What a version is to readers.</summary>
    /// <param name="isLatest">Whether it is the newest.</param>
    /// <param name="isDeleteMarker">Whether it is a delete marker.</param>
    /// <returns>The word, in colour where it matters.</returns>
    public static string ObjectVersionState(bool isLatest, bool isDeleteMarker) => (isLatest, isDeleteMarker) switch
    {
        (true, true) => "\u001b[31;1mDeleted\u001b[0m",
        (true, false) => "\u001b[32mLatest\u001b[0m",
        (false, true) => "\u001b[90mMarker\u001b[0m",
        _ => "\u001b[90mOlder\u001b[0m",
    };
}
