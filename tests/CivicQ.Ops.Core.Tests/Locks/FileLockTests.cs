using System.Diagnostics;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Tests.Locks;

public sealed class FileLockTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_lock_that_somebody_holds_times_out()
    {
        using var held = FileLock.Acquire(folder.File("lock"), Long);
        Assert.Throws<TimeoutException>(() => FileLock.Acquire(folder.File("lock"), TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void A_lock_that_can_never_be_had_fails_at_once_and_blames_nobody()
    {
        // Two links that lead to each other stand for a full disk or a read-only one: a failure of the system that is no other holder.
        File.CreateSymbolicLink(folder.File("lock"), folder.File("other"));
        File.CreateSymbolicLink(folder.File("other"), folder.File("lock"));
        var clock = Stopwatch.StartNew();
        Assert.ThrowsAny<IOException>(() => FileLock.Acquire(folder.File("lock"), Long));
        Assert.True(clock.Elapsed < Long);
    }
}
