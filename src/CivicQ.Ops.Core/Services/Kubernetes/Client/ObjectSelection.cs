namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Which objects of a kind are wanted.</summary>
/// <param name="Labels">A selector of labels; empty for all.</param>
/// <param name="Fields">A selector of fields; empty for all.</param>
/// <param name="PageSize">How many the server sends at once.</param>
internal sealed record ObjectSelection(string Labels = "", string Fields = "", int PageSize = 500)
{
    /// <summary>All of them.</summary>
    public static readonly ObjectSelection All = new();

    /// <summary>The object of this name.</summary>
    public static ObjectSelection Named(string name) => new(Fields: $"metadata.name={name}");

    /// <summary>The selection as a query.</summary>
    /// <returns>For example <c>labelSelector=app%3Dapi</c>; may be empty.</returns>
    public string Query() =>
        string.Join('&', new[] { ("labelSelector", Labels), ("fieldSelector", Fields) }
            .Where(pair => pair.Item2.Length > 0).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2)}"));
}
