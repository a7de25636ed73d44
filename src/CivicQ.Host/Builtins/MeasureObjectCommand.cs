using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>Measure-Object: how many, and of a numeric property the sum, mean and bounds.</summary>
[Cmdlet("Measure", "Object")]
[OutputType(typeof(MeasureInfo))]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly List<double> values = [];
    private int count;

    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The numeric property to measure.</summary>
    [Parameter(Position = 0)]
    public string? Property { get; set; }

    /// <summary>Adds the values up.</summary>
    [Parameter]
    public SwitchParameter Sum { get; set; }

    /// <summary>Their mean.</summary>
    [Parameter]
    public SwitchParameter Average { get; set; }

    /// <summary>The least.</summary>
    [Parameter]
    public SwitchParameter Minimum { get; set; }

    /// <summary>The greatest.</summary>
    [Parameter]
    public SwitchParameter Maximum { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        var value = Property is null ? InputObject : PropertyReader.Read(InputObject, Property);
        if (value is null)
        {
            return;
        }

        count++;
        if ((Sum || Average || Minimum || Maximum) && LanguagePrimitives.TryConvertTo<double>(value, out var number))
        {
            values.Add(number);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(new MeasureInfo(
        count,
        Average && values.Count > 0 ? values.Average() : null,
        Sum && values.Count > 0 ? values.Sum() : null,
        Maximum && values.Count > 0 ? values.Max() : null,
        Minimum && values.Count > 0 ? values.Min() : null,
        Property));
}
