using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Drills;

/// <summary>What tests of drills have in common: each is injected, found, mended and confirmed with the cmdlets alone, and leaves nothing.</summary>
public abstract class DrillTests(LabFixture lab) : CmdletTests(lab), IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Starts a drill, which is visible then and not resolved.</summary>
    private protected void Start(string name)
    {
        var drill = Assert.Single(Succeed($"Start-CivicQDrill {name} -TimeoutSeconds 180 -Confirm:$false"));
        Assert.Equal((name, "lab", "True", "False"), (drill.Text("Name"), drill.Text("Environment"), drill.Text("Detected"), drill.Text("Resolved")));
        Assert.True((TimeSpan)drill.Get("TimeToDetect")! > TimeSpan.Zero);
        Assert.Equal("", drill.Text("TimeToResolve"));
        Assert.Equal("False", Assert.Single(Succeed($"Get-CivicQDrill {name}")).Text("Resolved"));
    }

    /// <summary>Waits until a drill is resolved, and looks by what.</summary>
    private protected void Resolved(string name, string by)
    {
        var limit = DateTime.UtcNow + Patience;
        object drill;
        while ((drill = Assert.Single(Succeed($"Get-CivicQDrill {name}"))).Text("Resolved") != "True")
        {
            Assert.True(DateTime.UtcNow < limit, drill.Text("Detail"));
            Thread.Sleep(100);
        }

        Assert.Equal((by, "True"), (drill.Text("ResolvedBy"), drill.Text("Detected")));
        var (toDetect, toResolve) = ((TimeSpan)drill.Get("TimeToDetect")!, (TimeSpan)drill.Get("TimeToResolve")!);
        Assert.True(toResolve > toDetect, $"{toResolve} after {toDetect}");

        // What was found once stays so.
        Assert.Equal(drill.Get("ResolvedAt"), Assert.Single(Succeed($"Get-CivicQDrill {name}")).Get("ResolvedAt"));
    }

    /// <summary>Stops a drill, of which nothing is left then.</summary>
    private protected object Stop(string name)
    {
        var last = Assert.Single(Succeed($"Get-CivicQDrill {name} | Stop-CivicQDrill -Confirm:$false"));
        Assert.Empty(Succeed("Get-CivicQDrill"));
        Assert.False(Directory.Exists(Path.Combine(Environment.GetEnvironmentVariable("CIVICQ_STATE")!, "lab", "drills", name)));
        return last;
    }

    /// <summary>The only object of a line.</summary>
    private protected object One(string line) => Assert.Single(Succeed(line));

    /// <summary>A number that the lab's database answers.</summary>
    private protected long Number(string question, string environment = "lab") => Convert.ToInt64(
        One($"Invoke-CivicQQuery \"SELECT ({question})::bigint AS n\" -Environment {environment}").Get("n"), System.Globalization.CultureInfo.InvariantCulture);

    public virtual void Dispose()
    {
        Succeed("Stop-CivicQDrill -Confirm:$false");
        GC.SuppressFinalize(this);
    }
}
