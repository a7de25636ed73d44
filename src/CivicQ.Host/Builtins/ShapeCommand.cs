using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>Format-Table, Format-List, ConvertTo-Json, ConvertTo-Csv: picks properties, if told to, and lets the objects through.</summary>
[Cmdlet("Format", "Object")]
public sealed class ShapeCommand : PSCmdlet
{
    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The names of the properties to show; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    public string[]? Property { get; set; }

    /// <summary>Taken as in PowerShell; the host's tables are always as wide as they need to be.</summary>
    [Parameter]
    public SwitchParameter AutoSize { get; set; }

    /// <summary>Taken as in PowerShell.</summary>
    [Parameter]
    public SwitchParameter Wrap { get; set; }

    /// <summary>Taken as in PowerShell; the host's JSON always has all levels.</summary>
    [Parameter]
    public int Depth { get; set; }

    /// <summary>Taken as in PowerShell; the host's JSON always has enumerations by name.</summary>
    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            WriteObject(Property is null ? InputObject : SelectObjectCommand.Pick(InputObject, Property));
        }
    }
}
