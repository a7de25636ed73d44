namespace System.Management.Automation;

/// <summary>What an object made of note properties alone wraps.</summary>
public class PSCustomObject
{
    internal PSCustomObject()
    {
    }

    public override string ToString() => string.Empty;
}
