using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Counts, and says how far it came.</summary>
[Cmdlet(VerbsCommunications.Write, "FixtureNumber")]
[OutputType(typeof(int))]
public sealed class WriteFixtureNumberCommand : PSCmdlet, IDisposable
{
    /// <summary>How many instances have been disposed of.</summary>
    public static int Disposed => disposed;

    /// <summary>The last number that was written.</summary>
    public static int Last { get; private set; }

    private static int disposed;

    [Parameter(Position = 0)]
    public int Count { get; set; } = 3;

    public void Dispose() => Interlocked.Increment(ref disposed);

    protected override void ProcessRecord()
    {
        for (var i = 1; i <= Count; i++)
        {
            Last = i;
            WriteObject(i);
        }
    }
}
