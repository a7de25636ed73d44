using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace CivicQ.Ops.Tests.Support;

/// <summary>A Redis of one test's own, with a password; its settings come by standard input, where no other process sees them.</summary>
internal sealed class OwnRedis : IDisposable
{
    private readonly Process process;

    private OwnRedis(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public static async Task<OwnRedis> StartAsync(string folder, string password)
    {
        var port = LoopbackServer.ClosedPort();
        var process = Process.Start(new ProcessStartInfo("redis-server", ["-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await process.StandardInput.WriteAsync(string.Create(
            CultureInfo.InvariantCulture, $"bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave \"\"\nrepl-diskless-sync-delay 0\n"));
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, limit.Token);
                return new OwnRedis(process, port);
            }
            catch (SocketException)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
