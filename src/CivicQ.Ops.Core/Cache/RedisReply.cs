using System.Text;

namespace CivicQ.Ops.Core.Cache;

/// <summary>One reply of RESP2.</summary>
/// <param name="Kind">Its first character: <c>+</c>, <c>-</c>, <c>:</c>, <c>$</c> or <c>*</c>.</param>
/// <param name="Bytes">The text of a line or a bulk string; <see langword="null"/> for nil.</param>
/// <param name="Items">The items of an array.</param>
internal sealed record RedisReply(char Kind, byte[]? Bytes, IReadOnlyList<RedisReply>? Items = null)
{
    /// <summary>True for an error.</summary>
    public bool IsError => Kind == '-';

    /// <summary>The text as UTF-8; empty for nil.</summary>
    public string Text => Bytes is null ? "" : Encoding.UTF8.GetString(Bytes);
}
