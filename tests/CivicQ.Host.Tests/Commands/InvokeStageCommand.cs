using System.Collections.Concurrent;
using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>A link of a pipeline that says what happens to it. The first one writes as many numbers as it is told.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Stage")]
public sealed class InvokeStageCommand : PSCmdlet, IDisposable
{
    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0)]
    public string Label { get; set; } = "";

    [Parameter]
    public int Write { get; set; }

    /// <summary>The labels of the links that were disposed of.</summary>
    public static ConcurrentDictionary<string, int> Disposed { get; } = new();

    /// <summary>How many numbers a link got to write.</summary>
    public static ConcurrentDictionary<string, int> Written { get; } = new();

    public void Dispose() => Disposed.AddOrUpdate(Label, 1, (_, times) => times + 1);

    protected override void BeginProcessing() => WriteVerbose($"{Label} begin");

    protected override void ProcessRecord()
    {
        if (Write == 0)
        {
            WriteVerbose($"{Label} {InputObject}");
            WriteObject(InputObject);
            return;
        }

        for (var number = 1; number <= Write; number++)
        {
            Written[Label] = number;
            WriteObject(number);
        }
    }

    protected override void EndProcessing() => WriteVerbose($"{Label} end");
}
