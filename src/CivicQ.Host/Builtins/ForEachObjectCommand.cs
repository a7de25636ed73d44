using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>ForEach-Object with a member's name: writes that property of each object.</summary>
[Cmdlet("ForEach", "Object")]
public sealed class ForEachObjectCommand : PSCmdlet
{
    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The property's name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string MemberName { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            WriteObject(PropertyReader.Read(InputObject, MemberName), enumerateCollection: true);
        }
    }
}
