namespace CivicQ.Ops.Core.Tests.Metrics;

/// <summary>Gives its bytes a few at a time.</summary>
internal sealed class DribblingStream(byte[] bytes, Random random) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 50))], cancellationToken);
}
