using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Database.Pooling;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Migrations;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>
/// Tests whether an environment's definition is right: references lead to secrets, names to addresses, ports answer, the database lets
/// the role in. Parts are tested side by side; in each the first failure ends it, for what follows would only repeat it.
/// </summary>
public static class EnvironmentTest
{
    /// <summary>Tests an environment.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <returns>The results of a part at a time, as parts are done.</returns>
    public static async IAsyncEnumerable<EnvironmentTestResult> RunAsync(
        EnvironmentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var running = Parts(context).Select(part => TestAsync(part.Component, part.Steps, context, cancellationToken)).ToList();
        if (running.Count == 0)
        {
            yield return Failure(
                context, "Definition", "Definition", context.Environment.Source,
                new OperationException(EnvironmentErrors.ComponentNotConfigured, "The environment has no part that could be tested."));
        }

        while (running.Count > 0)
        {
            var finished = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(finished);
            foreach (var result in await finished.ConfigureAwait(false))
            {
                yield return result;
            }
        }
    }

    /// <summary>The result that a complaint about the file is.</summary>
    /// <param name="complaint">The complaint.</param>
    /// <returns>The result, not passed.</returns>
    public static EnvironmentTestResult Of(EnvironmentComplaint complaint) => new()
    {
        Environment = complaint.Environment ?? "",
        Component = "Definition",
        Check = "Definition",
        Target = complaint.Line > 0 ? $"{complaint.File}:{complaint.Line}" : complaint.File,
        Passed = false,
        Detail = complaint.Reason,
        ErrorId = complaint.Definition.Id,
        NextStep = complaint.Definition.RecommendedAction,
    };

    private static IEnumerable<(string Component, Func<CancellationToken, IAsyncEnumerable<TestStep>> Steps)> Parts(EnvironmentContext context)
    {
        var environment = context.Environment;
        if (environment.Api is { } api)
        {
            yield return ("Api", token => EndpointAsync(context, api.Url, [api.AdminToken], token));
        }

        if (environment.Site is { } site)
        {
            yield return ("Site", token => EndpointAsync(context, site.Url, [], token));
        }

        if (environment.Services is not null)
        {
            yield return ("Services", token => ServicesAsync(context, token));
        }

        if (environment.Database is { } database)
        {
            yield return ("Database", token => DatabaseAsync(context, token));
            if (database.Pooler is { } pooler)
            {
                yield return ("Pooler", token => PoolerAsync(context, pooler, token));
            }

            if (database.Migrations is { } migrations)
            {
                yield return ("Migrations", token => MigrationsAsync(context, migrations, token));
            }
        }

        if (environment.Cache is { } cache)
        {
            yield return ("Cache", token => RedisAsync(context, cache, token));
        }

        if (environment.Queue?.Broker is { } broker)
        {
            yield return ("Broker", token => RedisAsync(context, broker, token));
        }

        if (environment.Storage is { } storage)
        {
            yield return ("Storage", token => EndpointAsync(context, storage.Endpoint, [storage.AccessKey, storage.SecretKey], token));
        }

        if (environment.Backups is { } backups)
        {
            yield return ("Backups", token => BackupSteps.PlacesAsync(context, backups, token));
            if (backups.WalArchive is { } archive && environment.Database is not null)
            {
                yield return ("WalArchive", token => BackupSteps.WalAsync(context, archive, token));
            }
        }
    }

