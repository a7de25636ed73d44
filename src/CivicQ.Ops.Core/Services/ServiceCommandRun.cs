using System.Diagnostics;
using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Services;

/// <summary>Runs a program within an instance and keeps what it writes.</summary>
/// <param name="arguments">The program and its arguments.</param>
public sealed class ServiceCommandRun(IReadOnlyList<string> arguments)
{
    private const int Most = 64 * 1024 * 1024;

    /// <summary>The container, where an instance has several.</summary>
    public string? Container { get; init; }

    /// <summary>What the program reads from its standard input.</summary>
    public byte[]? Input { get; init; }

    /// <summary>How long it may take; as long as it takes without it.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The command line, for people.</summary>
    public string Description => string.Join(' ', arguments.Select(CommandText.Argument));

    /// <summary>Runs it.</summary>
    /// <param name="host">Where the instance is.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What it gave; an exit code other than 0 is no error here.</returns>
    /// <exception cref="OperationException">It could not be started, or was not over in time (<see cref="GeneralErrors.TimedOut"/>).</exception>
    public async Task<ServiceCommandResult> ExecuteAsync(IServiceHost host, ServiceInstance instance, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(instance);
        var clock = Stopwatch.StartNew();
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var input = Input is null ? null : new MemoryStream(Input, writable: false);
        var truncated = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (Timeout is { } timeout)
        {
            limit.CancelAfter(timeout);
        }

        ValueTask Keep(MemoryStream kept, ReadOnlyMemory<byte> piece)
        {
            var room = (int)Math.Min(piece.Length, Most - kept.Length);
            kept.Write(piece.Span[..room]);
            truncated |= room < piece.Length;
            return default;
        }

        try
        {
            var command = new ServiceCommand
            {
                Arguments = arguments, Container = Container, Input = input, Output = (piece, _) => Keep(output, piece), Error = (piece, _) => Keep(error, piece),
            };
            var code = await host.ExecuteAsync(instance, command, limit.Token).ConfigureAwait(false);
            return new ServiceCommandResult
            {
                Environment = instance.Environment,
                Service = instance.Service,
                Instance = instance.Instance,
                Command = arguments,
                ExitCode = code,
                Output = Lines(output),
                ErrorOutput = Lines(error),
                IsTruncated = truncated,
                Duration = clock.Elapsed,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(
                GeneralErrors.TimedOut,
                string.Create(CultureInfo.InvariantCulture, $"{Description} in {instance.Instance} was not over within {Timeout!.Value.TotalSeconds:0.###} s; it may still run there."), instance.Instance);
        }
    }

    private static string[] Lines(MemoryStream kept)
    {
        var text = Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length).Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
    }
}
