using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>Sort-Object: stable, by properties or by the objects themselves.</summary>
[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<object> items = [];

    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The properties to sort by, the weightiest first.</summary>
    [Parameter(Position = 0)]
    public string[]? Property { get; set; }

    /// <summary>The greatest first.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>Tells capitals from small letters.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <summary>Leaves out what sorts equal to the one before it.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            items.Add(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        object? before = null;
        foreach (var item in items.Order(Comparer<object>.Create(Descending ? (one, other) => Compare(other, one) : Compare)))
        {
            if (!Unique || before is null || Compare(before, item) != 0)
            {
                WriteObject(item);
            }

            before = item;
        }
    }

    private int Compare(object one, object other)
    {
        foreach (var name in Property ?? [])
        {
            var order = CompareValues(PropertyReader.Read(one, name), PropertyReader.Read(other, name));
            if (order != 0)
            {
                return order;
            }
        }

        return Property is null ? CompareValues(one, other) : 0;
    }

    // What cannot be compared as it is, is compared as text.
    private int CompareValues(object? one, object? other)
    {
        try
        {
            return LanguagePrimitives.Compare(one, other, !CaseSensitive);
        }
        catch (Exception error) when (error is PSInvalidCastException or ArgumentException)
        {
            return LanguagePrimitives.Compare(one?.ToString(), other?.ToString(), !CaseSensitive);
        }
    }
}
