using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Core.Procedures.Migrations;

/// <summary>Finds where an environment's Alembic is: on this machine, or in a ready instance of the service that has it.</summary>
public static class MigrationPlaces
{
    /// <summary>Finds it, works there, and leaves it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="work">The work; it gets <see langword="null"/> where the environment has no <c>database.migrations</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException">One of <see cref="ServiceErrors"/> or of the platform's own.</exception>
    public static async Task UseAsync(EnvironmentContext context, Func<AlembicPlace?, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var place = await OpenAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            await work(place).ConfigureAwait(false);
        }
        finally
        {
            if (place is not null)
            {
                await place.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Finds it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The place, to be disposed of; <see langword="null"/> where the environment has no <c>database.migrations</c>.</returns>
    /// <exception cref="OperationException">One of <see cref="ServiceErrors"/> or of the platform's own.</exception>
    internal static async Task<AlembicPlace?> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Environment.Database?.Migrations is not { } settings)
        {
            return null;
        }

        if (settings.Service is not { } name)
        {
            return new LocalAlembic(settings);
        }

        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            var ready = await ServiceHosts.ReadyInstanceAsync(host, name, "Alembic", cancellationToken).ConfigureAwait(false);
            context.Reporter.Verbose($"{context.Name}: Alembic is in {ready.Instance}.");
            return new ServiceAlembic(settings, host, ready);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
