using System.Text.Json;

namespace CivicQ.Ops.Core.Json;

/// <summary>A JSON value that knows where it stands in its text.</summary>
internal sealed class JsonPart
{
    /// <summary>What it is.</summary>
    public required JsonValueKind Kind { get; init; }

    /// <summary>The offset of its first byte.</summary>
    public required int Start { get; init; }

    /// <summary>The offset behind its last byte.</summary>
    public int End { get; set; }

    /// <summary>The text of a string.</summary>
    public string Text { get; init; } = "";

    /// <summary>The value of a number.</summary>
    public double Number { get; init; }

    /// <summary>The members of an object in their order, those of the same name included.</summary>
    public List<JsonMember> Members { get; } = [];

    /// <summary>The items of an array.</summary>
    public List<JsonPart> Items { get; } = [];
}
