namespace CivicQ.Ops.Core.Environments;

/// <summary>The React site.</summary>
public sealed record SiteSettings
{
    /// <summary>The address, for example <c>https://civicq.example.com</c>.</summary>
    public required Uri Url { get; init; }
}
