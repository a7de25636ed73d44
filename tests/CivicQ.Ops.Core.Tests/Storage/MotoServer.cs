using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Storage;

/// <summary>An S3 server for the tests of a class, where moto is installed.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    private Process? process;

    public Uri Endpoint { get; private set; } = null!;

    public bool IsInstalled => process is not null;

    public async Task InitializeAsync()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/root/.pyenv/shims");
        if (folders.Select(folder => Path.Combine(folder, "moto_server")).FirstOrDefault(File.Exists) is not { } program)
        {
            return;
        }

        var port = LabPort.Free();
        Endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-H");
        start.ArgumentList.Add("127.0.0.1");
        start.ArgumentList.Add("-p");
        start.ArgumentList.Add(port.ToString(CultureInfo.InvariantCulture));
        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        for (var i = 0; i < 300; i++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Endpoint, "moto-api/"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100);
            }
        }

        throw new TimeoutException("moto_server did not start within 30 s.");
    }

    public async Task DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
