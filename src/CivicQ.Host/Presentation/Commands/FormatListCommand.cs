using System.Management.Automation;

namespace CivicQ.Host.Presentation.Commands;

/// <summary>Format-List.</summary>
[Cmdlet("Format", "List")]
public sealed class FormatListCommand : FormatCommand
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Send(table: false, wrap: true);
}
