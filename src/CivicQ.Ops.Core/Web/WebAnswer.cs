namespace CivicQ.Ops.Core.Web;

/// <summary>The head of an answer, and how it was reached.</summary>
internal sealed record WebAnswer
{
    /// <summary>The status.</summary>
    public required int Status { get; init; }

    /// <summary>The media type, without parameters, in lower case; empty where none is given.</summary>
    public required string ContentType { get; init; }

    /// <summary>The address that answered, after redirects.</summary>
    public required Uri Address { get; init; }

    /// <summary>How many redirects were followed.</summary>
    public int Redirects { get; init; }

    /// <summary>From the question to the head of the (last) answer.</summary>
    public TimeSpan FirstByte { get; init; }

    /// <summary>Where a redirect leads, which was not followed; <see langword="null"/> where it does not say, and for other answers.</summary>
    public Uri? Location { get; init; }

    /// <summary>True for a redirect that was not followed.</summary>
    public bool Redirected => Status is 301 or 302 or 303 or 307 or 308;

    /// <summary>Where the redirect leads, in words.</summary>
    public string Leads => Location is null ? "does not say where it leads" : $"leads to {Network.AddressText.Of(Location)}";

    /// <summary>True for 200 to 299.</summary>
    public bool Succeeded => Status is >= 200 and <= 299;
}
