using System.Management.Automation;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Commands;

/// <summary>What Format-Table and Format-List have in common.</summary>
public abstract class FormatCommand : PSCmdlet
{
    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The properties to show; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    public string[] Property { get; set; } = [];

    /// <summary>Sends the object on with the wish.</summary>
    /// <param name="table">A table, else a list.</param>
    /// <param name="wrap">Whether long values go on in the next line.</param>
    private protected void Send(bool table, bool wrap)
    {
        if (InputObject is not null)
        {
            var value = ObjectProperties.Unwrap(InputObject)!;
            WriteObject(ObjectProperties.IsScalar(value) ? value : new FormattedObject(value, table, Property, wrap));
        }
    }
}
