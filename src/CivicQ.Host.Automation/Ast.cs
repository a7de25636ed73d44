namespace System.Management.Automation.Language;

/// <summary>A node of a parsed script. The host makes none; the types are there so that completers load.</summary>
public abstract class Ast(IScriptExtent extent)
{
    public IScriptExtent Extent { get; } = extent;

    public Ast? Parent { get; internal set; }

    public override string ToString() => Extent.Text;
}
