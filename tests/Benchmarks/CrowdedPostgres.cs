using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CivicQ.Benchmarks;

/// <summary>A PostgreSQL of its own with thousands of real, idle sessions: sockets that have logged in and say nothing more.</summary>
internal sealed class CrowdedPostgres : IAsyncDisposable
{
    private const int Startup = 196608;
    private readonly List<Socket> clients = [];
    private readonly string folder;
    private readonly string programs;

    private CrowdedPostgres(string folder, string programs, int port) => (this.folder, this.programs, Port) = (folder, programs, port);

    public int Port { get; }

    /// <summary>How many sessions are open.</summary>
    public int Count => clients.Count;

    /// <summary>How much memory the machine has left, in bytes.</summary>
    public static long Available => 1024 * long.Parse(
        File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    public static async Task<CrowdedPostgres> StartAsync(string parent, int maximum)
    {
        var programs = Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).First();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var server = new CrowdedPostgres(Directory.CreateDirectory(Path.Combine(parent, "crowd")).FullName, programs, ((IPEndPoint)free.LocalEndpoint).Port);
        free.Stop();
        if (Environment.UserName == "root")
        {
            await Shell.RunAsync("chown", ["postgres", server.folder]).ConfigureAwait(false);
        }

        await server.RunAsync("initdb", "-D", server.Data, "-A", "trust", "-N", "-U", "postgres", "--locale=C").ConfigureAwait(false);
        await File.AppendAllTextAsync(Path.Combine(server.Data, "postgresql.conf"), $"""

            port = {server.Port}
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = {maximum + 50}
            shared_buffers = 8MB
            max_locks_per_transaction = 10
            max_pred_locks_per_transaction = 10
            max_wal_senders = 0
            wal_level = minimal
            autovacuum = off
            fsync = off
            dynamic_shared_memory_type = mmap
            """).ConfigureAwait(false);
        await server.RunAsync("pg_ctl", "start", "-s", "-w", "-D", server.Data, "-l", Path.Combine(server.folder, "log")).ConfigureAwait(false);
        return server;
    }

    /// <summary>Opens sessions until there are so many, or the machine's memory runs short.</summary>
    public async Task FillAsync(int count, long keepFree)
    {
        while (clients.Count < count && Available > keepFree)
        {
            var number = clients.Count;
            clients.AddRange(await Task.WhenAll(Enumerable.Range(number, Math.Min(25, count - number)).Select(OpenAsync)).ConfigureAwait(false));
        }
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(client => client.Dispose());
        await RunAsync("pg_ctl", "stop", "-s", "-m", "immediate", "-D", Data).ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);
    }

    private string Data => Path.Combine(folder, "data");

    private async Task<Socket> OpenAsync(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port).ConfigureAwait(false);
        var text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"user\0postgres\0database\0postgres\0application_name\0client {number}\0\0"));
        var message = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), Startup);
        text.CopyTo(message, 8);
        await socket.SendAsync(message).ConfigureAwait(false);
        // Up to ReadyForQuery, idle.
        var answer = new List<byte>();
        var buffer = new byte[4096];
        while (!answer.TakeLast(6).SequenceEqual("Z\0\0\0\u0005I"u8.ToArray()))
        {
            var read = await socket.ReceiveAsync(buffer).ConfigureAwait(false);
            if (read == 0)
            {
                throw new InvalidOperationException($"Session {number} was refused: {Encoding.UTF8.GetString(answer.ToArray())}");
            }

            answer.AddRange(buffer.AsSpan(0, read).ToArray());
        }

        return socket;
    }

    private Task<string> RunAsync(string program, params string[] arguments) => Environment.UserName == "root"
        ? Shell.RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", Path.Combine(programs, program), .. arguments])
        : Shell.RunAsync(Path.Combine(programs, program), arguments);
}
