using CivicQ.Host.Engine;

namespace CivicQ.Ops.Tests;

/// <summary>One lab of real servers for all tests that need one.</summary>
public sealed class LabFixture : IDisposable
{
    /// <summary>Starts the lab, or fails with the module's own words.</summary>
    public LabFixture()
    {
        Session = Suite.Open();
        var started = Session.Invoke("Start-CivicQLab -Confirm:$false");
        if (started.Errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, started.Errors));
        }
    }

    /// <summary>A session; a test that changes its default environment opens one of its own.</summary>
    public HostSession Session { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        var stopped = Session.Invoke("Stop-CivicQLab -Confirm:$false");
        Session.Dispose();
        if (stopped.Errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, stopped.Errors));
        }

        Suite.Clear();
    }
}
