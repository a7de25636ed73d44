using System.Collections.Specialized;
using System.Globalization;
using System.Security;
using System.Text;
using System.Web;

namespace CivicQ.Tests;

/// <summary>
/// Answers ListObjectsV2 as S3 does, from sorted keys in memory: prefix, delimiter, start-after, continuation, a thousand a page, after a
/// round trip's time. Not a storage: it shows how listings behave with more objects than a real server could be filled with.
/// </summary>
internal sealed class ListingServer : IAsyncDisposable
{
    private readonly LoopbackServer server;
    private readonly List<(string Key, byte[] Utf8)> keys;
    private readonly TimeSpan latency;
    private int requests;

    public ListingServer(IEnumerable<string> names, TimeSpan latency = default)
    {
        this.latency = latency;
        keys = [.. names.Select(name => (name, Encoding.UTF8.GetBytes(name)))];
        keys.Sort((x, y) => x.Utf8.AsSpan().SequenceCompareTo(y.Utf8));
        server = new LoopbackServer(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{server.Port}/");

    /// <summary>The number of listings so far.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Whether it forgets where it was asked to begin, as some servers do.</summary>
    public bool IgnoresStart { get; init; }

    /// <summary>The size that an object has.</summary>
    public static long SizeOf(string key) => (key.Length * 37L % 1000) + 1;

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken token)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        while (await reader.ReadLineAsync(token) is { Length: > 0 } line)
        {
            while (await reader.ReadLineAsync(token) is { Length: > 0 })
            {
            }

            var target = line.Split(' ')[1];
            var parameters = HttpUtility.ParseQueryString(target.Contains('?', StringComparison.Ordinal) ? target[target.IndexOf('?', StringComparison.Ordinal)..] : "", Encoding.UTF8);
            var text = target.Contains("?uploads", StringComparison.Ordinal) ? "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>" : Page(parameters);
            var body = Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text);
            await Task.Delay(latency, token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n\r\n"), token);
            await stream.WriteAsync(body, token);
        }
    }

    private string Page(NameValueCollection query)
    {
        Interlocked.Increment(ref requests);
        var (prefix, delimiter) = (query["prefix"] ?? "", query["delimiter"]);
        var after = query["continuation-token"] is { } token ? Encoding.UTF8.GetString(Convert.FromHexString(token)) : IgnoresStart ? "" : query["start-after"] ?? "";
        var most = int.Parse(query["max-keys"] ?? "1000", CultureInfo.InvariantCulture);
        var text = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        var (count, last, folder) = (0, "", "");
        var i = Math.Max(Find(after, beyond: after.Length > 0), Find(prefix, beyond: false));
        for (; i < keys.Count && count < most; i++)
        {
            var key = keys[i].Key;
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                break;
            }

            var slash = delimiter is null ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            if (slash >= 0)
            {
                if (folder != key[..(slash + 1)])
                {
                    folder = key[..(slash + 1)];
                    text.Append("<CommonPrefixes><Prefix>").Append(SecurityElement.Escape(folder)).Append("</Prefix></CommonPrefixes>");
                    count++;
                }
            }
            else
            {
                text.Append("<Contents><Key>").Append(SecurityElement.Escape(key)).Append("</Key><LastModified>2026-01-05T10:00:00.000Z</LastModified><ETag>&quot;9e107d9d372bb6826bd81d3542a419d6&quot;</ETag><Size>")
                    .Append(SizeOf(key)).Append("</Size><StorageClass>STANDARD</StorageClass></Contents>");
                count++;
            }

            last = key;
        }

        var more = i < keys.Count && keys[i].Key.StartsWith(prefix, StringComparison.Ordinal);
        text.Append("<IsTruncated>").Append(more ? "true" : "false").Append("</IsTruncated><KeyCount>").Append(count).Append("</KeyCount>");
        if (more)
        {
            text.Append("<NextContinuationToken>").Append(Convert.ToHexString(Encoding.UTF8.GetBytes(last))).Append("</NextContinuationToken>");
        }

        return text.Append("</ListBucketResult>").ToString();
    }

    // The first key that is not before, or that is after, a text.
    private int Find(string text, bool beyond)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = keys[middle].Utf8.AsSpan().SequenceCompareTo(bytes);
            (low, high) = order < 0 || (beyond && order == 0) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
