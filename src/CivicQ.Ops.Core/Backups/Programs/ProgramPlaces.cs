using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Hosts;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>Finds where an environment's PostgreSQL programs are run.</summary>
internal static class ProgramPlaces
{
    /// <summary>Opens the place: on this machine, or in a ready instance of <c>backups.service</c>.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The place, to be disposed of.</returns>
    /// <exception cref="OperationException">One of <see cref="ServiceErrors"/> or of the platform's own, or a secret that cannot be read.</exception>
    public static async Task<IProgramPlace> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var address = await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        var settings = context.Environment.Backups;
        if (settings?.Service is not { } name)
        {
            return new LocalPrograms(settings?.Programs, address);
        }

        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        try
        {
            var ready = await ServiceHosts.ReadyInstanceAsync(host, name, "pg_dump", cancellationToken).ConfigureAwait(false);
            context.Reporter.Verbose($"{context.Name}: PostgreSQL's programs are run in {ready.Instance}.");
            return new ServicePrograms(context, host, ready, address.Username);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
