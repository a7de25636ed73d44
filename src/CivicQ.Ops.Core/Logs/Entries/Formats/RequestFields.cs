namespace CivicQ.Ops.Core.Logs.Entries.Formats;

/// <summary>Takes a request line apart: <c>GET /health HTTP/1.1</c>.</summary>
internal static class RequestFields
{
    /// <summary>Puts method, path and protocol; a request that is none of HTTP stays whole, as <c>request</c>.</summary>
    public static void Put(ReadOnlySpan<char> request, Dictionary<string, object?> fields)
    {
        var first = request.IndexOf(' ');
        var last = request.LastIndexOf(' ');
        if (first <= 0 || last <= first || !request[(last + 1)..].StartsWith("HTTP/", StringComparison.Ordinal))
        {
            fields["request"] = request.ToString();
            return;
        }

        fields["method"] = request[..first].ToString();
        fields["path"] = request[(first + 1)..last].ToString();
        fields["protocol"] = request[(last + 1)..].ToString();
    }
}
