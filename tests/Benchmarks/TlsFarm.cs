using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CivicQ.Benchmarks;

/// <summary>An nginx that serves TLS on many ports of loopback.</summary>
internal sealed class TlsFarm : IAsyncDisposable
{
    private readonly string[] nginx;
    private readonly string folder;

    private TlsFarm(string[] nginx, string folder, IReadOnlyList<int> ports)
    {
        this.nginx = nginx;
        this.folder = folder;
        Ports = ports;
    }

    public IReadOnlyList<int> Ports { get; }

    public static async Task<TlsFarm> StartAsync(int count, string parent)
    {
        var folder = Directory.CreateDirectory(Path.Combine(parent, "nginx")).FullName;
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
            await File.WriteAllTextAsync(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem()).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem()).ConfigureAwait(false);
        }

        var ports = FreePorts(count);
        var listens = string.Concat(ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{port} ssl; ")));
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            worker_processes 1; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 4096; }
            http {
              access_log off; ssl_protocols TLSv1.2 TLSv1.3;
              server { {{listens}} ssl_certificate {{folder}}/certificate.pem; ssl_certificate_key {{folder}}/key.pem; return 204; }
            }
            """).ConfigureAwait(false);
        string[] arguments = ["-c", Path.Combine(folder, "nginx.conf"), "-e", Path.Combine(folder, "error.log")];
        var program = Shell.Find("nginx") ?? (File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : throw new InvalidOperationException("nginx is not installed."));
        await Shell.RunAsync(program, arguments).ConfigureAwait(false);
        return new TlsFarm([program, .. arguments], folder, ports);
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync(nginx[0], [.. nginx[1..], "-s", "stop"]).ConfigureAwait(false);
        while (File.Exists(Path.Combine(folder, "pid")))
        {
            await Task.Delay(50).ConfigureAwait(false);
        }
    }

    private static List<int> FreePorts(int count)
    {
        var held = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        held.ForEach(listener => listener.Start());
        var ports = held.ConvertAll(listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        held.ForEach(listener => listener.Dispose());
        return ports;
    }
}
