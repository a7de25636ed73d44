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

    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static S3Lab? one;
    private static Process? holder;

    private S3Lab(DockerLab docker, string container, Uri endpoint) => (Docker, Container, Endpoint) = (docker, container, endpoint);

    /// <summary>The engine that it runs on.</summary>
    public DockerLab Docker { get; }

    /// <summary>The container's name.</summary>
    public string Container { get; }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>The server, started by the first who asks.</summary>
    public static async Task<S3Lab> GetAsync()
    {
        var docker = await DockerLab.GetAsync();
        await Gate.WaitAsync();
        try
        {
            return one ??= await StartAsync(docker);
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>A name for a bucket that no other test has.</summary>
    public static string NewName(string word = "b") => $"{word}-{Guid.NewGuid():N}"[..Math.Min(word.Length + 13, 40)];

    private static async Task<S3Lab> StartAsync(DockerLab docker)
    {
        var name = $"s3-{Guid.NewGuid():N}"[..16];
        // It ends with its input, which this process holds open: however the tests end, nothing stays.
        var start = new ProcessStartInfo(
            "docker", ["run", "-i", "--rm", "--init", "--name", name, "-p", "127.0.0.1::8080", "lab/storage:latest", "until-eof"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOCKER_HOST"] = docker.Host;
        start.Environment["DOCKER_CONFIG"] = docker.ConfigFolder;
        holder = Process.Start(start)!;
        holder.BeginOutputReadLine();
        holder.BeginErrorReadLine();
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
        for (var i = 0; i < 600; i++)
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
