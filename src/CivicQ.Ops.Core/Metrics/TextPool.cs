using System.Text;

namespace CivicQ.Ops.Core.Metrics;

/// <summary>Gives the same string for the same bytes, without making it twice: names and labels repeat on thousands of lines.</summary>
internal sealed class TextPool
{
    private const int Slots = 4096;
    private const int LongestKept = 128;
    private readonly (byte[] Bytes, string Text)[] kept = new (byte[], string)[Slots];

    /// <summary>The text of the bytes; what is no UTF-8 becomes U+FFFD.</summary>
    public string Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (bytes.Length > LongestKept)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var hash = default(HashCode);
        hash.AddBytes(bytes);
        ref var slot = ref kept[hash.ToHashCode() & (Slots - 1)];
        if (slot.Text is null || !bytes.SequenceEqual(slot.Bytes))
        {
            slot = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        }

        return slot.Text;
    }
}
