using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace CivicQ.Tests;

/// <summary>
/// A real S3 server with versions (tests/Lab/storage: OpenStack Swift's S3 API), one container for all tests of the process, on a random port
/// of loopback. Tests share it by buckets of their own (<see cref="NewName"/>). It checks signatures; the keys are <see cref="AccessKey"/> and
/// <see cref="SecretKey"/>. Where no Docker engine can run, the test is skipped with the reason (<see cref="DockerLab"/>).
/// </summary>
internal sealed class S3Lab
{
    /// <summary>The access key's identifier.</summary>
    public const string AccessKey = "civicq:key";

    /// <summary>The secret access key.</summary>
    public const string SecretKey = "civicqsecret";

    // What failed once is not tried again by every test.
    private static readonly Lazy<Task<S3Lab>> One = new(StartAsync);
    private static Process? holder;
    private Process? own;

    private S3Lab(DockerLab docker, string container, Uri endpoint) => (Docker, Container, Endpoint) = (docker, container, endpoint);

    /// <summary>The engine that it runs on.</summary>
    public DockerLab Docker { get; }

    /// <summary>The container's name.</summary>
    public string Container { get; }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>The server, started by the first who asks.</summary>
    public static Task<S3Lab> GetAsync() => One.Value;

    /// <summary>A name for a bucket that no other test has.</summary>
    public static string NewName(string word = "b") => $"{word}-{Guid.NewGuid():N}"[..Math.Min(word.Length + 13, 40)];

    /// <summary>A server of a test's own, which may be killed and started again (<see cref="KillAsync"/>, <see cref="ReviveAsync"/>): what it had on its disk stays.</summary>
    public static async Task<S3Lab> OwnAsync()
    {
        var docker = await DockerLab.GetAsync();
        var name = $"s3k-{Guid.NewGuid():N}"[..16];
        // A port that it gets again.
        var port = LoopbackServer.ClosedPort();
        await docker.DockerAsync("create", "-i", "--init", "--name", name, "-p", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}:8080"), "lab/storage:latest", "until-eof");
        var lab = new S3Lab(docker, name, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));
        await lab.ReviveAsync();
        return lab;
    }

    /// <summary>Kills it at once: nothing is flushed, closed or answered.</summary>
    public Task KillAsync() => Docker.DockerAsync("kill", "--signal", "KILL", Container);

    /// <summary>Starts it again on the same disk and port, and waits until it answers.</summary>
    public async Task ReviveAsync()
    {
        own?.Dispose();
        own = Start(Docker, ["start", "-a", "-i", Container]);
        await ReadyAsync(Docker, Container, Endpoint);
    }

    /// <summary>Removes a server of a test's own.</summary>
    public async Task RemoveAsync()
    {
        await Docker.RemoveAsync(Container);
        own?.Dispose();
    }

    // It ends with its input, which this process holds open: however the tests end, nothing runs on.
    private static Process Start(DockerLab docker, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOCKER_HOST"] = docker.Host;
        start.Environment["DOCKER_CONFIG"] = docker.ConfigFolder;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<S3Lab> StartAsync()
    {
        var docker = await DockerLab.GetAsync();
        var name = $"s3-{Guid.NewGuid():N}"[..16];
        holder = Start(docker, ["run", "-i", "--rm", "--init", "--name", name, "-p", "127.0.0.1::8080", "lab/storage:latest", "until-eof"]);
        while ((await docker.DockerAsync("ps", "-q", "--filter", $"name={name}")).Length == 0)
        {
            Assert.False(holder.HasExited, "The S3 server's container ended at once.");
            await Task.Delay(100);
        }

        var port = (await docker.DockerAsync(["port", name, "8080/tcp"])).Split('\n')[0].Split(':')[^1];
        var endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        await ReadyAsync(docker, name, endpoint);
        return new S3Lab(docker, name, endpoint);
    }

    private static async Task ReadyAsync(DockerLab docker, string name, Uri endpoint)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromMinutes(2);)
        {
            try
            {
                // The whole chain, to the disk: a token of Swift's own API, and with it the account.
                using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, "auth/v1.0"));
                question.Headers.TryAddWithoutValidation("X-Auth-User", AccessKey);
                question.Headers.TryAddWithoutValidation("X-Auth-Key", SecretKey);
                using var signed = await client.SendAsync(question);
                if (signed.StatusCode == HttpStatusCode.OK)
                {
                    using var account = new HttpRequestMessage(HttpMethod.Put, new Uri(endpoint, "v1/AUTH_civicq/ready"));
                    account.Headers.TryAddWithoutValidation("X-Auth-Token", signed.Headers.GetValues("X-Auth-Token").Single());
                    using var made = await client.SendAsync(account);
                    if (made.IsSuccessStatusCode)
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
            }

            await Task.Delay(200);
        }

        throw new TimeoutException("The S3 server did not become ready: " + await docker.DockerAsync(["exec", name, "cat", "/tmp/proxy.log"]));
    }
}
