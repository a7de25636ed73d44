namespace System.Management.Automation.Language;

/// <summary>A command with its elements.</summary>
public class CommandAst : CommandBaseAst
{
    internal CommandAst(IScriptExtent extent, IList<CommandElementAst> elements)
        : base(extent) => CommandElements = new ReadOnlyCollection<CommandElementAst>(elements);

    public ReadOnlyCollection<CommandElementAst> CommandElements { get; }

    public string? GetCommandName() => CommandElements.FirstOrDefault()?.Extent.Text;
}
