using System.Diagnostics;
using System.Globalization;

namespace CivicQ.Lab;

/// <summary>Writes nginx's access log (combined format, request time at the end) and counts every request for the metrics.</summary>
/// <param name="writer">The file.</param>
/// <param name="metrics">The counters.</param>
internal sealed class AccessLog(LineWriter writer, RequestMetrics metrics)
{
    /// <summary>Handles one request.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var clock = Stopwatch.StartNew();
        var body = new CountingStream(context.Response.Body);
        context.Response.Body = body;
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            // nginx writes 499 when the client went away before there was an answer.
            var status = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? 499 : context.Response.StatusCode;
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.Replace(":int", "", StringComparison.Ordinal) ?? (status == 404 ? "unmatched" : context.Request.Path.Value ?? "/");
            metrics.Observe(context.Request.Method, route, status, clock.Elapsed.TotalSeconds);
            writer.Write(Line(context, status, body.Written, clock.Elapsed));
        }
    }

    private static string Line(HttpContext context, int status, long bytes, TimeSpan time)
    {
        var request = context.Request;
        var target = Escape(request.Path.Value + request.QueryString.Value);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{context.Connection.RemoteIpAddress?.MapToIPv4()} - - [{DateTime.UtcNow:dd/MMM/yyyy:HH:mm:ss} +0000] \"{request.Method} {target} {request.Protocol}\" {status} {bytes} \"{Header(request.Headers.Referer)}\" \"{Header(request.Headers.UserAgent)}\" {time.TotalSeconds:0.000}");
    }

    private static string Header(string? value) => string.IsNullOrEmpty(value) ? "-" : Escape(value);

    // As nginx does by default: quotes, backslashes and control characters as \xXX.
    private static string Escape(string text) => string.Concat(text.Select(letter =>
        letter is '"' or '\\' || letter < ' ' ? $"\\x{(int)letter:X2}" : letter.ToString()));

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Written;
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Written += count;
            inner.Write(buffer, offset, count);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
