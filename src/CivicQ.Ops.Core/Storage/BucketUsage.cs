namespace CivicQ.Ops.Core.Storage;

/// <summary>How much a bucket holds.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Objects">The number of its objects.</param>
/// <param name="TotalBytes">The sum of their sizes.</param>
/// <param name="Complete">False when the time was over before all were counted: then the numbers are at least these.</param>
internal sealed record BucketUsage(string Bucket, long Objects, long TotalBytes, bool Complete);
