using System.Management.Automation;
using CivicQ.Host.Presentation.Formats;

namespace CivicQ.Host.Presentation.Commands;

/// <summary>ConvertTo-Json: one object as itself, several as an array.</summary>
[Cmdlet("ConvertTo", "Json")]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private readonly List<object?> items = [];

    /// <summary>The object.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>How many levels of objects.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int Depth { get; set; } = JsonText.DefaultDepth;

    /// <summary>Everything in one line.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <summary>An array even for one object.</summary>
    [Parameter]
    public SwitchParameter AsArray { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (items.Count > 0 || AsArray)
        {
            // The array is a level of its own, which is not counted.
            var single = items.Count == 1 && !AsArray;
            WriteObject(JsonText.Of(single ? items[0] : items, !Compress, single ? Depth : Depth + 1));
        }
    }
}
