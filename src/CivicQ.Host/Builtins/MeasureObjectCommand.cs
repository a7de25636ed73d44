using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>Measure-Object: how many, and of a numeric property the sum, mean and bounds.</summary>
[Cmdlet("Measure", "Object")]
[OutputType(typeof(MeasureInfo))]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly List<double> values = [];
    private int count;
    private bool seen;
    private object? least;
    private object? greatest;

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

    /// <summary>How far the values lie apart.</summary>
    [Parameter]
    public SwitchParameter StandardDeviation { get; set; }

    /// <summary>All of them.</summary>
    [Parameter]
    public SwitchParameter AllStats { get; set; }

    private bool WantsNumbers => Sum || Average || StandardDeviation || AllStats;

    private bool WantsBounds => Minimum || Maximum || AllStats;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        seen = true;
        object? value = InputObject.BaseObject;
        if (Property is not null && (!PropertyReader.TryRead(InputObject, Property, out value) || value is null))
        {
            return;
        }

        count++;
        var isNumber = LanguagePrimitives.TryConvertTo<double>(value, out var number);
        if (isNumber)
        {
            values.Add(number);
        }
        else if (WantsNumbers)
        {
            WriteError(new ErrorRecord(
                new PSInvalidCastException($"Input object \"{LanguagePrimitives.ConvertTo<string>(value)}\" is not numeric."), "NonNumericInputObject", ErrorCategory.InvalidType, value));
        }

        if (WantsBounds)
        {
            var bound = isNumber ? number : value;
            least = least is null || Compare(bound, least) < 0 ? bound : least;
            greatest = greatest is null || Compare(bound, greatest) > 0 ? bound : greatest;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (seen && count == 0)
        {
            // None of the objects has the property: there is nothing that was measured.
            return;
        }

        var any = values.Count > 0;
        WriteObject(new MeasureInfo(
            count,
            (Average || AllStats) && any ? values.Average() : null,
            (Sum || AllStats) && any ? values.Sum() : null,
            Maximum || AllStats ? greatest : null,
            Minimum || AllStats ? least : null,
            (StandardDeviation || AllStats) && any ? Deviation() : null,
            Property));
    }

    private double Deviation()
    {
        var mean = values.Average();
        return values.Count > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)) : 0;
    }

    private static int Compare(object? one, object? other)
    {
        try
        {
            return LanguagePrimitives.Compare(one, other, ignoreCase: true);
        }
        catch (Exception error) when (error is PSInvalidCastException or ArgumentException)
        {
            return LanguagePrimitives.Compare(one?.ToString(), other?.ToString(), ignoreCase: true);
        }
    }
}
