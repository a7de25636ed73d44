using System.Management.Automation;

namespace CivicQ.Host.Tests.Engine;

/// <summary>What the private System.Management.Automation must be for compiled cmdlets to load.</summary>
public sealed class ContractTests
{
    [Fact]
    public void The_assembly_has_PowerShells_name_and_key_and_a_version_above_the_reference()
    {
        var name = typeof(PSCmdlet).Assembly.GetName();
        Assert.Equal("System.Management.Automation", name.Name);
        Assert.Equal("31bf3856ad364e35", Convert.ToHexStringLower(name.GetPublicKeyToken()!));
        Assert.True(name.Version >= new Version(7, 4));
    }
}
