using System.Net.Sockets;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

public sealed class DockerFailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));

    public void Dispose()
    {
        folder.Dispose();
        limit.Dispose();
    }

    [Fact]
    public async Task A_daemon_that_is_absent_is_unreachable()
    {
        foreach (var address in (string[])[$"unix://{folder.File("none.sock")}", $"tcp://127.0.0.1:{LoopbackServer.ClosedPort()}"])
        {
            var error = await FailAsync(address);
            Assert.Equal(DockerErrors.Unreachable, error.Definition);
            Assert.Contains(address, error.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task A_socket_that_nobody_serves_and_a_file_that_is_none_are_unreachable()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such sockets for Docker.");
        File.WriteAllText(folder.File("file.sock"), "");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(folder.File("dead.sock")));
        }

        Assert.Equal(DockerErrors.Unreachable, (await FailAsync($"unix://{folder.File("file.sock")}")).Definition);
        Assert.Equal(DockerErrors.Unreachable, (await FailAsync($"unix://{folder.File("dead.sock")}")).Definition);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_in_time_and_at_once_when_cancelled()
    {
        await using var server = LoopbackServer.Silent();
        var address = $"tcp://127.0.0.1:{server.Port}";
        Assert.Equal(DockerErrors.TimedOut, (await FailAsync(address, TimeSpan.FromMilliseconds(300))).Definition);

        using var stop = new CancellationTokenSource();
        using var client = DockerClient.Create(new DockerOptions { Host = address, Timeout = TimeSpan.FromMinutes(10) });
        var asking = client.GetEngineAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", "DockerAnswerInvalid")]
    [InlineData("HTTP/1.1 200 OK\r\nApi-Version: 1.24\r\nContent-Length: 2\r\n\r\nOK", "DockerVersionUnsupported")]
    [InlineData("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 5\r\n\r\n<htm>", "DockerAnswerInvalid")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 24\r\n\r\n{\"message\":\"authz: no\"}\r\n", "DockerDenied")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops", "DockerRequestFailed")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "DockerConnectionLost")]
    public async Task Another_server_is_not_taken_for_an_engine(string answer, string expected)
    {
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, token) > 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), token);
            }
        });

        Assert.Equal(expected, (await FailAsync($"tcp://127.0.0.1:{server.Port}")).Definition.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_ends_as_if_the_output_were_over_is_no_whole_output(bool whole)
    {
        var asked = 0;
        // A tunnel that is shut between two frames, while the program runs on for a while.
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            var buffer = new byte[4096];
            int read;
            while ((read = await stream.ReadAsync(buffer, token)) > 0)
            {
                var path = Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1];
                if (path.EndsWith("/start", StringComparison.Ordinal))
                {
                    await stream.WriteAsync("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\x01\0\0\0\0\0\0\x04part"u8.ToArray(), token);
                    return;
                }

                var running = whole || asked++ < 3;
                var body = path.EndsWith("/json", StringComparison.Ordinal) ? running ? """{"Running":true,"ExitCode":null}""" : """{"Running":false,"ExitCode":0}""" : """{"Id":"e"}""";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: {body.Length}\r\n\r\n{body}"), token);
            }
        });
        using var client = DockerClient.Create(new DockerOptions { Host = $"tcp://127.0.0.1:{server.Port}" });
        var output = "";
        var command = new ServiceCommand
        {
            Arguments = ["pg_dump"], EndsWithOutput = whole, Error = (_, _) => default,
            Output = (bytes, _) =>
            {
                output += Encoding.ASCII.GetString(bytes.Span);
                return default;
            },
        };
        if (whole)
        {
            var error = await Assert.ThrowsAsync<OperationException>(() => client.ExecuteAsync("c", command, limit.Token));
            Assert.Equal(DockerErrors.ConnectionLost, error.Definition);
            Assert.Contains("the program runs on", error.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(0, await client.ExecuteAsync("c", command, limit.Token));
        }

        Assert.Equal("part", output);
    }

    [Theory]
    [InlineData("1.40", "/v1.40/")]
    [InlineData("1.99", "/v1.47/")]
    public async Task The_version_is_the_newest_that_both_know(string offered, string expected)
    {
        var asked = new List<string>();
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            var buffer = new byte[4096];
            int read;
            while ((read = await stream.ReadAsync(buffer, token)) > 0)
            {
                asked.Add(Encoding.ASCII.GetString(buffer, 0, read).Split(' ')[1]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nApi-Version: {offered}\r\nContent-Length: 2\r\n\r\n[]"), token);
            }
        });
        using var client = DockerClient.Create(new DockerOptions { Host = $"tcp://127.0.0.1:{server.Port}" });

        Assert.Empty(await client.ListContainersAsync([], limit.Token));
        Assert.Equal("/_ping", asked[0]);
        Assert.StartsWith(expected, asked[1], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_account_without_rights_is_told_so()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Skip.If(true, "Another account can be played by root alone.");
            return;
        }

        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = folder.File("closed.sock");
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Equal("DockerDenied", await OtherAccount.AskAsync($"unix://{path}", folder.Path));
    }

    [SkippableFact]
    public async Task A_daemon_that_is_restarted_while_a_log_is_followed_breaks_the_stream_and_serves_again()
    {
        var lab = await DockerLab.OwnAsync();
        try
        {
            var name = await lab.RunAsync("i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done", "--network", "none");
            using var client = DockerClient.Create(new DockerOptions { Host = lab.Host, Timeout = TimeSpan.FromMinutes(1) });
            var seen = new List<LogLine>();
            var following = Task.Run(async () =>
            {
                await foreach (var line in client.ReadLogAsync(name, new LogQuery { Follow = true }, limit.Token))
                {
                    seen.Add(line);
                }
            });
            while (Volatile.Read(ref seen).Count < 3)
            {
                await Task.Delay(50, limit.Token);
            }

            await lab.RestartAsync();

            Assert.Equal(DockerErrors.ConnectionLost, (await Assert.ThrowsAsync<OperationException>(() => following)).Definition);
            // The same client goes on, from the very line.
            await foreach (var line in client.ReadLogAsync(name, new LogQuery { Follow = true, Since = seen[^1].Time }, limit.Token))
            {
                if (line.Time > seen[^1].Time)
                {
                    Assert.Equal(int.Parse(seen[^1].Text, System.Globalization.CultureInfo.InvariantCulture) + 1, int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                }
            }
        }
        finally
        {
            await lab.StopAsync();
        }
    }

    [SkippableFact]
    public async Task Certificates_open_an_engine_on_TCP()
    {
        var port = LoopbackServer.ClosedPort();
        DockerCertificates.Write(folder.Path);
        using (var other = new TemporaryFolder())
        {
            DockerCertificates.Write(other.Path);
            var lab = await DockerLab.OwnAsync(("CIVICQ_LAB_TLS", $"{port}:{folder.Path}"));
            try
            {
                using var client = DockerClient.Create(new DockerOptions { Host = $"tcp://127.0.0.1:{port}", CertificateFolder = folder.Path, Timeout = TimeSpan.FromMinutes(1) });
                Assert.Equal(DockerEndpointKind.Tls, client.Endpoint.Kind);
                var name = await lab.RunAsync("while :; do sleep 1; done", "--network", "none");
                Assert.Equal(name, Assert.Single(await client.ListContainersAsync([], limit.Token)).Name);
                // A stream that the engine handed over is closed in one direction alone, over TLS too.
                var output = new MemoryStream();
                var code = await client.ExecuteAsync(
                    name, new ServiceCommand { Arguments = ["wc", "-c"], Input = new MemoryStream(new byte[100_000]), Output = output.WriteAsync, Error = output.WriteAsync }, limit.Token);
                Assert.Equal((0, "100000\n"), (code, Encoding.ASCII.GetString(output.ToArray())));

                // An authority that is not the engine's, no client certificate, and no TLS at all.
                Assert.Equal(DockerErrors.TlsFailed, (await FailAsync($"tcp://127.0.0.1:{port}", folder: other.Path)).Definition);
                File.Delete(Path.Combine(other.Path, "cert.pem"));
                File.Copy(Path.Combine(folder.Path, "ca.pem"), Path.Combine(other.Path, "ca.pem"), overwrite: true);
                Assert.Contains((await FailAsync($"tcp://127.0.0.1:{port}", folder: other.Path)).Definition, (ErrorDefinition[])[DockerErrors.TlsFailed, DockerErrors.ConnectionLost]);
                Assert.Equal(DockerErrors.RequestFailed, (await FailAsync($"tcp://127.0.0.1:{port}")).Definition);
            }
            finally
            {
                await lab.StopAsync();
            }
        }
    }

    private async Task<OperationException> FailAsync(string address, TimeSpan? timeout = null, string? folder = null)
    {
        using var client = DockerClient.Create(new DockerOptions { Host = address, Timeout = timeout ?? TimeSpan.FromSeconds(30), CertificateFolder = folder });
        return await Assert.ThrowsAsync<OperationException>(() => client.GetEngineAsync(limit.Token));
    }
}
