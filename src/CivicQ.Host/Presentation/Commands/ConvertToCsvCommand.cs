using System.Management.Automation;
using CivicQ.Host.Presentation.Formats;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Commands;

/// <summary>ConvertTo-Csv: a header and a line for each object, all fields in quotes, as PowerShell writes them.</summary>
[Cmdlet("ConvertTo", "Csv")]
public sealed class ConvertToCsvCommand : PSCmdlet
{
    private IReadOnlyList<string>? columns;

    /// <summary>The object.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (columns is null)
        {
            columns = [.. ObjectProperties.Of(InputObject).Select(property => property.Name)];
            WriteObject(CsvText.Line(columns, quoteAll: true));
        }

        WriteObject(CsvText.Line(columns.Select(name => CsvText.Field(ObjectProperties.Get(InputObject, name))), quoteAll: true));
    }
}
