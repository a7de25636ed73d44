namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>Adds up objects under one prefix; one thread at a time.</summary>
internal sealed class UsageTally
{
    private static readonly (string Name, double Days)[] Bands =
        [("under 1 day", 1), ("1 to 7 days", 7), ("7 to 30 days", 30), ("30 to 90 days", 90), ("90 to 365 days", 365), ("over 1 year", double.MaxValue)];

    private readonly Dictionary<string, (long Objects, long Bytes)> classes = new(StringComparer.Ordinal);
    private readonly (long Objects, long Bytes)[] ages = new (long, long)[Bands.Length];
    private long objects;
    private long bytes;
    private DateTimeOffset oldest = DateTimeOffset.MaxValue;
    private DateTimeOffset newest = DateTimeOffset.MinValue;
    private (long Count, long Bytes) uploads;
    private (long Count, long Bytes) noncurrent;
    private long markers;

    /// <summary>Counts an object.</summary>
    public void Add(long size, string storageClass, DateTimeOffset written, DateTimeOffset now)
    {
        objects++;
        bytes += size;
        (oldest, newest) = (written < oldest ? written : oldest, written > newest ? written : newest);
        classes.TryGetValue(storageClass, out var share);
        classes[storageClass] = (share.Objects + 1, share.Bytes + size);
        var age = (now - written).TotalDays;
        var band = Array.FindIndex(Bands, one => age < one.Days);
        ages[band] = (ages[band].Objects + 1, ages[band].Bytes + size);
    }

    /// <summary>Counts an upload that is not complete.</summary>
    public void AddUpload(long size) => uploads = (uploads.Count + 1, uploads.Bytes + size);

    /// <summary>Counts a version that is not the newest, or a delete marker.</summary>
    public void AddVersion(long size, bool marker)
    {
        if (marker)
        {
            markers++;
        }
        else
        {
            noncurrent = (noncurrent.Count + 1, noncurrent.Bytes + size);
        }
    }

    /// <summary>The sums.</summary>
    public StorageUsage Result(string environment, string bucket, string prefix, bool uploadsKnown, bool versions) => new()
    {
        Environment = environment, Bucket = bucket, Prefix = prefix, Objects = objects, TotalBytes = bytes,
        Oldest = objects > 0 ? oldest : null, Newest = objects > 0 ? newest : null,
        Classes = [.. classes.Select(one => new StorageShare(one.Key, one.Value.Objects, one.Value.Bytes)).OrderByDescending(one => one.TotalBytes).ThenBy(one => one.Name, StringComparer.Ordinal)],
        Ages = [.. Bands.Select((band, i) => new StorageShare(band.Name, ages[i].Objects, ages[i].Bytes)).Where(share => share.Objects > 0)],
        IncompleteUploads = uploadsKnown ? uploads.Count : null, IncompleteUploadBytes = uploadsKnown ? uploads.Bytes : null,
        NoncurrentVersions = versions ? noncurrent.Count : null, NoncurrentBytes = versions ? noncurrent.Bytes : null, DeleteMarkers = versions ? markers : null,
    };
}
