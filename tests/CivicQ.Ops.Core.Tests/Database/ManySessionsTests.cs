using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database;

/// <summary>Hundreds of real sessions; the benchmark "sessions" does the same with as many thousands as the machine has room for.</summary>
public class ManySessionsTests
{
    private const int Count = 400;

    [Fact]
    public async Task Hundreds_of_sessions_are_listed_and_none_is_kept_in_memory()
    {
        await using var server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            Settings = new Dictionary<string, string> { ["max_connections"] = "450", ["shared_buffers"] = "8MB", ["autovacuum"] = "off" },
        });
        var sessions = new ConcurrentBag<NpgsqlConnection>();
        try
        {
            await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, token) =>
            {
                var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString)
                {
                    ApplicationName = string.Create(CultureInfo.InvariantCulture, $"client {number}"), Timeout = 120,
                }.ConnectionString);
                sessions.Add(connection);
                await connection.OpenAsync(token);
            });
            var context = new EnvironmentContext(
                new CivicQEnvironment
                {
                    Name = "crowd",
                    Database = new DatabaseSettings { Host = server.Host, Port = server.Port, Name = "postgres", User = server.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P") },
                    TimeoutSeconds = 120,
                },
                new FixedSecrets(server.Password), NullReporter.Instance);
            var (names, seen) = await ListAsync(context);
            Assert.Equal(Count, names.Count);
            Assert.Equal(Count, seen);
        }
        finally
        {
            foreach (var session in sessions)
            {
                await session.DisposeAsync();
            }
        }
    }

    // While the last ones are still to come, those before them are garbage already.
    private static async Task<(HashSet<string> Names, int Seen)> ListAsync(EnvironmentContext context)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var objects = new List<WeakReference>();
        await foreach (var weak in WeakAsync(context, names))
        {
            objects.Add(weak);
            if (objects.Count == Count - 50)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                GC.Collect();
                Assert.InRange(objects.Count(one => one.IsAlive), 0, 10);
            }
        }

        return (names, objects.Count);
    }

    private static async IAsyncEnumerable<WeakReference> WeakAsync(EnvironmentContext context, HashSet<string> names, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var session in SessionReader.ReadAsync(context, new SessionFilter { Applications = ["client *"] }, cancellationToken))
        {
            names.Add(session.Application!);
            yield return new WeakReference(session);
        }
    }
}
