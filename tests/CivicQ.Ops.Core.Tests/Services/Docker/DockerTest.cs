using System.Text;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

/// <summary>What tests against a real engine share: its client, and containers that are gone afterwards.</summary>
public abstract class DockerTest : IAsyncLifetime
{
    /// <summary>Does nothing, and stops at once when it is told to.</summary>
    private protected const string Idle = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done";

    private readonly List<string> containers = [];
    private readonly CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));

    private protected DockerLab Lab { get; private set; } = null!;

    private protected IDockerClient Client { get; private set; } = null!;

    /// <summary>Ends whatever hangs.</summary>
    private protected CancellationToken Token => limit.Token;

    public virtual async Task InitializeAsync()
    {
        Lab = await DockerLab.GetAsync();
        Client = DockerClient.Create(new DockerOptions { Host = Lab.Host, Timeout = TimeSpan.FromMinutes(1) });
    }

    public virtual async Task DisposeAsync()
    {
        if (containers.Count > 0)
        {
            await Lab.RemoveAsync(containers);
        }

        Client?.Dispose();
        limit.Dispose();
    }

    private protected async Task<string> RunAsync(string script, params IReadOnlyList<string> options)
    {
        var name = await Lab.RunAsync(script, options);
        containers.Add(name);
        return name;
    }

    private protected async Task<List<LogLine>> LogAsync(string container, LogQuery query)
    {
        var lines = new List<LogLine>();
        await foreach (var line in Client.ReadLogAsync(container, query, Token))
        {
            lines.Add(line);
        }

        return lines;
    }

    private protected async Task<(int Code, string Output, string Error)> ExecuteAsync(string container, Stream? input, params IReadOnlyList<string> arguments)
    {
        var (output, error) = (new MemoryStream(), new MemoryStream());
        var code = await Client.ExecuteAsync(container, new ServiceCommand { Arguments = arguments, Input = input, Output = output.WriteAsync, Error = error.WriteAsync }, Token);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