    private static async Task<List<EnvironmentTestResult>> TestAsync(
        string component, Func<CancellationToken, IAsyncEnumerable<TestStep>> steps, EnvironmentContext context, CancellationToken cancellationToken)
    {
        var results = new List<EnvironmentTestResult>();
        var clock = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(context.Timeout);
        var step = new TestStep("Definition", context.Environment.Source, null);
        try
        {
            await foreach (var next in steps(limit.Token).WithCancellation(limit.Token).ConfigureAwait(false))
            {
                step = next;
                if (next.Run is { } run)
                {
                    var detail = await run().WaitAsync(limit.Token).ConfigureAwait(false);
                    results.Add(Result(context, component, next, detail, clock));
                }

                clock.Restart();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            results.Add(Failure(context, component, step.Check, step.Target, new OperationException(
                GeneralErrors.TimedOut, FormattableString.Invariant($"{step.Target}: no answer within {context.Timeout.TotalSeconds:0.###} s."))) with { Duration = clock.Elapsed });
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            results.Add(Failure(context, component, step.Check, step.Target, error) with { Duration = clock.Elapsed });
        }

        return results;
    }

    private static async IAsyncEnumerable<TestStep> EndpointAsync(
        EnvironmentContext context, Uri? address, IReadOnlyList<SecretReference?> secrets,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var secret in secrets.OfType<SecretReference>())
        {
            yield return Secret(context, secret, cancellationToken);
        }

        if (address is not null)
        {
            yield return Name(address.Host, cancellationToken);
            yield return Port(address.Host, address.Port, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<TestStep> DatabaseAsync(
        EnvironmentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var database = context.Environment.Database!;
        foreach (var secret in new[] { database.Url, database.Password }.OfType<SecretReference>())
        {
            yield return Secret(context, secret, cancellationToken);
        }

        // What the address is can be told only when its secret has been read.
        yield return new TestStep("Definition", "database", null);
        var settings = await DatabaseAddress.FirstAsync(context, cancellationToken).ConfigureAwait(false);
        var host = settings.Host ?? "localhost";
        if (!Path.IsPathRooted(host))
        {
            yield return Name(host, cancellationToken);
            yield return Port(host, settings.Port, cancellationToken);
        }

        yield return new TestStep("Login", $"{settings.Username}@{host}:{settings.Port}/{settings.Database}", async () =>
        {
            await using var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
            return $"PostgreSQL {connection.PostgreSqlVersion} lets the role in.";
        });
    }

    private static async IAsyncEnumerable<TestStep> PoolerAsync(
        EnvironmentContext context, PoolerSettings pooler, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (pooler.Password is { } password)
        {
            yield return Secret(context, password, cancellationToken);
        }

        if (!Path.IsPathRooted(pooler.Host))
        {
            yield return Name(pooler.Host, cancellationToken);
            yield return Port(pooler.Host, pooler.Port, cancellationToken);
        }

        yield return new TestStep("Login", $"{pooler.User}@{pooler.Host}:{pooler.Port}/{PoolConsole.Name}", async () =>
        {
            await using var console = await PoolConsole.OpenAsync(context, cancellationToken).ConfigureAwait(false);
            return $"PgBouncer {console.Version} lets the user into its console.";
        });
    }

    private static async IAsyncEnumerable<TestStep> ServicesAsync(EnvironmentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        yield return new TestStep("List", host.Address, async () =>
        {
            var services = await host.GetServicesAsync(cancellationToken).ConfigureAwait(false);
            return services.Count > 0
                ? $"{host.Platform} has {services.Count} services: {string.Join(", ", services.Select(service => service.Service))}."
                : throw new OperationException(ServiceErrors.NotFound, $"{host.Address} answers, and has no services: is it the right one?", host.Address);
        });
    }

    private static async IAsyncEnumerable<TestStep> MigrationsAsync(EnvironmentContext context, MigrationSettings migrations, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AlembicPlace? place = null;
        AlembicProject? project = null;
        try
        {
            yield return new TestStep("Scripts", migrations.Folder, async () =>
            {
                place = await MigrationPlaces.OpenAsync(context, cancellationToken).ConfigureAwait(false);
                project = await Task.Run(() => place!.ReadAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                var graph = new MigrationGraph(project.Scripts);
                return $"{graph.Ordered.Count} revisions; the last is {string.Join(", ", graph.Heads)}.";
            });
            yield return new TestStep("Program", migrations.Program, async () => place?.Instance is { } instance
                ? $"Alembic is {migrations.Program} in {instance}{await VersionAsync(place, project!, cancellationToken).ConfigureAwait(false)}."
                : ProgramFinder.Find(migrations.Program) is { } path
                    ? $"Alembic is {path}."
                    : throw new OperationException(MigrationErrors.ProgramNotInstalled, $"'{migrations.Program}' is not on the PATH, nor a file that can be run.", migrations.Program));
        }
        finally
        {
            if (place is not null)
            {
                await place.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<string> VersionAsync(AlembicPlace place, AlembicProject project, CancellationToken cancellationToken)
    {
        var said = "";
        var code = await place.RunAsync(project, ["--version"], new Dictionary<string, string>(), (line, _) => said = line, cancellationToken).ConfigureAwait(false);
        return code == 0 ? $" ({said})" : throw new OperationException(MigrationErrors.Failed, $"'{project.Program} --version' in {place.Instance} ended with code {code}: {said}", project.Program);
    }

    private static async IAsyncEnumerable<TestStep> RedisAsync(
        EnvironmentContext context, RedisSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var secret in new[] { settings.Url, settings.Password }.OfType<SecretReference>())
        {
            yield return Secret(context, secret, cancellationToken);
        }

        yield return new TestStep("Definition", "url", null);
        var (host, port) = (settings.Host ?? "localhost", settings.Port);
        if (settings.Url is { } url)
        {
            var text = await context.Secrets.ResolveAsync(url, cancellationToken).ConfigureAwait(false);
            if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss"))
            {
                // The address may hold the password, so it is not repeated.
                throw new OperationException(EnvironmentErrors.ValueInvalid, $"{url} does not hold a redis:// address.", url.ToString());
            }

            (host, port) = (uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : 6379);
        }

        yield return Name(host, cancellationToken);
        yield return Port(host, port, cancellationToken);
    }

    private static TestStep Secret(EnvironmentContext context, SecretReference secret, CancellationToken cancellationToken) =>
        new("Secret", secret.ToString(), async () =>
        {
            await context.Secrets.ResolveAsync(secret, cancellationToken).ConfigureAwait(false);
            return "The reference leads to a secret.";
        });

    private static TestStep Name(string host, CancellationToken cancellationToken) => new("Name", host, async () =>
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        return $"The name leads to {string.Join(", ", addresses.Select(address => address.ToString()))}.";
    });

    private static TestStep Port(string host, int port, CancellationToken cancellationToken) => new("Port", $"{host}:{port}", async () =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        return "The port answers.";
    });

    private static EnvironmentTestResult Result(EnvironmentContext context, string component, TestStep step, string detail, Stopwatch clock) => new()
    {
        Environment = context.Name,
        Component = component,
        Check = step.Check,
        Target = step.Target,
        Passed = true,
        Detail = detail,
        Duration = clock.Elapsed,
    };

    private static EnvironmentTestResult Failure(EnvironmentContext context, string component, string check, string target, Exception error)
    {
        var definition = (error as OperationException)?.Definition ?? error switch
        {
            SocketException when check == "Name" => NetworkErrors.DnsFailed,
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => NetworkErrors.ConnectionRefused,
            SocketException => NetworkErrors.Unreachable,
            _ => GeneralErrors.Unexpected,
        };
        return new EnvironmentTestResult
        {
            Environment = context.Name,
            Component = component,
            Check = check,
            Target = target,
            Passed = false,
            Detail = error.Message,
            ErrorId = definition.Id,
            NextStep = definition.RecommendedAction,
        };
    }
}
