using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Sees to it that the copies which VACUUM FULL makes fit on the server's disk.</summary>
internal static class DiskRoom
{
    /// <summary>Refuses where the largest copies that may exist at once do not fit.</summary>
    /// <exception cref="OperationException"><c>MaintenanceDiskRoomMissing</c>, <c>MaintenanceDiskRoomUnknown</c>.</exception>
    public static async Task CheckAsync(
        MaintenanceServer server, MaintenanceControl control, IReadOnlyList<MaintenanceTable> tables, VacuumOptions options, CancellationToken cancellationToken)
    {
        var connection = control.Connection.Inner;
        if (tables.FirstOrDefault(table => !table.IsSizeKnown) is { } unknown)
        {
            throw new OperationException(
                MaintenanceErrors.DiskRoomUnknown,
                $"How much room VACUUM FULL needs for a copy of {unknown.FullName} cannot be told: somebody has it locked, and it was never vacuumed. Wait, or leave it out.", unknown.FullName);
        }

        foreach (var group in tables.GroupBy(table => table.Tablespace))
        {
            var largest = group.OrderByDescending(Size).Take(Math.Max(1, options.Limits.Parallel)).ToList();
            var needed = largest.Sum(Size);
            var free = options.AvailableBytes ?? await ServerDisk.FreeAsync(server.Host, connection, group.Key, cancellationToken).ConfigureAwait(false);
            var names = string.Join(", ", largest.Select(table => table.FullName));
            if (free is null)
            {
                throw new OperationException(
                    MaintenanceErrors.DiskRoomUnknown,
                    $"VACUUM FULL needs room for copies of {names}, {Measure.Bytes(needed)}, and how much the disk of {server.Address} has cannot be seen from here.", server.Address);
            }

            if (free < needed)
            {
                throw new OperationException(
                    MaintenanceErrors.DiskRoomMissing,
                    $"VACUUM FULL needs {Measure.Bytes(needed)} for copies of {names}, and the disk of {server.Address} has {Measure.Bytes(free.Value)} left.", server.Address);
            }
        }
    }

    private static long Size(MaintenanceTable table) => Math.Max(table.Bytes ?? 0, table.KnownBytes);
}
