namespace CivicQ.Tests;

/// <summary>What happens to one request on its way to an S3 server.</summary>
internal sealed record S3Fault
{
    /// <summary>The status that the proxy answers with by itself.</summary>
    public int? Status { get; init; }

    /// <summary>The error code in that answer.</summary>
    public string? Code { get; init; }

    /// <summary>The connection is cut after so many bytes of the answer, headers included.</summary>
    public long? CutAnswerAfter { get; init; }

    /// <summary>The connection is cut after so many bytes of the request's body.</summary>
    public long? CutRequestAfter { get; init; }

    /// <summary>Nothing is ever said.</summary>
    public bool Silent { get; init; }

    /// <summary>An answer of the proxy's own.</summary>
    public static S3Fault Answer(int status, string code) => new() { Status = status, Code = code };
}
