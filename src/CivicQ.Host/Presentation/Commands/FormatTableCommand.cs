using System.Management.Automation;

namespace CivicQ.Host.Presentation.Commands;

/// <summary>Format-Table.</summary>
[Cmdlet("Format", "Table")]
public sealed class FormatTableCommand : FormatCommand
{
    /// <summary>Accepted for scripts written for PowerShell: columns without a width are sized by their values anyway.</summary>
    [Parameter]
    public SwitchParameter AutoSize { get; set; }

    /// <summary>Lets long values go on in the next line.</summary>
    [Parameter]
    public SwitchParameter Wrap { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Send(table: true, Wrap);
}
