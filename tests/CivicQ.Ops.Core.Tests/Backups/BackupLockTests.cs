using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups;

/// <summary>The lock that keeps a second backup or restore off a database.</summary>
[Collection(BackupCollection.Name)]
public sealed class BackupLockTests(BackupFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task It_is_free_as_soon_as_it_is_let_go_of()
    {
        var first = await DatabaseConnector.OpenAsync(fixture.Context("postgres", null), "postgres", CancellationToken.None);
        await using var second = await DatabaseConnector.OpenAsync(fixture.Context("postgres", null), "postgres", CancellationToken.None);
        // A session that has much to tidy up at its end lets go of its locks late.
        await using (var tidy = new NpgsqlCommand("DO $$ BEGIN FOR i IN 1..500 LOOP EXECUTE format('CREATE TEMP TABLE t%s (id int PRIMARY KEY)', i); END LOOP; END $$", first))
        {
            await tidy.ExecuteNonQueryAsync();
        }

        await BackupLock.TakeAsync(first, LockNumbers.Restore, Limit, CancellationToken.None);
        var busy = await Assert.ThrowsAsync<OperationException>(() => BackupLock.TakeAsync(second, LockNumbers.Restore, Limit, CancellationToken.None));
        Assert.Equal(BackupErrors.Busy, busy.Definition);
        await BackupLock.EndAsync(first, LockNumbers.Restore);
        await BackupLock.TakeAsync(second, LockNumbers.Restore, Limit, CancellationToken.None);
    }

    [Fact]
    public async Task No_question_of_one_row_is_cancelled()
    {
        await using var proxy = new CuttingProxy(fixture.Server.Port);
        var connection = await DatabaseConnector.OpenAsync(fixture.Context("postgres", null, port: proxy.Port), "postgres", CancellationToken.None);
        await BackupLock.TakeAsync(connection, LockNumbers.Restore, Limit, CancellationToken.None);
        await LastingSession.EnsureAliveAsync(connection, Limit, CancellationToken.None);
        await BackupLock.EndAsync(connection, LockNumbers.Restore);
        // A cancellation comes by a connection of its own.
        Assert.Equal(1, proxy.Accepted);
    }
}
