using System.Management.Automation;

namespace CivicQ.Host.Binding;

/// <summary>The parameters that a cmdlet with ShouldProcess has besides.</summary>
public sealed class ShouldProcessArguments
{
    /// <summary>Says what would be done, and does nothing.</summary>
    [Parameter]
    [Alias("wi")]
    public SwitchParameter WhatIf { get; set; }

    /// <summary>Asks before each operation; <c>-Confirm:$false</c> asks never.</summary>
    [Parameter]
    [Alias("cf")]
    public SwitchParameter Confirm { get; set; }
}
