namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>A part of what is stored.</summary>
/// <param name="Name">The storage class, or the age.</param>
/// <param name="Objects">How many objects.</param>
/// <param name="TotalBytes">The sum of their sizes.</param>
public sealed record StorageShare(string Name, long Objects, long TotalBytes)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Objects}, {Measures.Measure.Bytes(TotalBytes)}";
}
