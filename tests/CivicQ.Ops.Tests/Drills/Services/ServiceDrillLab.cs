using CivicQ.Host.Engine;

namespace CivicQ.Ops.Tests.Drills.Services;

/// <summary>A lab of services alone, in a folder of its own, started by the first test that asks and stopped after the last.</summary>
public abstract class ServiceDrillLab : IDisposable
{
    private bool isStarted;

    /// <summary>The folder of its records.</summary>
    public string State { get; } = Path.Combine(Suite.Folder, $"state-{Guid.NewGuid():N}"[..14]);

    /// <summary>Starts it, in the test's variables; the test is skipped where it cannot run.</summary>
    public async Task StartAsync(HostSession session)
    {
        if (!isStarted)
        {
            var started = session.Invoke($"Start-CivicQLab -Exclude Postgres, Redis, Api, Celery, PgBouncer -TimeoutSeconds 300 -Confirm:$false {await WhereAsync()}");
            Assert.Empty(started.Errors);
            isStarted = true;
        }
    }

    /// <summary>Where its services are to run: parameters of Start-CivicQLab.</summary>
    private protected abstract Task<string> WhereAsync();

    public void Dispose()
    {
        var before = Environment.GetEnvironmentVariable("CIVICQ_STATE");
        Environment.SetEnvironmentVariable("CIVICQ_STATE", State);
        using var session = Suite.Open();
        var stopped = session.Invoke("Stop-CivicQLab -Confirm:$false");
        Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        Assert.Empty(stopped.Errors);
        Assert.Empty(stopped.Warnings);
        GC.SuppressFinalize(this);
    }
}
