using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Commands.Web;

/// <summary>Goes the way to endpoints phase by phase (name, connection, TLS, protocol) and says where it breaks.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CivicQEndpoint")]
[OutputType(typeof(EndpointTestResult))]
[OutputType(typeof(bool))]
public sealed class TestCivicQEndpointCommand : CollectingCmdlet<string>
{
    private const int Connections = 64;
    private volatile bool failed;

    /// <summary>Creates the cmdlet.</summary>
    public TestCivicQEndpointCommand() => ThrottleLimit = Connections;

    /// <summary>The endpoints: addresses (https, http, postgresql, redis, rediss, smtp, tls, tcp) or <c>host:port</c>. Without it: the environment's own.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Endpoint")]
    [ValidateNotNullOrEmpty]
    public string[]? Uri { get; set; }

    /// <summary>The HTTP statuses that count as good; 200 to 399 without it.</summary>
    [Parameter]
    [ValidateRange(100, 599)]
    public int[]? ExpectedStatus { get; set; }

    /// <summary>The time for all phases of one endpoint; the environment's without it.</summary>
    [Parameter]
    [ValidateRange(0.01, 600)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Gives one <see langword="true"/> or <see langword="false"/> for all together.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<string>> CollectAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(Uri ?? []);

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        List<NetworkEndpoint> endpoints = [];
        foreach (var text in Batch)
        {
            try
            {
                endpoints.Add(NetworkEndpoint.Parse(text));
            }
            catch (OperationException error)
            {
                ReportError(error, error.Target);
            }
        }

        if (Batch.Count == 0)
        {
            endpoints.AddRange(await EnvironmentEndpoints.OfAsync(context, cancellationToken).ConfigureAwait(false));
        }

        var timeout = TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : context.Timeout;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ThrottleLimit, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(endpoints, options, async (endpoint, token) =>
        {
            var result = await EndpointTester.TestAsync(context, endpoint, ExpectedStatus ?? [], timeout, token).ConfigureAwait(false);
            if (!result.Passed)
            {
                failed = true;
            }

            if (!Quiet)
            {
                await WriteAsync(result, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
        {
            await WriteAsync(!failed && !HasReportedError, cancellationToken).ConfigureAwait(false);
        }
    }
}
